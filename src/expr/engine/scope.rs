use std::rc::Rc;

use crate::expr::value::Value;

use super::code::Code;

/// The variables, parameters and labels that a part of an expression sees, the innermost first.
#[derive(Clone, Default)]
pub(super) struct Scope<'c>(Option<Rc<Node<'c>>>);

struct Node<'c> {
    bound: Bound<'c>,
    outer: Scope<'c>,
}

/// What a name stands for.
#[derive(Clone)]
pub(super) enum Bound<'c> {
    Value(Value),
    /// An argument with the scope of the call.
    Parameter(&'c Code, Scope<'c>),
    Label(u64),
}

impl<'c> Scope<'c> {
    pub(super) fn with(&self, bound: Bound<'c>) -> Self {
        Self(Some(Rc::new(Node { bound, outer: self.clone() })))
    }

    pub(super) fn with_values(&self, values: impl IntoIterator<Item = Value>) -> Self {
        values.into_iter().fold(self.clone(), |scope, value| scope.with(Bound::Value(value)))
    }

    /// The scope without its `count` innermost names.
    pub(super) fn outside(&self, count: usize) -> Self {
        let mut scope = self;
        for _ in 0..count {
            match &scope.0 {
                Some(node) => scope = &node.outer,
                None => break,
            }
        }
        scope.clone()
    }

    /// The name with `index` names inside it. The compiler gives no other index.
    pub(super) fn get(&self, index: usize) -> Option<&Bound<'c>> {
        let mut scope = self;
        for _ in 0..index {
            scope = &scope.0.as_ref()?.outer;
        }
        scope.0.as_ref().map(|node| &node.bound)
    }
}

/// Scopes are chains as long as calls are deep: they are dropped link by link, without recursion.
impl Drop for Scope<'_> {
    fn drop(&mut self) {
        let mut next = self.0.take();
        let mut others = Vec::new();
        while let Some(node) = next.or_else(|| others.pop()) {
            next = None;
            if let Ok(mut node) = Rc::try_unwrap(node) {
                next = node.outer.0.take();
                if let Bound::Parameter(_, scope) = &mut node.bound {
                    others.extend(scope.0.take());
                }
            }
        }
    }
}
