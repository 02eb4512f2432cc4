//! Parts of values: `.[key]`, `.[from:upto]`, `.[]`.

use std::ops::Range;

use super::message::{Error, Outcome, cannot_index, cannot_iterate, not_slice_indices};
use super::{Nested, Num, Text, Value};

impl Value {
    /// The part at an index; null where there is none.
    pub(in crate::expr) fn part(&self, index: &Self) -> Outcome {
        Ok(match (self, index) {
            (Self::Obj(map), Self::Str(key)) => map.get(key).cloned().unwrap_or_default(),
            (Self::Arr(items), Self::Num(number)) => {
                place(number, items.len()).and_then(|place| items.get(place)).cloned().unwrap_or_default()
            }
            (Self::Arr(items), Self::Arr(wanted)) => places_of(items, wanted).collect(),
            (Self::Arr(_) | Self::Str(_), Self::Obj(_)) => {
                let (from, upto) = bounds_of(index)?;
                return self.slice(Some(&from)..Some(&upto));
            }
            (Self::Null, Self::Str(_) | Self::Num(_) | Self::Obj(_)) => Self::Null,
            _ => return Err(cannot_index(self, index)),
        })
    }

    /// The part between two indices; null of null.
    pub(in crate::expr) fn slice(&self, range: Range<Option<&Self>>) -> Outcome {
        match self {
            Self::Arr(items) => {
                let range = bounds(&range, items.len())?;
                // The whole is the array itself, whose path it keeps.
                if range == (0..items.len()) {
                    return Ok(self.clone());
                }
                Ok(items[range].iter().cloned().collect())
            }
            Self::Str(text) => {
                let range = bounds(&range, text.chars().count())?;
                Ok(Self::from(&text[byte(text, range.start)..byte(text, range.end)]))
            }
            Self::Null => bounds(&range, 0).map(|_| Self::Null),
            _ => Err(cannot_index(self, &slice_index(range.start.cloned()..range.end.cloned()))),
        }
    }

    /// The values of an array or an object, each with its key.
    pub(in crate::expr) fn into_entries(self) -> Box<dyn Iterator<Item = Result<(Self, Self), Error>>> {
        match self {
            Self::Arr(items) => {
                let numbered = Nested::parts(items).into_iter().enumerate();
                Box::new(numbered.map(|(place, item)| Ok((Self::from(place), item))))
            }
            Self::Obj(map) => {
                Box::new(Nested::parts(map).into_iter().map(|(key, value)| Ok((Self::Str(key), value))))
            }
            other => Box::new(std::iter::once(Err(cannot_iterate(&other)))),
        }
    }

    /// The values of an array or an object.
    pub(in crate::expr) fn into_values(self) -> Box<dyn Iterator<Item = Outcome>> {
        match self {
            Self::Arr(items) => Box::new(Nested::parts(items).into_iter().map(Ok)),
            Self::Obj(map) => Box::new(Nested::parts(map).into_values().map(Ok)),
            other => Box::new(std::iter::once(Err(cannot_iterate(&other)))),
        }
    }
}

/// The places at which a row of items begins.
pub(super) fn places_of<'v>(items: &'v [Value], wanted: &'v [Value]) -> impl Iterator<Item = Value> + 'v {
    let width = wanted.len().max(1);
    let windows = if wanted.is_empty() { &[] } else { items }.windows(width).enumerate();
    windows.filter(move |(_, window)| *window == wanted).map(|(place, _)| Value::from(place))
}

/// The place in an array of a length that an index means: without its fraction, counted from the end where it is
/// negative. `None` where it lies before the array, and of what is not a number.
pub(super) fn place(index: &Num, length: usize) -> Option<usize> {
    if let Num::Int(index) = index {
        return from_end(*index, length);
    }
    let index = index.as_f64();
    (!index.is_nan()).then(|| from_end(saturated(index), length)).flatten()
}

fn from_end(index: i64, length: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(place) => Some(place),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a fraction is left out, and a cast of a float saturates"
)]
fn saturated(index: f64) -> i64 {
    index as i64
}

/// The places that a slice's bounds mean in something of a length: rounded outwards, and no further than it reaches.
pub(super) fn bounds(range: &Range<Option<&Value>>, length: usize) -> Result<Range<usize>, Error> {
    let clamped = |number: &Num, round: fn(f64) -> f64, unknown: usize| {
        let number = number.as_f64();
        if number.is_nan() {
            unknown
        } else {
            from_end(saturated(round(number)), length).unwrap_or(0).min(length)
        }
    };
    let from = match range.start {
        None | Some(Value::Null) => 0,
        Some(Value::Num(from)) => clamped(from, f64::floor, 0),
        Some(_) => return Err(not_slice_indices()),
    };
    let upto = match range.end {
        None | Some(Value::Null) => length,
        Some(Value::Num(upto)) => clamped(upto, f64::ceil, length),
        Some(_) => return Err(not_slice_indices()),
    };
    Ok(from..upto.max(from))
}

/// The bounds that an object of a slice names: `{"start": 1, "end": 2}`.
pub(super) fn bounds_of(index: &Value) -> Result<(Value, Value), Error> {
    let Value::Obj(map) = index else { return Err(not_slice_indices()) };
    match (map.get("start"), map.get("end")) {
        (Some(from), Some(upto)) => Ok((from.clone(), upto.clone())),
        _ => Err(not_slice_indices()),
    }
}

/// The object of a slice, as a path holds it.
pub(in crate::expr) fn slice_index(range: Range<Option<Value>>) -> Value {
    let entry = |name: &'static str, bound: Option<Value>| (Text::from(name), bound.unwrap_or_default());
    Value::object([entry("start", range.start), entry("end", range.end)].into_iter().collect())
}

/// Where a character begins, in bytes.
fn byte(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte)
}
