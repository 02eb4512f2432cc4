use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::diag::Span;

use super::leaf::inline_schema;
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};

/// A mapping of another format's, kept as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenMapping {
    /// The mapping, in its order; values are as YAML has them.
    pub entries: Vec<(String, Value)>,
    /// Where it stands.
    pub span: Span,
}

impl Read for OpenMapping {
    const EXPECTED: &'static str = "a mapping";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Map(entries) => {
                let entries = entries.iter().map(|entry| (entry.key.clone(), open(&entry.node))).collect();
                Some(Self { entries, span: node.span })
            }
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

fn open(node: &Node) -> Value {
    match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Bool(value) => Value::from(*value),
        NodeValue::Int(value) => Value::from(*value),
        NodeValue::Float(value) => Value::from(*value),
        NodeValue::Text(text) => Value::from(text.as_str()),
        NodeValue::List(items) => items.iter().map(open).collect(),
        NodeValue::Map(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), open(&entry.node))).collect()
        }
    }
}

inline_schema!([] OpenMapping, json_schema!({"type": "object"}));
