use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::expr::Num;

use super::leaf::{PlainText, Spanned, exact_number, inline_schema};
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::record::record;
use super::table::Table;

record! {
    /// Rows, for each of which a flow's `from` is read or a command is run: exactly one of `values`, `lines` and `sql`.
    ForEachSpec is "`for_each`"
    optional {
        /// The rows themselves: texts, numbers, or mappings with several values each.
        values: Spanned<Vec<RowSpec>>,
        /// A file whose lines are the rows, by its path from the spec's directory. Empty lines are left out.
        lines: PlainText,
        /// A query whose rows they are, a column a key. `:run_id`, `:job_start_at` and a variable's `:NAME` are bound.
        sql: Spanned<String>,
        /// The database of `sql`. May be left out where there is only one.
        database: Spanned<String>,
    }
}

/// A row, or a value in one.
#[derive(Debug, Clone)]
pub enum RowSpec {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, with the digits that are written.
    Number(Num),
    /// A text, in which variables may stand.
    Text(PlainText),
    /// Several values.
    List(Vec<RowSpec>),
    /// Values by name.
    Map(Table<RowSpec>),
}

impl Read for RowSpec {
    const EXPECTED: &'static str = "a row such as `shoes`, 42 or {id: 42}";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Bool(value) => Some(Self::Bool(*value)),
            NodeValue::Int(value) => Some(Self::Int(*value)),
            NodeValue::Float(_) | NodeValue::Text(_) => match exact_number(node, reader) {
                Some(number) => Some(Self::Number(number)),
                None => PlainText::read(node, reader).map(Self::Text),
            },
            NodeValue::List(_) => Vec::read(node, reader).map(Self::List),
            NodeValue::Map(_) => Table::read(node, reader).map(Self::Map),
            NodeValue::Null => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

inline_schema!([] RowSpec, json_schema!({"type": ["string", "number", "boolean", "array", "object"]}));
