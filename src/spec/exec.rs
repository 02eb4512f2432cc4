use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::for_each::ForEachSpec;
use super::leaf::{LateSpec, Name, PatternText, PlainText, scalar_text};
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::record::record;

record! {
    /// A command: somebody's own program as a stage.
    ExecSpec is "`exec`"
    required {
        /// The program and its arguments, as words: a text that is split as a shell would, or a list of words. `{jq}`
        /// and `${NAME}` may stand in a word, and never make two of it.
        command: CommandSpec,
    }
    optional {
        /// Rows, for each of which the command is run once, one after the other: `.` and `$each` in its words are the row, and
        /// JOBNET_ROW has it. Without it the command is run once.
        for_each: ForEachSpec,
        /// The command is one text for `sh -c`, which is given it as it stands.
        shell: bool,
        /// What the process gets of jobnet's own environment: names, in which `*` stands for anything, or `all`. Default
        /// PATH, HOME, USER, LANG, LC_*, TZ and TMPDIR.
        inherit: InheritSpec,
        /// The variables that it is given as environment variables.
        vars: Vec<Name>,
        /// The secrets that it is given as environment variables; `NAME?` for one that may be absent.
        secrets: Vec<Name>,
        /// The directory that it runs in. Default jobnet's own.
        dir: PlainText,
        /// How long it may take to end after it was told to. Default 10s.
        grace: LateSpec<Duration>,
    }
}

record! {
    /// What every command gets unless its stage says otherwise.
    ExecDefaultsSpec is "`exec` in `defaults`"
    optional {
        /// What the process gets of jobnet's own environment: names, in which `*` stands for anything, or `all`.
        inherit: InheritSpec,
        /// The variables that it is given as environment variables.
        vars: Vec<Name>,
        /// The secrets that it is given as environment variables; `NAME?` for one that may be absent.
        secrets: Vec<Name>,
    }
}

/// A command as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandSpec {
    /// A text that is still to be split.
    Text(PatternText),
    /// Words.
    Words(Vec<PatternText>),
}

impl Read for CommandSpec {
    const EXPECTED: &'static str = "a command, or a list of its words";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::List(words) if !words.is_empty() => {
                let read: Vec<_> = words.iter().filter_map(|word| PatternText::read(word, reader)).collect();
                (read.len() == words.len()).then_some(Self::Words(read))
            }
            _ => match scalar_text(node, reader) {
                Some(text) => Some(Self::Text(PatternText { text, span: node.span })),
                None => {
                    reader.wrong_type(Self::EXPECTED, node);
                    None
                }
            },
        }
    }
}

impl JsonSchema for CommandSpec {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CommandSpec".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let word = json_schema!({"type": ["string", "number", "boolean"]});
        json_schema!({"oneOf": [{"type": "string"}, {"type": "array", "items": word, "minItems": 1}]})
    }
}

/// Which of jobnet's own environment variables a process gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InheritSpec {
    /// All.
    All,
    /// Those whose names match one of these.
    Names(Vec<Name>),
}

impl Read for InheritSpec {
    const EXPECTED: &'static str = "`all`, or a list of names";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Text(word) if word == "all" => Some(Self::All),
            NodeValue::List(_) => Vec::read(node, reader).map(Self::Names),
            _ => {
                let brackets = scalar_text(node, reader).map(|text| format!("put it in brackets: [{text}]"));
                reader.wrong_type_mended_by(Self::EXPECTED, node, brackets);
                None
            }
        }
    }
}

impl JsonSchema for InheritSpec {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "InheritSpec".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"oneOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]})
    }
}
