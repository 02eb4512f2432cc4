use crate::expr::{Place, Scope, Template};
use crate::spec::KeepSpec;

use super::compile::Compiler;
use super::outside::Outside;

/// Where pages are kept as they came.
#[derive(Debug, Clone)]
pub struct Keep {
    /// Which store.
    pub store: String,
    /// Below which path.
    pub path: Template,
}

impl Keep {
    pub(super) fn compile(spec: &KeepSpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Self> {
        let store = outside.store(spec.store.as_ref(), spec.path.span, compiler);
        let path = compiler.pattern(&spec.path, Place::Path, &Scope::default());
        Some(Self { store: store?, path: path? })
    }
}
