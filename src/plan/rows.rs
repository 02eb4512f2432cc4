use crate::expr::Template;
use crate::spec::{ForEachSpec, Problem, RowSpec};

use super::compile::Compiler;

/// The rows for each of which the items of a flow are read.
#[derive(Debug, Clone)]
pub enum Rows {
    /// They stand in the spec.
    Values(Vec<Row>),
    /// They are the lines of a file, by its path from the spec's directory.
    Lines(Template),
}

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

impl Rows {
    pub(super) fn compile(spec: &ForEachSpec, compiler: &mut Compiler<'_>) -> Option<Self> {
        match (&spec.values, &spec.lines) {
            (Some(values), None) => {
                Some(Self::Values(values.value.iter().map(|row| Row::compile(row, compiler)).collect()))
            }
            (None, Some(lines)) => Some(Self::Lines(compiler.plain(lines))),
            (None, None) if !spec.unread.is_empty() => None,
            (values, lines) => {
                let keys = vec!["values", "lines"];
                let spans =
                    [values.as_ref().map(|values| values.span), lines.as_ref().map(|lines| lines.span)];
                let found = keys.iter().filter(|_| values.is_some()).map(|key| (*key).to_owned()).collect();
                let span = spans.into_iter().flatten().max().unwrap_or(spec.span);
                compiler.report(Problem::NotOne { owner: "`for_each`", found, keys }, span);
                None
            }
        }
    }
}

impl Row {
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
