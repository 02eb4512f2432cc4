use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::request::RequestSpec;

/// One request, or several that are sent one after the other.
#[derive(Debug, Clone)]
pub struct CallSpec(pub Vec<RequestSpec>);

impl Read for CallSpec {
    const EXPECTED: &'static str = "a request, or a list of requests";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::List(requests) if !requests.is_empty() => Vec::read(node, reader).map(Self),
            NodeValue::Map(_) => RequestSpec::read(node, reader).map(|request| Self(vec![request])),
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

impl JsonSchema for CallSpec {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CallSpec".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let request = generator.subschema_for::<RequestSpec>();
        json_schema!({"oneOf": [request.clone(), {"type": "array", "items": request, "minItems": 1}]})
    }
}
