use std::borrow::Cow;
use std::num::NonZeroU32;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::leaf::{LateSpec, PlainText};
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::record::record;

record! {
    /// A database, with what its kind needs.
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
        /// How many connections a run may have to it at once, for `postgres`. Default: the URL's `connection_limit`, else 16.
        max_connections: LateSpec<NonZeroU32>,
        /// The time zone of its sessions, for `postgres`. Default: the one in the URL's `options`, else UTC.
        timezone: PlainText,
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
                Some(Self(DatabaseSpec {
                    url,
                    api: None,
                    token: None,
                    max_connections: None,
                    timezone: None,
                    span: node.span,
                    unread: Vec::new(),
                }))
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
