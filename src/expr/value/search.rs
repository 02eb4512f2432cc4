//! Values found in others.

use super::access::{place, places_of};
use super::message::{Error, Outcome, failed, shown};
use super::nested::deeper;
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
            return Ok(self.is_around(other));
        }
        Err(failed(format!("{} and {} cannot have their containment checked", shown(self), shown(other))))
    }

    /// As [`Value::contains`]; values of different types are not contained.
    fn is_around(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Str(left), Self::Str(right)) => left.contains(right.as_str()),
            (Self::Arr(left), Self::Arr(right)) => {
                deeper(|| right.iter().all(|wanted| left.iter().any(|item| item.is_around(wanted))))
            }
            (Self::Obj(left), Self::Obj(right)) => {
                let has =
                    |(key, wanted): (&_, &Self)| left.get(key).is_some_and(|value| value.is_around(wanted));
                deeper(|| right.iter().all(has))
            }
            _ => self == other,
        }
    }

    /// Where the other begins in it: in an array the places of an item or a row of items, in a text the characters.
    ///
    /// # Errors
    /// Anything else is taken for an index that there is none of.
    pub fn indices(&self, wanted: &Self) -> Outcome {
        match (self, wanted) {
            (Self::Arr(items), Self::Arr(wanted)) => Ok(places_of(items, wanted).collect()),
            (Self::Arr(items), wanted) => Ok(places_of(items, std::slice::from_ref(wanted)).collect()),
            (Self::Str(_), Self::Str(wanted)) if wanted.is_empty() => Ok(Self::from_iter([])),
            (Self::Str(text), Self::Str(wanted)) => {
                let starts = text.char_indices().enumerate();
                let found = starts.filter(|(_, (byte, _))| text[*byte..].starts_with(wanted.as_str()));
                Ok(found.map(|(place, _)| Self::from(place)).collect())
            }
            _ => self.part(wanted),
        }
    }

    /// The place of a value in a sorted array; where it is not there, the one that it would have, less than zero.
    ///
    /// # Errors
    /// What is not an array.
    pub fn binary_search(&self, wanted: &Self) -> Outcome {
        let Self::Arr(items) = self else {
            return Err(failed(format!("{} cannot be searched from", shown(self))));
        };
        let place = |place: usize| i64::try_from(place).unwrap_or(i64::MAX);
        Ok(Self::Num(Num::Int(match items.binary_search(wanted) {
            Ok(found) => place(found),
            Err(insert) => -1 - place(insert),
        })))
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
