//! Arrays and objects in each other, as deep as an expression makes them.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::{Map, Value};

/// The stack that one level of a recursion over a value needs at most, and that is added where less is left, in bytes.
const LEVEL_STACK: usize = 64 * 1024;
const MORE_STACK: usize = 1024 * 1024;

/// Calls `f`, which goes one level deeper into a value, with the stack for it.
pub(super) fn deeper<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEVEL_STACK, MORE_STACK, f)
}

/// What was found of pairs of arrays and objects, for a recursion over two values that share their parts: it looks at no
/// pair again, of which there may be more than any time suffices for.
pub(super) struct Pairs<T> {
    looks: Cell<u32>,
    found: RefCell<Option<HashMap<(usize, usize), T>>>,
}

/// So many pairs are not worth remembering.
const FEW_PAIRS: u32 = 100_000;

impl<T: Copy> Pairs<T> {
    pub(super) fn new() -> Self {
        Self { looks: Cell::new(0), found: RefCell::default() }
    }

    /// What `find` finds of a pair, one level deeper.
    pub(super) fn of(&self, left: &Value, right: &Value, find: impl FnOnce() -> T) -> T {
        let looks = self.looks.get().saturating_add(1);
        self.looks.set(looks);
        if looks < FEW_PAIRS {
            return deeper(find);
        }
        let pair = (left.address(), right.address());
        let known = self.found.borrow().as_ref().and_then(|found| found.get(&pair).copied());
        if let Some(found) = known {
            return found;
        }
        let found = deeper(find);
        self.found.borrow_mut().get_or_insert_default().insert(pair, found);
        found
    }
}

/// The items of an array or the entries of an object, dropped without recursion.
#[derive(Debug, Clone, Default)]
pub struct Nested<T: Parts>(T);

/// Something that has values.
pub trait Parts: Default {
    /// Takes the arrays and objects out.
    fn take_nested(&mut self, nested: &mut Vec<Value>);
}

impl Parts for Vec<Value> {
    fn take_nested(&mut self, nested: &mut Vec<Value>) {
        nested.extend(self.iter_mut().filter(|item| item.is_nested()).map(std::mem::take));
    }
}

impl Parts for Map {
    fn take_nested(&mut self, nested: &mut Vec<Value>) {
        nested.extend(self.values_mut().filter(|value| value.is_nested()).map(std::mem::take));
    }
}

impl Value {
    /// Where an array or object lies.
    fn address(&self) -> usize {
        match self {
            Self::Arr(items) => Arc::as_ptr(items).addr(),
            Self::Obj(map) => Arc::as_ptr(map).addr(),
            Self::Null | Self::Bool(_) | Self::Num(_) | Self::Str(_) => 0,
        }
    }

    fn is_nested(&self) -> bool {
        matches!(self, Self::Arr(_) | Self::Obj(_))
    }

    /// Looks through the whole value: how deep arrays and objects stand in each other, how many values there are, and how
    /// long its texts are together. What it has in many places counts in each.
    ///
    /// # Errors
    /// The bound that is exceeded, as soon as it is known.
    pub(in crate::expr) fn check(&self, bounds: &Bounds) -> Result<(), Excess> {
        let (mut values, mut bytes) = (0, 0);
        let mut open = vec![(self, bounds.levels)];
        while let Some((value, levels)) = open.pop() {
            let parts = match value {
                Self::Str(text) => {
                    bytes += text.len();
                    if bytes > bounds.bytes {
                        return Err(Excess::Bytes);
                    }
                    continue;
                }
                Self::Arr(items) => items.len(),
                Self::Obj(map) => map.len(),
                Self::Null | Self::Bool(_) | Self::Num(_) => continue,
            };
            values += parts;
            if values > bounds.values {
                return Err(Excess::Values);
            }
            let less = levels.checked_sub(1).ok_or(Excess::Levels)?;
            match value {
                Self::Arr(items) => open.extend(items.iter().map(|item| (item, less))),
                Self::Obj(map) => open.extend(map.values().map(|value| (value, less))),
                _ => {}
            }
        }
        Ok(())
    }
}

/// What a value may be at most.
pub(in crate::expr) struct Bounds {
    pub(in crate::expr) levels: usize,
    pub(in crate::expr) values: usize,
    pub(in crate::expr) bytes: usize,
}

/// Which of [`Bounds`] a value exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::expr) enum Excess {
    Levels,
    Values,
    Bytes,
}

impl<T: Parts> Nested<T> {
    pub(super) fn new(parts: T) -> Arc<Self> {
        Arc::new(Self(parts))
    }

    /// The parts themselves, copied where somebody else has them too.
    pub fn parts(this: Arc<Self>) -> T
    where
        T: Clone,
    {
        std::mem::take(&mut Arc::unwrap_or_clone(this).0)
    }
}

impl<T: Parts> Deref for Nested<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Parts> DerefMut for Nested<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Parts> Drop for Nested<T> {
    fn drop(&mut self) {
        let mut open = Vec::new();
        self.0.take_nested(&mut open);
        while let Some(value) = open.pop() {
            match value {
                Value::Arr(items) => {
                    if let Some(mut items) = Arc::into_inner(items) {
                        items.0.take_nested(&mut open);
                    }
                }
                Value::Obj(map) => {
                    if let Some(mut map) = Arc::into_inner(map) {
                        map.0.take_nested(&mut open);
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_deep_as_a_stack_is_not_are_dropped_written_and_compared() {
        let nested = || (0..200_000).fold(Value::Null, |inner, _| Value::from_iter([inner]));
        let value = nested();
        let levels = |levels| value.check(&Bounds { levels, values: usize::MAX, bytes: 0 });
        assert_eq!((levels(100_000), levels(200_000)), (Err(Excess::Levels), Ok(())));
        assert_eq!(value.to_string().len(), 400_004);
        assert!(value == nested());
    }

    #[test]
    fn what_a_value_has_in_many_places_counts_in_each() {
        let text = || Value::from("four");
        let doubled = |times| (0..times).fold(text(), |inner, _| Value::from_iter([inner.clone(), inner]));
        let check = |value: Value, values, bytes| value.check(&Bounds { levels: 100, values, bytes });
        assert_eq!(check(doubled(3), 14, 32), Ok(()));
        assert_eq!(check(doubled(3), 13, 32), Err(Excess::Values));
        assert_eq!(check(doubled(3), 14, 31), Err(Excess::Bytes));
        assert_eq!(check(doubled(90), 1_000_000, usize::MAX), Err(Excess::Values));
    }
}
