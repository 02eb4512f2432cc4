use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::leaf::Spanned;
use super::node::Node;
use super::reader::{Read, Reader, report_duplicates};

/// A mapping from names that the author chose.
///
/// Entries whose value could not be read are known by name alone, so that what refers to them is not reported too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<T> {
    entries: Vec<(Spanned<String>, Option<T>)>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> Table<T> {
    /// The entries that could be read, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&Spanned<String>, &T)> {
        self.entries.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)))
    }

    /// The value of a name, if it could be read.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.iter().find(|(key, _)| key.value == name).map(|(_, value)| value)
    }

    /// True where the name is there, readable or not.
    pub fn contains(&self, name: &str) -> bool {
        self.names().any(|key| key.value == name)
    }

    /// All names, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.entries.iter().map(|(name, _)| name)
    }
}

impl<T: Read> Read for Table<T> {
    const EXPECTED: &'static str = "a mapping";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(entries) = node.entries() else {
            reader.wrong_type(Self::EXPECTED, node);
            return None;
        };
        report_duplicates(entries, reader);
        let entries = entries
            .iter()
            .map(|entry| {
                let name = Spanned { value: entry.key.clone(), span: entry.key_span };
                (name, T::read(&entry.node, reader))
            })
            .collect();
        Some(Self { entries })
    }
}

impl<T: JsonSchema> JsonSchema for Table<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("TableOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({"type": "object", "additionalProperties": value})
    }
}
