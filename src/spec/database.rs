use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::leaf::PlainText;
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::record::record;

record! {
    /// A database behind an HTTP API, with what that needs.
    DatabaseMapping is "a database"
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

/// A database: its URL, or a mapping with more.
#[derive(Debug, Clone)]
pub struct DatabaseSpec {
    /// Where it is.
    pub url: PlainText,
    /// Where its HTTP API begins.
    pub api: Option<PlainText>,
    /// The API's bearer token.
    pub token: Option<PlainText>,
}

impl Read for DatabaseSpec {
    const EXPECTED: &'static str = "a database's URL, or a mapping with `url`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Map(_) => {
                let DatabaseMapping { url, api, token, .. } = DatabaseMapping::read(node, reader)?;
                Some(Self { url, api, token })
            }
            NodeValue::Text(_) => {
                let url = PlainText::read(node, reader)?;
                Some(Self { url, api: None, token: None })
            }
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

impl JsonSchema for DatabaseSpec {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "DatabaseSpec".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mapping = generator.subschema_for::<DatabaseMapping>();
        json_schema!({"oneOf": [{"type": "string"}, mapping]})
    }
}
