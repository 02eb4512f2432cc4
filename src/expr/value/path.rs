//! Values at paths: read, replaced, deleted. What is null grows into an array or an object.

use std::sync::Arc;

use foldhash::fast::RandomState;

use super::access::{bounds, bounds_of, place, slice_index};
use super::message::{Error, Outcome, failed, shown};
use super::nested::{Nested, deeper};
use super::{Map, Num, Value};

/// So far behind the end of an array an assignment may write.
const FARTHEST: usize = 1 << 20;

impl Value {
    /// The slice's object, as a path holds it.
    pub(in crate::expr) fn slice_key(from: Self, upto: Self) -> Self {
        slice_index(Some(from)..Some(upto))
    }

    /// The object of keys and values in turn.
    ///
    /// # Errors
    /// A key that is not a string.
    pub(in crate::expr) fn of_pairs(pairs: Vec<Self>) -> Outcome {
        let mut map = Map::with_capacity_and_hasher(pairs.len() / 2, RandomState::default());
        let mut pairs = pairs.into_iter();
        while let (Some(key), Some(value)) = (pairs.next(), pairs.next()) {
            match key {
                Self::Str(key) => map.insert(key, value),
                other => return Err(failed(format!("Cannot use {} as object key", shown(&other)))),
            };
        }
        Ok(Self::object(map))
    }

    /// The part at a path; null where nothing is there.
    ///
    /// # Errors
    /// A part that cannot be indexed.
    pub(in crate::expr) fn get_path(&self, path: &[Self]) -> Outcome {
        let mut part = self.clone();
        for key in path {
            part = part.part(key)?;
        }
        Ok(part)
    }

    /// The value with another at a path.
    ///
    /// # Errors
    /// A part that cannot be indexed, or cannot have the part.
    pub(in crate::expr) fn set_path(self, path: &[Self], new: Self) -> Outcome {
        let Some((key, rest)) = path.split_first() else { return Ok(new) };
        deeper(|| match (self, key) {
            (Self::Obj(mut map), Self::Str(name)) => {
                let entries = Arc::make_mut(&mut map);
                // It is taken out of the object meanwhile, so that it can be changed in its place.
                let old = entries.get_mut(name).map(std::mem::take).unwrap_or_default();
                entries.insert(name.clone(), old.set_path(rest, new)?);
                Ok(Self::Obj(map))
            }
            (Self::Null, Self::Str(_)) => Self::Obj(Arc::default()).set_path(path, new),
            (Self::Arr(items), Self::Num(number)) => set_item(items, number, rest, new),
            (Self::Null, Self::Num(number)) => set_item(Arc::default(), number, rest, new),
            (value @ (Self::Arr(_) | Self::Null), Self::Obj(_)) => value.set_slice(key, rest, new),
            (Self::Str(_), Self::Obj(_)) => Err(failed("Cannot update string slices")),
            (value, key) => {
                // Where the part cannot be read either, that is the error.
                value.part(key)?;
                let (kind, key) = (value.type_name(), key.type_name());
                Err(failed(format!("Cannot update field at {key} index of {kind}")))
            }
        })
    }

    fn set_slice(self, key: &Self, rest: &[Self], new: Self) -> Outcome {
        let old = self.part(key)?;
        let new = old.set_path(rest, new)?;
        let mut items = match self {
            Self::Arr(items) => items,
            _ => Arc::default(),
        };
        let (from, upto) = bounds_of(key)?;
        let range = bounds(&(Some(&from)..Some(&upto)), items.len())?;
        let Self::Arr(new) = new else {
            return Err(failed("A slice of an array can only be assigned another array"));
        };
        Arc::make_mut(&mut items).splice(range, new.iter().cloned());
        Ok(Self::Arr(items))
    }

    /// The value without the parts at these paths, all of which are paths of this value.
    ///
    /// # Errors
    /// What is no path, and parts that cannot be deleted.
    pub(in crate::expr) fn delete_paths(self, mut paths: Vec<Self>) -> Outcome {
        paths.sort();
        let paths: Vec<&[Self]> = paths
            .iter()
            .map(|path| match path {
                Self::Arr(keys) => Ok(keys.as_slice()),
                other => Err(failed(format!("Path must be specified as array, not {}", other.type_name()))),
            })
            .collect::<Result<_, _>>()?;
        self.without(&paths)
    }

    /// The value without the parts at sorted paths.
    fn without(mut self, paths: &[&[Self]]) -> Outcome {
        match paths.first() {
            None => return Ok(self),
            Some([]) => return Ok(Self::Null),
            Some(_) => {}
        }
        let mut whole = Vec::new();
        for group in paths.chunk_by(|left, right| left.first() == right.first()) {
            let Some([key, ..]) = group.first() else { continue };
            // The shortest path comes first: it deletes all that the others would.
            if group[0].len() == 1 {
                whole.push(key);
                continue;
            }
            let part = self.part(key)?;
            if matches!(part, Self::Null) {
                continue;
            }
            let inner: Vec<&[Self]> = group.iter().map(|path| &path[1..]).collect();
            let part = deeper(|| part.without(&inner))?;
            self = self.set_path(std::slice::from_ref(key), part)?;
        }
        self.without_keys(&whole)
    }

    fn without_keys(self, keys: &[&Self]) -> Outcome {
        match self {
            value if keys.is_empty() => Ok(value),
            Self::Null => Ok(Self::Null),
            Self::Arr(items) => without_items(items, keys),
            Self::Obj(mut map) => {
                let entries = Arc::make_mut(&mut map);
                for key in keys {
                    match key {
                        Self::Str(key) => entries.shift_remove(key),
                        other => {
                            let kind = other.type_name();
                            return Err(failed(format!("Cannot delete {kind} field of object")));
                        }
                    };
                }
                Ok(Self::Obj(map))
            }
            other => Err(failed(format!("Cannot delete fields from {}", other.type_name()))),
        }
    }
}

fn set_item(mut items: Arc<Nested<Vec<Value>>>, index: &Num, rest: &[Value], new: Value) -> Outcome {
    let at = assigned_place(index, items.len())?;
    let list = Arc::make_mut(&mut items);
    let old = list.get_mut(at).map(std::mem::take).unwrap_or_default();
    let new = old.set_path(rest, new)?;
    if at >= list.len() {
        list.resize(at + 1, Value::Null);
    }
    list[at] = new;
    Ok(Value::Arr(items))
}

/// The place that an assignment writes to, which may lie behind the array's end.
fn assigned_place(index: &Num, length: usize) -> Result<usize, Error> {
    if index.is_nan() {
        return Err(failed("Cannot set array element at NaN index"));
    }
    let place = place(index, length).ok_or_else(|| failed("Out of bounds negative array index"))?;
    if place <= length + FARTHEST { Ok(place) } else { Err(failed("Array index too large")) }
}

fn without_items(items: Arc<Nested<Vec<Value>>>, keys: &[&Value]) -> Outcome {
    let mut deleted = vec![false; items.len()];
    for key in keys {
        match key {
            Value::Num(index) => {
                if let Some(at) = place(index, items.len()).filter(|at| *at < items.len()) {
                    deleted[at] = true;
                }
            }
            Value::Obj(_) => {
                let (from, upto) = bounds_of(key)?;
                deleted[bounds(&(Some(&from)..Some(&upto)), items.len())?].fill(true);
            }
            other => return Err(failed(format!("Cannot delete {} element of array", other.type_name()))),
        }
    }
    let mut deleted = deleted.into_iter();
    let mut items = items;
    Arc::make_mut(&mut items).retain(|_| !deleted.next().unwrap_or(false));
    Ok(Value::Arr(items))
}
