use std::rc::Rc;
use std::sync::Arc;

use crate::expr::value::{Num, Value};

/// A value on its way through an expression, with its place where paths are asked for.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) value: Value,
    /// `None` where nobody asks for paths.
    pub(super) place: Option<Rc<Place>>,
}

/// The last place that a path expression came to.
pub(super) struct Place {
    pub(super) path: Path,
    /// The value there. Only that very value has the path: what was computed from it has none.
    pub(super) value: Value,
}

/// Keys and indices, the last first.
#[derive(Clone, Default)]
pub(super) struct Path(Option<Rc<Step>>);

struct Step {
    key: Value,
    before: Path,
}

impl Item {
    /// A value whose path nobody asks for.
    pub(super) fn plain(value: Value) -> Self {
        Self { value, place: None }
    }

    /// A value that paths begin at.
    pub(super) fn root(value: Value) -> Self {
        Self { value: value.clone(), place: Some(Rc::new(Place { path: Path::default(), value })) }
    }

    /// Another value, computed from this one: the place stays behind.
    pub(super) fn with(&self, value: Value) -> Self {
        Self { value, place: self.place.clone() }
    }

    /// The path, or `None` where the value is not the one at its place.
    pub(super) fn path(&self) -> Option<Vec<Value>> {
        let place = self.place.as_ref()?;
        is_identical(&self.value, &place.value).then(|| place.path.keys())
    }

    /// True where nobody asks for paths, or the value is the one at its place.
    pub(super) fn is_in_place(&self) -> bool {
        self.place.as_ref().is_none_or(|place| is_identical(&self.value, &place.value))
    }
}

impl Place {
    /// The place of `value`, one key further.
    pub(super) fn step(&self, key: Value, value: Value) -> Rc<Self> {
        Rc::new(Self { path: self.path.step(key), value })
    }
}

impl Path {
    pub(super) fn step(&self, key: Value) -> Self {
        Self(Some(Rc::new(Step { key, before: self.clone() })))
    }

    pub(super) fn keys(&self) -> Vec<Value> {
        let mut keys = Vec::new();
        let mut path = self;
        while let Some(step) = &path.0 {
            keys.push(step.key.clone());
            path = &step.before;
        }
        keys.reverse();
        keys
    }
}

/// A path can have millions of keys: they are dropped one by one, without recursion.
impl Drop for Path {
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(step) = next {
            next = Rc::try_unwrap(step).ok().and_then(|mut step| step.before.0.take());
        }
    }
}

/// True where two values are one and the same, not only equal.
fn is_identical(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => arcstr::ArcStr::ptr_eq(left, right),
        (Value::Arr(left), Value::Arr(right)) => Arc::ptr_eq(left, right),
        (Value::Obj(left), Value::Obj(right)) => Arc::ptr_eq(left, right),
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Num(Num::Double(left)), Value::Num(Num::Double(right))) => left.to_bits() == right.to_bits(),
        // A number that was computed is not one that was read.
        (Value::Num(Num::Double(_)), Value::Num(_)) | (Value::Num(_), Value::Num(Num::Double(_))) => false,
        (Value::Num(left), Value::Num(right)) => left == right,
        _ => false,
    }
}
