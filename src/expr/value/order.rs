//! jq's order: null, booleans, numbers, strings, arrays, objects.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::decimal::{Decimal, Normal};

use super::nested::Pairs;
use super::{Map, Num, Value};

/// Equal to jq: what is not a number, as `0 / 0` was, equals nothing.
impl PartialEq for Num {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

/// jq's comparison: digit for digit between numbers that were read, as doubles where one of them was computed. What is
/// not a number is less than anything, also than itself.
impl PartialOrd for Num {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if let (Self::Int(left), Self::Int(right)) = (self, other) {
            return Some(left.cmp(right));
        }
        if self.is_nan() {
            return Some(Ordering::Less);
        }
        if other.is_nan() {
            return Some(Ordering::Greater);
        }
        let doubles = self.as_f64().partial_cmp(&other.as_f64())?;
        let is_computed = matches!(self, Self::Double(_)) || matches!(other, Self::Double(_));
        Some(if is_computed { doubles } else { doubles.then_with(|| exact(self, other)) })
    }
}

impl Num {
    /// An order for sorting, in which every number has one place: exact also beside computed numbers.
    fn total_cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => left.cmp(right),
            _ if self.is_nan() || other.is_nan() => other.is_nan().cmp(&self.is_nan()),
            // Neither is NaN.
            _ => self
                .as_f64()
                .partial_cmp(&other.as_f64())
                .unwrap_or(Ordering::Equal)
                .then_with(|| exact(self, other)),
        }
    }

    /// The number's exact value; none where it is infinite.
    fn normal(&self) -> Option<Normal> {
        let text: Cow<'_, str> = match self {
            Self::Int(value) => value.to_string().into(),
            Self::Short(value) | Self::Double(value) if value.is_finite() => format!("{value:e}").into(),
            Self::Short(_) | Self::Double(_) => return None,
            Self::Literal(text) => text.as_str().into(),
        };
        Decimal::parse(&text).map(|number| number.normal())
    }
}

/// The exact order of numbers whose doubles are equal.
fn exact(left: &Num, right: &Num) -> Ordering {
    if let (Num::Short(_) | Num::Double(_), Num::Short(_) | Num::Double(_)) = (left, right) {
        return Ordering::Equal;
    }
    // Beside an infinite one stands a number too large for a double, which is less far from zero.
    match (left.normal(), right.normal()) {
        (Some(left), Some(right)) => left.cmp(&right),
        (None, Some(_)) => {
            if left.as_f64() > 0.0 {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (Some(_), None) => {
            if right.as_f64() > 0.0 {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (None, None) => Ordering::Equal,
    }
}

impl Value {
    /// The place of its type in the order.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(false) => 1,
            Self::Bool(true) => 2,
            Self::Num(_) => 3,
            Self::Str(_) => 4,
            Self::Arr(_) => 5,
            Self::Obj(_) => 6,
        }
    }

    fn cmp_by(&self, other: &Self, order: &Order) -> Ordering {
        match (self, other) {
            (Self::Num(left), Self::Num(right)) => (order.numbers)(left, right),
            (Self::Str(left), Self::Str(right)) => left.as_str().cmp(right.as_str()),
            (Self::Arr(left), Self::Arr(right)) => {
                order.pairs.of(self, other, || cmp_items(left.iter(), right.iter(), order))
            }
            (Self::Obj(left), Self::Obj(right)) => {
                order.pairs.of(self, other, || cmp_objects(left, right, order))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn equals(&self, other: &Self, pairs: &Pairs<bool>) -> bool {
        match (self, other) {
            (Self::Num(left), Self::Num(right)) => left == right,
            (Self::Str(left), Self::Str(right)) => left == right,
            (Self::Arr(left), Self::Arr(right)) => {
                let equal = || left.iter().zip(right.iter()).all(|(left, right)| left.equals(right, pairs));
                left.len() == right.len() && pairs.of(self, other, equal)
            }
            (Self::Obj(left), Self::Obj(right)) => {
                let equal =
                    |(key, left): (&_, &Self)| right.get(key).is_some_and(|right| left.equals(right, pairs));
                left.len() == right.len() && pairs.of(self, other, || left.iter().all(equal))
            }
            _ => self.rank() == other.rank(),
        }
    }
}

/// A comparison that is under way.
struct Order {
    numbers: fn(&Num, &Num) -> Ordering,
    pairs: Pairs<Ordering>,
}

fn cmp_items<'v>(
    mut left: impl ExactSizeIterator<Item = &'v Value>,
    mut right: impl ExactSizeIterator<Item = &'v Value>,
    order: &Order,
) -> Ordering {
    let lengths = left.len().cmp(&right.len());
    while let (Some(left), Some(right)) = (left.next(), right.next()) {
        match left.cmp_by(right, order) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
    }
    lengths
}

/// By their keys first, then by the values of the keys, each in the order of the keys.
fn cmp_objects(left: &Map, right: &Map, order: &Order) -> Ordering {
    let sorted = |map: &'_ Map| {
        let mut keys: Vec<_> = map.keys().cloned().collect();
        keys.sort_unstable();
        keys
    };
    let (left_keys, right_keys) = (sorted(left), sorted(right));
    left_keys.cmp(&right_keys).then_with(|| {
        let values =
            |map: &'_ Map| left_keys.iter().filter_map(|key| map.get(key)).cloned().collect::<Vec<_>>();
        cmp_items(values(left).iter(), values(right).iter(), order)
    })
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.equals(other, &Pairs::new())
    }
}

/// Sorting needs it, and NaN, which is not equal to itself, is at one place among the sorted.
impl Eq for Value {}

#[expect(clippy::non_canonical_partial_ord_impl, reason = "comparing is jq's, sorting must be a total order")]
impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let numbers = |left: &Num, right: &Num| left.partial_cmp(right).unwrap_or(Ordering::Less);
        Some(self.cmp_by(other, &Order { numbers, pairs: Pairs::new() }))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_by(other, &Order { numbers: Num::total_cmp, pairs: Pairs::new() })
    }
}
