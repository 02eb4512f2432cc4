use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::api::AuthSpec;
use super::environment::EnvironmentSpec;
use super::node::{Entry, Node, NodeValue};
use super::problem::Problem;
use super::reader::{Fields, Read, Reader};

/// The keys of the file that an environment can change. The others are the same everywhere.
const CHANGEABLE: [&str; 12] = [
    "description",
    "timezone",
    "schedule",
    "vars",
    "secrets",
    "apis",
    "databases",
    "stores",
    "notify",
    "defaults",
    "groups",
    "stages",
];

/// The tables in which an environment changes what is there and adds nothing, with what they hold.
const CLOSED: [(&str, &str); 5] = [
    ("stages", "stage"),
    ("apis", "API"),
    ("databases", "database"),
    ("stores", "store"),
    ("vars", "variable"),
];

/// An environment: what it changes, and what it alone has. The changes are read as part of the file that they are laid
/// over, so that every value has one reader and one place; here only their keys are looked at.
#[derive(Debug, Clone)]
pub struct OverlaySpec {
    /// What it alone has.
    pub own: EnvironmentSpec,
}

impl Read for OverlaySpec {
    const EXPECTED: &'static str = "a mapping of what the environment changes";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        Fields::of(node, "an environment", Self::EXPECTED, reader)?;
        EnvironmentSpec::read_among(node, reader).map(|own| Self { own })
    }
}

impl JsonSchema for OverlaySpec {
    fn schema_name() -> Cow<'static, str> {
        "OverlaySpec".into()
    }

    /// What it alone has. `json_schema` adds what it can change, from the document's own schema, which it knows.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        EnvironmentSpec::json_schema(generator)
    }
}

/// Reports what an environment changes although the file does not have it.
pub(super) fn check_overlay(root: &Node, environment: &str, overlay: &Node, reader: &mut Reader<'_>) {
    for entry in overlay.entries().unwrap_or_default() {
        let known = [&CHANGEABLE[..], &EnvironmentSpec::KEYS].concat();
        if !known.contains(&entry.key.as_str()) {
            let key = entry.key.clone();
            reader.report(Problem::UnknownKey { key, owner: "an environment", known }, entry.key_span);
        }
    }
    for (key, what) in CLOSED {
        let known = names(root, key);
        let changed = overlay.get(key).and_then(Node::entries).unwrap_or_default();
        for entry in changed.iter().filter(|entry| !known.contains(&entry.key)) {
            let problem = Problem::OverlaysNothing {
                environment: environment.to_owned(),
                what,
                name: entry.key.clone(),
                known: known.clone(),
            };
            reader.report(problem, entry.key_span);
        }
    }
}

fn names(root: &Node, key: &str) -> Vec<String> {
    let entries = root.get(key).and_then(Node::entries).unwrap_or_default();
    entries.iter().map(|entry| entry.key.clone()).collect()
}

/// The file as an environment sees it: mappings are merged key by key, anything else is replaced. Of two ways to
/// authenticate the environment's is the one. What [`check_overlay`] reports is left out.
pub(super) fn overlaid(root: &Node, overlay: &Node) -> Node {
    let Some(changes) = overlay.entries() else {
        return root.clone();
    };
    let mut changes: Vec<Entry> =
        changes.iter().filter(|entry| CHANGEABLE.contains(&entry.key.as_str())).cloned().collect();
    for change in changes.iter_mut().filter(|change| CLOSED.iter().any(|(key, _)| *key == change.key)) {
        if let NodeValue::Map(entries) = &mut change.node.value {
            let known = names(root, &change.key);
            entries.retain(|entry| known.contains(&entry.key));
        }
    }
    merged(root, &Node { value: NodeValue::Map(changes), span: root.span }, "")
}

fn merged(below: &Node, above: &Node, key: &str) -> Node {
    let (NodeValue::Map(base), NodeValue::Map(changes)) = (&below.value, &above.value) else {
        return above.clone();
    };
    if key == "auth" && kind_of_auth(base) != kind_of_auth(changes) {
        return above.clone();
    }
    let mut entries = base.clone();
    for change in changes {
        match entries.iter_mut().find(|entry| entry.key == change.key) {
            Some(entry) => {
                entry.node = merged(&entry.node, &change.node, &change.key);
                entry.key_span = change.key_span;
            }
            None => entries.push(change.clone()),
        }
    }
    Node { value: NodeValue::Map(entries), span: below.span }
}

fn kind_of_auth(entries: &[Entry]) -> Option<&str> {
    entries.iter().map(|entry| entry.key.as_str()).find(|key| AuthSpec::KINDS.contains(key))
}
