//! Values found in others.

use std::cmp::Ordering;

use super::access::place;
use super::message::{Error, Outcome, failed, shown};
use super::nested::Pairs;
use super::{Num, Value};

impl Value {
    /// True where it has a part at a key.
    ///
    /// # Errors
    /// A key of the wrong type.
    pub fn has(&self, key: &Self) -> Result<bool, Error> {
        match (self, key) {
            (Self::Obj(map), Self::Str(key)) => Ok(map.contains_key(key)),
            (Self::Arr(items), Self::Num(number)) => {
                // In an array of no length an index from the end is outside.
                Ok(place(number, 0).is_some_and(|place| place < items.len()))
            }
            (Self::Null, _) => Ok(false),
            _ => {
                let (kind, key) = (self.type_name(), key.type_name());
                Err(failed(format!("Cannot check whether {kind} has a {key} key")))
            }
        }
    }

    /// True where the other is a part of it: of a text, of an array some item of which contains each of the other's, of
    /// an object whose values contain the other's.
    ///
    /// # Errors
    /// Values of different types.
    pub fn contains(&self, other: &Self) -> Result<bool, Error> {
        if self.rank() == other.rank() {
            return Ok(self.is_around(other, &Pairs::new()));
        }
        Err(failed(format!("{} and {} cannot have their containment checked", shown(self), shown(other))))
    }

    /// As [`Value::contains`]; values of different types are not contained.
    fn is_around(&self, other: &Self, pairs: &Pairs<bool>) -> bool {
        match (self, other) {
            (Self::Str(left), Self::Str(right)) => left.contains(right.as_str()),
            (Self::Arr(left), Self::Arr(right)) => pairs.of(self, other, || {
                right.iter().all(|wanted| left.iter().any(|item| item.is_around(wanted, pairs)))
            }),
            (Self::Obj(left), Self::Obj(right)) => {
                let has = |(key, wanted): (&_, &Self)| {
                    left.get(key).is_some_and(|value| value.is_around(wanted, pairs))
                };
                pairs.of(self, other, || right.iter().all(has))
            }
            _ => self == other,
        }
    }

    /// The place of a value in a sorted array, of equal ones that which jq's halving meets first; where it is not there, the
    /// place that it would have, less than zero.
    ///
    /// # Errors
    /// What is not an array.
    pub fn binary_search(&self, wanted: &Self) -> Outcome {
        let Self::Arr(items) = self else {
            return Err(failed(format!("{} cannot be searched from", shown(self))));
        };
        let (mut from, mut upto) = (0, items.len());
        while from < upto {
            let middle = from + (upto - from) / 2;
            match wanted.cmp(&items[middle]) {
                Ordering::Equal => return Ok(Self::from(middle)),
                Ordering::Less => upto = middle,
                Ordering::Greater => from = middle + 1,
            }
        }
        Ok(Self::Num(Num::Int(-1 - i64::try_from(from).unwrap_or(i64::MAX))))
    }

    /// How many parts it has; of a number its size.
    ///
    /// # Errors
    /// Booleans have none.
    pub fn length(&self) -> Outcome {
        Ok(match self {
            Self::Null => Self::from(0_i64),
            Self::Bool(_) => return Err(failed(format!("{} has no length", shown(self)))),
            Self::Num(number) => Self::Num(number.absolute()),
            Self::Str(text) => Self::from(text.chars().count()),
            Self::Arr(items) => Self::from(items.len()),
            Self::Obj(map) => Self::from(map.len()),
        })
    }
}
