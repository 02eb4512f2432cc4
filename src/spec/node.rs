use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Location, Spanned};

use crate::diag::{Diagnostic, Severity, Source, Span};

/// A YAML value with the place where it is defined.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: NodeValue,
    pub(super) span: Span,
}

#[derive(Debug, Clone)]
pub(super) enum NodeValue {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// An entry of a mapping; a key that is given twice has two.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) node: Node,
}

impl Node {
    /// The entries of a mapping; nothing at all (`local:`) is an empty one.
    pub(super) fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            NodeValue::Map(entries) => Some(entries),
            NodeValue::Null => Some(&[]),
            _ => None,
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The places of the texts of all scalars and keys, in their order.
    pub(super) fn texts(&self, source: &Source) -> Vec<Span> {
        let mut texts = Vec::new();
        self.add_texts(source, &mut texts);
        texts.sort_by_key(|span| span.start);
        texts
    }

    fn add_texts(&self, source: &Source, texts: &mut Vec<Span>) {
        match &self.value {
            NodeValue::List(items) => items.iter().for_each(|item| item.add_texts(source, texts)),
            NodeValue::Map(entries) => {
                for entry in entries {
                    texts.push(entry.key_span);
                    entry.node.add_texts(source, texts);
                }
            }
            NodeValue::Text(_) => {
                // The first line of a block may end in a comment.
                let text = source.slice(self.span);
                let header = text.find('\n').filter(|_| text.starts_with(['|', '>'])).unwrap_or(0);
                texts.push(Span::new(self.span.start + header, self.span.end));
            }
            NodeValue::Null | NodeValue::Bool(_) | NodeValue::Int(_) | NodeValue::Float(_) => {}
        }
    }

    /// What the value is, as a noun with its article.
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            NodeValue::Null => "nothing",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Int(_) | NodeValue::Float(_) => "a number",
            NodeValue::Text(_) => "a text",
            NodeValue::List(items) if items.is_empty() => "an empty list",
            NodeValue::List(_) => "a list",
            NodeValue::Map(entries) if entries.is_empty() => "an empty mapping",
            NodeValue::Map(_) => "a mapping",
        }
    }
}

/// Reads a text as one YAML document.
///
/// # Errors
/// The syntax error, at its place.
pub(super) fn read(source: &Source) -> Result<Node, Box<Diagnostic>> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Spanned<RawNode>>(&source.text, options)
        .map(Node::from)
        .map_err(|error| Box::new(syntax_error(source, &error)))
}

fn syntax_error(source: &Source, error: &serde_saphyr::Error) -> Diagnostic {
    let location = error.location();
    let span = location.map(|location| {
        let line_start: usize = source
            .text
            .split_inclusive('\n')
            .take(usize_of(location.line()).saturating_sub(1))
            .map(str::len)
            .sum();
        let line = source.text[line_start..].lines().next().unwrap_or_default();
        let column = usize_of(location.column()).saturating_sub(1);
        let offset = line.char_indices().nth(column).map_or(line.len(), |(offset, _)| offset);
        Span::new(line_start + offset, line_start + offset)
    });
    let full = error.to_string();
    let message = full.lines().next().unwrap_or_default();
    // The library puts the place in front; it is shown beside the source line already.
    let message = message
        .split_once(": ")
        .filter(|(place, _)| place.contains("line "))
        .map_or(message, |(_, rest)| rest);
    let message = message.split(" at line ").next().unwrap_or(message);
    let at_brace = span.is_some_and(|span| source.text[span.start..].starts_with('{'));
    let (message, help) = if message.contains("multiple YAML documents") {
        ("this is a second document".to_owned(), "a spec is one document: remove the line `---`")
    } else if at_brace {
        let help = "inside [ ] and { } a text with braces needs quotes: \"${NAME}\"";
        (format!("this is not YAML: {message}"), help)
    } else {
        (format!("this is not YAML: {message}"), "check the indentation and the quotes at this place")
    };
    Diagnostic {
        code: "yaml-syntax",
        severity: Severity::Error,
        message,
        span,
        label: "the parser stopped here".to_owned(),
        help: Some(help.to_owned()),
        fix: None,
    }
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl From<Spanned<RawNode>> for Node {
    fn from(spanned: Spanned<RawNode>) -> Self {
        let span = span_of(&spanned.defined);
        let value = match spanned.value {
            RawNode::Leaf(value) => value,
            RawNode::List(items) => NodeValue::List(items.into_iter().map(Self::from).collect()),
            RawNode::Map(entries) => NodeValue::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| Entry {
                        key_span: span_of(&key.defined),
                        key: key.value,
                        node: Self::from(value),
                    })
                    .collect(),
            ),
        };
        Self { value, span }
    }
}

fn span_of(location: &Location) -> Span {
    let span = location.span();
    let start = span.byte_offset().map_or(0, usize_of);
    Span::new(start, start + span.byte_len().map_or(0, usize_of))
}

/// The tree as the parser hands it over.
enum RawNode {
    Leaf(NodeValue),
    List(Vec<Spanned<RawNode>>),
    Map(Vec<(Spanned<String>, Spanned<RawNode>)>),
}

impl<'de> Deserialize<'de> for RawNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNode;
        impl<'de> Visitor<'de> for AnyNode {
            type Value = RawNode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a YAML value")
            }

            fn visit_unit<E>(self) -> Result<RawNode, E> {
                Ok(RawNode::Leaf(NodeValue::Null))
            }

            fn visit_bool<E>(self, value: bool) -> Result<RawNode, E> {
                Ok(RawNode::Leaf(NodeValue::Bool(value)))
            }

            fn visit_i64<E>(self, value: i64) -> Result<RawNode, E> {
                Ok(RawNode::Leaf(NodeValue::Int(value)))
            }

            fn visit_u64<E>(self, value: u64) -> Result<RawNode, E> {
                // A number that no key here can hold keeps its digits, so that the error can show them.
                Ok(RawNode::Leaf(
                    i64::try_from(value).map_or_else(|_| NodeValue::Text(value.to_string()), NodeValue::Int),
                ))
            }

            fn visit_f64<E>(self, value: f64) -> Result<RawNode, E> {
                Ok(RawNode::Leaf(NodeValue::Float(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<RawNode, E> {
                Ok(RawNode::Leaf(NodeValue::Text(value.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawNode, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(RawNode::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawNode, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(RawNode::Map(entries))
            }
        }
        deserializer.deserialize_any(AnyNode)
    }
}
