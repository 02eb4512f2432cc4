use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};

/// One text, or a list of at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several<T>(pub Vec<T>);

impl<T: Read> Read for Several<T> {
    const EXPECTED: &'static str = "a text or a list of texts";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::List(items) if !items.is_empty() => Vec::read(node, reader).map(Self),
            NodeValue::List(_) | NodeValue::Map(_) | NodeValue::Null => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
            _ => Some(Self(vec![T::read(node, reader)?])),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Several<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("SeveralOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]})
    }
}
