use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::diag::Span;
use crate::expr::{Num, Template};

use super::leaf::{PlainText, exact_number, inline_schema, scalar_text};
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};

/// A variable's value: its default, whose type every other value of it must have.
#[derive(Debug, Clone)]
pub struct VariableSpec {
    /// The default.
    pub value: VariableValue,
    /// The text as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// The default of a variable, by type.
#[derive(Debug, Clone)]
pub enum VariableValue {
    /// A text, in which other variables and secrets may stand.
    Text(Template),
    /// A whole number.
    Int(i64),
    /// Any other number, with the digits that are written.
    Number(Num),
    /// True or false.
    Bool(bool),
}

impl Read for VariableSpec {
    const EXPECTED: &'static str = "a text, a number, true or false";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let value = match &node.value {
            NodeValue::Bool(value) => VariableValue::Bool(*value),
            NodeValue::Int(value) => VariableValue::Int(*value),
            NodeValue::Float(_) | NodeValue::Text(_) => match exact_number(node, reader) {
                Some(number) => VariableValue::Number(number),
                None => VariableValue::Text(PlainText::read(node, reader)?.template),
            },
            NodeValue::Null | NodeValue::List(_) | NodeValue::Map(_) => {
                reader.wrong_type(Self::EXPECTED, node);
                return None;
            }
        };
        Some(Self { value, text: scalar_text(node, reader)?, span: node.span })
    }
}

inline_schema!([] VariableSpec, json_schema!({"type": ["string", "number", "boolean"]}));
