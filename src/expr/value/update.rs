//! Values with parts of theirs replaced, as `.[key] |= f` does. What is null grows into an array or an object.

use std::ops::Range;
use std::sync::Arc;

use super::access::{bounds, bounds_of, place, slice_index};
use super::message::{Error, cannot_index, cannot_iterate, failed};
use super::{Map, Num, Text, Value};

/// No array that an assignment makes is longer.
const MOST_ITEMS: usize = 1 << 24;

impl Value {
    /// Replaces each value of an array or an object by what `f` makes of it; one of which it makes nothing is removed.
    ///
    /// # Errors
    /// Anything else than an array or an object, and the errors of `f`.
    pub(in crate::expr) fn with_values<E: From<Error>>(
        self,
        mut f: impl FnMut(Self) -> Result<Option<Self>, E>,
    ) -> Result<Self, E> {
        match self {
            Self::Arr(items) => {
                let items = Arc::unwrap_or_clone(items).into_iter();
                items.filter_map(|item| f(item).transpose()).collect()
            }
            Self::Obj(map) => {
                let mut updated =
                    Map::with_capacity_and_hasher(map.len(), foldhash::fast::RandomState::default());
                for (key, value) in Arc::unwrap_or_clone(map) {
                    if let Some(value) = f(value)? {
                        updated.insert(key, value);
                    }
                }
                Ok(Self::object(updated))
            }
            other => Err(cannot_iterate(&other).into()),
        }
    }

    /// Replaces the part at an index by what `f` makes of it; where that is nothing the part is removed.
    ///
    /// # Errors
    /// An index that the value cannot have, and the errors of `f`.
    pub(in crate::expr) fn with_part<E: From<Error>>(
        self,
        index: &Self,
        f: impl FnOnce(Self) -> Result<Option<Self>, E>,
    ) -> Result<Self, E> {
        match (self, index) {
            (Self::Obj(map), Self::Str(key)) => with_entry(map, key, f).map(Self::Obj),
            (Self::Null, Self::Str(key)) => {
                let map = with_entry(Arc::default(), key, f)?;
                Ok(if map.is_empty() { Self::Null } else { Self::Obj(map) })
            }
            (Self::Arr(items), Self::Num(number)) => with_item(items, number, f).map(Self::Arr),
            (Self::Null, Self::Num(number)) => {
                let items = with_item(Arc::default(), number, f)?;
                Ok(if items.is_empty() { Self::Null } else { Self::Arr(items) })
            }
            (value @ (Self::Arr(_) | Self::Null), Self::Obj(_)) => {
                let (from, upto) = bounds_of(index)?;
                value.with_slice(Some(&from)..Some(&upto), f)
            }
            (value, index) => Err(cannot_index(&value, index).into()),
        }
    }

    /// Replaces the part between two indices by the items of what `f` makes of it.
    ///
    /// # Errors
    /// A value without such a part, anything but an array in its place, and the errors of `f`.
    pub(in crate::expr) fn with_slice<E: From<Error>>(
        self,
        range: Range<Option<&Self>>,
        f: impl FnOnce(Self) -> Result<Option<Self>, E>,
    ) -> Result<Self, E> {
        let (mut items, is_null) = match self {
            Self::Arr(items) => (items, false),
            Self::Null => (Arc::default(), true),
            Self::Str(_) => return Err(failed("Cannot update string slices").into()),
            other => {
                let index = slice_index(range.start.cloned()..range.end.cloned());
                return Err(cannot_index(&other, &index).into());
            }
        };
        let bounds = bounds(&range, items.len())?;
        let slice = if is_null { Self::Null } else { items[bounds.clone()].iter().cloned().collect() };
        let replacement = match f(slice)? {
            Some(Self::Arr(replacement)) => replacement,
            None if is_null => return Ok(Self::Null),
            None => Arc::default(),
            Some(_) => return Err(failed("A slice of an array can only be assigned another array").into()),
        };
        Arc::make_mut(&mut items).splice(bounds, replacement.iter().cloned());
        Ok(Self::Arr(items))
    }
}

fn with_entry<E>(
    mut map: Arc<Map>,
    key: &Text,
    f: impl FnOnce(Value) -> Result<Option<Value>, E>,
) -> Result<Arc<Map>, E> {
    let entries = Arc::make_mut(&mut map);
    // It is taken out of the object meanwhile, so that it can be changed in its place.
    let value = entries.get_mut(key).map(std::mem::take).unwrap_or_default();
    match f(value)? {
        Some(value) => {
            entries.insert(key.clone(), value);
        }
        None => {
            entries.shift_remove(key);
        }
    }
    Ok(map)
}

fn with_item<E: From<Error>>(
    mut items: Arc<Vec<Value>>,
    index: &Num,
    f: impl FnOnce(Value) -> Result<Option<Value>, E>,
) -> Result<Arc<Vec<Value>>, E> {
    let at = assigned_place(index, items.len())?;
    let list = Arc::make_mut(&mut items);
    let value = list.get_mut(at).map(std::mem::take).unwrap_or_default();
    match f(value)? {
        Some(value) => {
            if at >= list.len() {
                list.resize(at + 1, Value::Null);
            }
            list[at] = value;
        }
        None if at < list.len() => {
            list.remove(at);
        }
        None => {}
    }
    Ok(items)
}

/// The place that an assignment writes to, which may lie behind the array's end.
fn assigned_place(index: &Num, length: usize) -> Result<usize, Error> {
    if index.is_nan() {
        return Err(failed("Cannot set array element at NaN index"));
    }
    let place = place(index, length).ok_or_else(|| failed("Out of bounds negative array index"))?;
    if place < MOST_ITEMS.max(length) { Ok(place) } else { Err(failed("Array index too large")) }
}
