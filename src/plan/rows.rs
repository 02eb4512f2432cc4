use crate::expr::Template;
use crate::spec::{ForEachSpec, RowSpec};

use super::compile::Compiler;

/// A row, or a value in one.
#[derive(Debug, Clone)]
pub enum Row {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text, with its names' values still to come.
    Text(Template),
    /// Several values.
    List(Vec<Row>),
    /// Values by name.
    Map(Vec<(String, Row)>),
}

impl Row {
    /// The rows of a `for_each`.
    pub(super) fn compile_all(spec: &ForEachSpec, compiler: &mut Compiler<'_>) -> Vec<Self> {
        spec.values.iter().map(|row| Self::compile(row, compiler)).collect()
    }

    fn compile(spec: &RowSpec, compiler: &mut Compiler<'_>) -> Self {
        match spec {
            RowSpec::Bool(value) => Self::Bool(*value),
            RowSpec::Int(value) => Self::Int(*value),
            RowSpec::Float(value) => Self::Float(*value),
            RowSpec::Text(text) => Self::Text(compiler.seen_by_jq(text)),
            RowSpec::List(values) => {
                Self::List(values.iter().map(|value| Self::compile(value, compiler)).collect())
            }
            RowSpec::Map(values) => {
                let values = values.iter();
                Self::Map(
                    values
                        .map(|(name, value)| (name.value.clone(), Self::compile(value, compiler)))
                        .collect(),
                )
            }
        }
    }
}
