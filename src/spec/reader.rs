use std::collections::HashSet;
use std::ops::Range;

use crate::diag::{Fault, Findings, Source, Span};
use crate::expr::ExprError;

use super::node::{Entry, Node, NodeValue};
use super::problem::Problem;
use super::text::locate;

/// A type that can be read from a node.
pub(super) trait Read: Sized {
    /// What to write, for messages that begin "expected".
    const EXPECTED: &'static str;

    /// The value, or `None` with at least one finding added.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;
}

/// Collects the findings while a tree is read.
pub(super) struct Reader<'s> {
    source: &'s Source,
    findings: Findings,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Self { source, findings: Findings::default() }
    }

    pub(super) fn report(&mut self, problem: Problem, span: Span) {
        self.findings.push(problem.at(span));
    }

    pub(super) fn wrong_type(&mut self, expected: &'static str, node: &Node) {
        self.wrong_type_mended_by(expected, node, None);
    }

    /// Reports a value of the wrong type, with a hint at what was probably meant.
    pub(super) fn wrong_type_mended_by(&mut self, expected: &'static str, node: &Node, help: Option<String>) {
        let found = match &node.value {
            NodeValue::Bool(value) => format!("`{value}`"),
            NodeValue::Int(value) => format!("the number `{value}`"),
            NodeValue::Float(value) => format!("the number `{value}`"),
            NodeValue::Text(text) if text.len() <= 40 && !text.contains('\n') => format!("the text `{text}`"),
            NodeValue::Null | NodeValue::Text(_) | NodeValue::List(_) | NodeValue::Map(_) => {
                node.kind().to_owned()
            }
        };
        self.report(Problem::WrongType { expected, found, help }, node.span);
    }

    /// Reports faults of a template or expression whose whole text is a scalar.
    pub(super) fn expression_faults(&mut self, faults: Vec<ExprError>, scalar: Span, text: &str) {
        for fault in faults {
            let ExprError { message, range, expected, help } = fault;
            let span = self.place(scalar, text, range);
            self.report(Problem::Expression { message, expected, help }, span);
        }
    }

    /// A scalar as it is written.
    pub(super) fn written(&self, node: &Node) -> &'s str {
        self.source.slice(node.span)
    }

    pub(super) fn place(&self, scalar: Span, text: &str, range: Range<usize>) -> Span {
        locate(self.source, scalar, text, range)
    }

    pub(super) fn into_findings(self) -> Findings {
        self.findings
    }
}

/// The entries of a mapping while a record is read from it.
pub(super) struct Fields<'n> {
    owner: &'static str,
    span: Span,
    entries: &'n [Entry],
    known: Vec<&'static str>,
    unread: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// The entries of a node, each key once.
    pub(super) fn of(
        node: &'n Node,
        owner: &'static str,
        expected: &'static str,
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let Some(entries) = node.entries() else {
            reader.wrong_type(expected, node);
            return None;
        };
        report_duplicates(entries, reader);
        // A block mapping's span is empty: its first key stands for it.
        let span = entries
            .first()
            .filter(|_| node.span.start == node.span.end)
            .map_or(node.span, |entry| entry.key_span);
        Some(Self { owner, span, entries, known: Vec::new(), unread: Vec::new() })
    }

    pub(super) fn span(&self) -> Span {
        self.span
    }

    pub(super) fn optional<T: Read>(&mut self, key: &'static str, reader: &mut Reader<'_>) -> Option<T> {
        self.known.push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        let value = T::read(&entry.node, reader);
        if value.is_none() {
            self.unread.push(key);
        }
        value
    }

    pub(super) fn required<T: Read>(&mut self, key: &'static str, reader: &mut Reader<'_>) -> Option<T> {
        if !self.entries.iter().any(|entry| entry.key == key) {
            reader.report(Problem::MissingKey { key, expected: T::EXPECTED, owner: self.owner }, self.span);
        }
        self.optional(key, reader)
    }

    /// Reports the keys that nothing asked for, and gives those whose values could not be read.
    pub(super) fn finish(self, reader: &mut Reader<'_>) -> Vec<&'static str> {
        for entry in self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str())) {
            let problem =
                Problem::UnknownKey { key: entry.key.clone(), owner: self.owner, known: self.known.clone() };
            reader.report(problem, entry.key_span);
        }
        self.unread
    }
}

/// Reports every key that stands in the mapping a second time.
pub(super) fn report_duplicates(entries: &[Entry], reader: &mut Reader<'_>) {
    let mut known = HashSet::with_capacity(entries.len());
    for entry in entries {
        if !known.insert(entry.key.as_str()) {
            reader.report(Problem::DuplicateKey { key: entry.key.clone() }, entry.key_span);
        }
    }
}
