use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::leaf::{JqText, inline_schema};
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodySpec {
    /// There is none, by the word `none`.
    None,
    /// What jq builds.
    Jq(JqText),
}

impl Read for BodySpec {
    const EXPECTED: &'static str = "a jq expression in quotes, or `none` for a request without a body";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Text(word) if word == "none" => Some(Self::None),
            NodeValue::Null | NodeValue::List(_) | NodeValue::Map(_) => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
            _ => JqText::read(node, reader).map(Self::Jq),
        }
    }
}

inline_schema!([] BodySpec, json_schema!({"type": ["string", "number", "boolean"]}));
