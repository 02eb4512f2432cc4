use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::diag::Span;
use crate::expr::{Late, Num, ParseFault, Place, Scalar, Scope, Template};

use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// Describes a leaf in the JSON Schema by a fixed schema, without a definition of its own.
macro_rules! inline_schema {
    ([$($generic:tt)*] $type:ty, $schema:expr) => {
        impl<$($generic)*> JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

pub(super) use inline_schema;

/// The text of a scalar as an author means it: numbers and booleans as they are written.
pub(super) fn scalar_text(node: &Node, reader: &Reader<'_>) -> Option<String> {
    match &node.value {
        NodeValue::Bool(value) => Some(value.to_string()),
        NodeValue::Int(value) => Some(value.to_string()),
        // `1.10` is a version more often than a number.
        NodeValue::Float(_) => Some(reader.written(node).to_owned()),
        NodeValue::Text(text) => Some(text.clone()),
        NodeValue::Null | NodeValue::List(_) | NodeValue::Map(_) => None,
    }
}

/// The number of a scalar that is none of a machine's whole numbers, with the digits that are written.
pub(super) fn exact_number(node: &Node, reader: &Reader<'_>) -> Option<Num> {
    let written = reader.written(node);
    match &node.value {
        NodeValue::Float(value) => Some(Num::parse(written).unwrap_or(Num::Double(*value))),
        // A whole number of too many digits; in quotes it is a text.
        NodeValue::Text(text) if text == written && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Num::parse(text)
        }
        _ => None,
    }
}

impl<T: Read> Read for Spanned<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { value: T::read(node, reader)?, span: node.span })
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl Read for String {
    const EXPECTED: &'static str = "a text";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Text(text) => Some(text.clone()),
            _ => {
                let quotes = scalar_text(node, reader).map(|text| format!("put it in quotes: \"{text}\""));
                reader.wrong_type_mended_by(<Self as Read>::EXPECTED, node, quotes);
                None
            }
        }
    }
}

impl Read for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let meant = match &node.value {
            NodeValue::Bool(value) => return Some(*value),
            NodeValue::Text(word) => match word.to_lowercase().as_str() {
                "true" | "yes" | "on" | "y" => Some("true"),
                "false" | "no" | "off" | "n" => Some("false"),
                _ => None,
            },
            _ => None,
        };
        let help = meant.map(|word| format!("did you mean `{word}`?"));
        reader.wrong_type_mended_by(<Self as Read>::EXPECTED, node, help);
        None
    }
}

impl Read for u32 {
    const EXPECTED: &'static str = "a whole number of 0 or more";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            NodeValue::Int(value) if u32::try_from(value).is_ok() => u32::try_from(value).ok(),
            _ => {
                reader.wrong_type(<Self as Read>::EXPECTED, node);
                None
            }
        }
    }
}

impl<T: Read> Read for Vec<T> {
    const EXPECTED: &'static str = "a list";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let NodeValue::List(items) = &node.value else {
            let brackets = scalar_text(node, reader).map(|text| format!("put it in brackets: [{text}]"));
            reader.wrong_type_mended_by(Self::EXPECTED, node, brackets);
            return None;
        };
        Some(items.iter().filter_map(|item| T::read(item, reader)).collect())
    }
}

/// The name of a stage, group, environment, variable or secret where it is referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(pub Spanned<String>);

impl Read for Name {
    const EXPECTED: &'static str = "a name";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Text(text) => Some(Self(Spanned { value: text.clone(), span: node.span })),
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

inline_schema!([] Name, json_schema!({"type": "string"}));

/// A text in which `${NAME}` may stand.
#[derive(Debug, Clone)]
pub struct PlainText {
    /// The text, parsed.
    pub template: Template,
    /// The text as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Read for PlainText {
    const EXPECTED: &'static str = "a text";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(text) = scalar_text(node, reader) else {
            reader.wrong_type(Self::EXPECTED, node);
            return None;
        };
        match Template::parse(&text, Place::Plain, &Scope::default()) {
            Ok(template) => Some(Self { template, text, span: node.span }),
            Err(faults) => {
                reader.expression_faults(faults, node.span, &text);
                None
            }
        }
    }
}

inline_schema!([] PlainText, json_schema!({"type": ["string", "number", "boolean"]}));

/// A path or query value, in which `${NAME}` and `{jq}` may stand. It is compiled when the plan knows its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternText {
    /// The text as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Read for PatternText {
    const EXPECTED: &'static str = "a text";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match scalar_text(node, reader) {
            Some(text) => Some(Self { text, span: node.span }),
            None => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

inline_schema!([] PatternText, json_schema!({"type": ["string", "number", "boolean"]}));

/// A jq expression. It is compiled when the plan knows its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JqText {
    /// The expression as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Read for JqText {
    const EXPECTED: &'static str = "a jq expression";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match scalar_text(node, reader) {
            Some(text) => Some(Self { text, span: node.span }),
            None => {
                reader.wrong_type("a jq expression in quotes", node);
                None
            }
        }
    }
}

inline_schema!([] JqText, json_schema!({"type": ["string", "number", "boolean"]}));

/// A value that `${NAME}` may supply.
#[derive(Debug, Clone)]
pub struct LateSpec<T> {
    /// The value, or the text that will make it.
    pub late: Late<T>,
    /// The text as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl<T: Scalar> Read for LateSpec<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(text) = scalar_text(node, reader) else {
            reader.wrong_type(Self::EXPECTED, node);
            return None;
        };
        match Late::parse(&text) {
            Ok(late) => Some(Self { late, text, span: node.span }),
            Err(ParseFault::WrongType) => {
                let with_unit = ["s", "%", "/s"].map(|unit| format!("{text}{unit}"));
                let mended = with_unit.into_iter().find(|text| T::parse(text).is_some());
                let help = mended.map(|text| format!("add the unit: `{text}`, say"));
                reader.wrong_type_mended_by(Self::EXPECTED, node, help);
                None
            }
            Err(ParseFault::Template(faults)) => {
                reader.expression_faults(faults, node.span, &text);
                None
            }
        }
    }
}

inline_schema!([T] LateSpec<T>, json_schema!({"type": ["string", "number", "boolean"]}));
