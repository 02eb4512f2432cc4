use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::flow::SendSpec;
use super::leaf::{JqText, Name, Spanned};
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::record::record;
use super::table::Table;

record! {
    /// Rows that are saved into a table: inserted, updated where their content differs, and left alone otherwise.
    SaveSpec is "a table"
    required {
        /// The table's name, `NAME` or `SCHEMA.NAME`. It has a column for each of the row's, and `content_hash`,
        /// `saved_at` and `run_id`.
        table: Spanned<String>,
        /// The columns that tell one row from another: the table's primary key, or a unique one.
        key: Vec<Name>,
    }
    optional {
        /// Which database. May be left out where there is only one.
        database: Spanned<String>,
        /// The row's columns, each as jq on the item.
        columns: Table<JqText>,
        /// The rows that an item makes, as jq that gives an object each: a column a key.
        rows: JqText,
        /// Columns that scope an answer: rows that have its values here and that the complete answer does not hold
        /// are deleted.
        replace: Vec<Name>,
        /// Record in the table `TABLE_seen` which keys a run saw, changed or not.
        track: bool,
    }
}

/// Where the chosen items of a flow go.
#[derive(Debug, Clone)]
pub enum ToSpec {
    /// Requests to an API.
    Send(Box<SendSpec>),
    /// Tables.
    Save(Vec<SaveSpec>),
}

impl Read for ToSpec {
    const EXPECTED: &'static str = "the target of a flow (a request, a table, or a list of tables)";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::List(tables) if !tables.is_empty() => {
                let read: Vec<_> = tables.iter().filter_map(|table| SaveSpec::read(table, reader)).collect();
                (read.len() == tables.len()).then_some(Self::Save(read))
            }
            NodeValue::Map(_) if node.get("table").is_some() => {
                SaveSpec::read(node, reader).map(|table| Self::Save(vec![table]))
            }
            NodeValue::Map(_) => SendSpec::read(node, reader).map(|send| Self::Send(Box::new(send))),
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

impl JsonSchema for ToSpec {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ToSpec".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (send, save) = (generator.subschema_for::<SendSpec>(), generator.subschema_for::<SaveSpec>());
        json_schema!({"anyOf": [send, save, {"type": "array", "items": save, "minItems": 1}]})
    }
}
