//! Arrays and objects in each other, as deep as an expression makes them.

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
    fn is_nested(&self) -> bool {
        matches!(self, Self::Arr(_) | Self::Obj(_))
    }

    /// True where arrays and objects stand in each other up to so many levels at most.
    pub(in crate::expr) fn is_within(&self, levels: usize) -> bool {
        let mut open = vec![(self, levels)];
        while let Some((value, levels)) = open.pop() {
            if !value.is_nested() {
                continue;
            }
            let Some(less) = levels.checked_sub(1) else { return false };
            match value {
                Self::Arr(items) => open.extend(items.iter().map(|item| (item, less))),
                Self::Obj(map) => open.extend(map.values().map(|value| (value, less))),
                _ => {}
            }
        }
        true
    }
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
        assert!(!value.is_within(100_000) && value.is_within(200_000));
        assert_eq!(value.to_string().len(), 400_004);
        assert!(value == nested());
    }
}
