use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::leaf::PlainText;
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::record::record;

record! {
    /// A database, with what one that is reached over HTTP needs.
    DatabaseSpec is "a database"
    required {
        /// Where it is: `postgres://…`, `sqlite:PATH`, `bigquery://PROJECT/DATASET` or `supabase://PROJECT`.
        url: PlainText,
    }
    optional {
        /// Where its HTTP API begins, for `bigquery` and `supabase`, where that is not the provider's own.
        api: PlainText,
        /// The API's bearer token, for `supabase`.
        token: PlainText,
    }
}

/// A database as it is written: its URL alone, or a mapping with more.
#[derive(Debug, Clone)]
pub struct DatabaseEntry(pub DatabaseSpec);

impl Read for DatabaseEntry {
    const EXPECTED: &'static str = "a database's URL, or a mapping with `url`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Map(_) => DatabaseSpec::read(node, reader).map(Self),
            NodeValue::Text(_) => {
                let url = PlainText::read(node, reader)?;
                let spec = DatabaseSpec { url, api: None, token: None, span: node.span, unread: Vec::new() };
                Some(Self(spec))
            }
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

impl JsonSchema for DatabaseEntry {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "DatabaseEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mapping = generator.subschema_for::<DatabaseSpec>();
        json_schema!({"oneOf": [{"type": "string"}, mapping]})
    }
}
