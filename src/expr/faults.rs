use std::ops::Range;

use super::engine::{Undefined, UndefinedKind};
use super::error::ExprError;
use super::native::{instead_of, names};
use super::syntax::{DEEPEST, LONGEST, SyntaxFault};

/// The error of a text that is not an expression.
pub(super) fn syntax_error(text: &str, fault: SyntaxFault) -> ExprError {
    match fault {
        SyntaxFault::Unexpected { range, .. } if name_piece(text, range.start).is_some() => {
            let name = name_piece(text, range.start).unwrap_or(range);
            ExprError {
                message: format!("`{}` cannot stand in jq", &text[name.clone()]),
                range: name,
                expected: "expected $vars.NAME".to_owned(),
                help: Some("inside jq a variable is written $vars.NAME".to_owned()),
            }
        }
        SyntaxFault::Unexpected { range, expected } => {
            let end = text.trim_end().len();
            let (message, range) = if range.start >= end {
                ("the expression ends too early".to_owned(), end..text.len())
            } else {
                (format!("`{}` cannot stand here", &text[range.clone()]), range)
            };
            ExprError { message, range, expected: format!("expected {expected}"), help: None }
        }
        SyntaxFault::TooLong => ExprError {
            message: format!("the expression has {} bytes", text.len()),
            range: 0..text.len(),
            expected: format!("expected {LONGEST} bytes at most"),
            help: Some("put the data that it holds into a table or a file".to_owned()),
        },
        SyntaxFault::TooDeep { range } => ExprError {
            message: "the expression is nested too deep".to_owned(),
            range,
            expected: format!("expected {DEEPEST} levels at most"),
            help: Some(
                "brackets and operators in a row are levels; IN(…) tests many values at once".to_owned(),
            ),
        },
        SyntaxFault::Key { range } => ExprError {
            message: format!("`{}` cannot be a key", &text[range.clone()]),
            range,
            expected: "expected a text".to_owned(),
            help: Some("write the key in quotes".to_owned()),
        },
        SyntaxFault::Module { range } => ExprError {
            message: "modules cannot be imported".to_owned(),
            range,
            expected: String::new(),
            help: Some("write the definition into the expression".to_owned()),
        },
    }
}

/// The error of a name that nothing defines.
pub(super) fn undefined_error(undefined: &Undefined, variables: &[&str]) -> ExprError {
    let Undefined { name, kind, range } = undefined;
    let known = || variables.iter().map(|name| format!("${name}")).collect::<Vec<_>>().join(", ");
    let unknown_function = "an unknown function".to_owned();
    let (message, expected) = match kind {
        UndefinedKind::Variable => {
            (format!("variable ${name} is not known here"), format!("known here: {}", known()))
        }
        UndefinedKind::Label => (format!("label ${name} is not known here"), String::new()),
        UndefinedKind::Format => (format!("jq has no format `{name}`"), "an unknown format".to_owned()),
        UndefinedKind::Function(0) => (format!("jq has no function `{name}`"), unknown_function),
        UndefinedKind::Function(1) => {
            (format!("jq has no function `{name}` with one argument"), unknown_function)
        }
        UndefinedKind::Function(arity) => {
            (format!("jq has no function `{name}` with {arity} arguments"), unknown_function)
        }
    };
    let withheld = instead_of(name);
    let message = match (withheld, kind) {
        (Some(_), UndefinedKind::Function(_)) => format!("jobnet does not have jq's function `{name}`"),
        _ => message,
    };
    let help = withheld.map(str::to_owned).or_else(|| match kind {
        UndefinedKind::Variable => Some(format!("a variable of the spec is written $vars.{name}")),
        UndefinedKind::Function(_) => closest_function(name)
            .or_else(|| Some("the functions are those of jq's manual, and present(f)".to_owned())),
        UndefinedKind::Format => Some(
            "the formats are @text, @json, @csv, @tsv, @html, @uri, @urid, @sh, @base64 and @base64d"
                .to_owned(),
        ),
        UndefinedKind::Label => Some("a label is written `label $name | …` around the break".to_owned()),
    });
    // The `$` of a variable and of a label belongs to it.
    let range = match kind {
        UndefinedKind::Variable | UndefinedKind::Label => range.start - 1..range.end,
        UndefinedKind::Format | UndefinedKind::Function(_) => range.clone(),
    };
    ExprError { message, range, expected, help }
}

fn closest_function(name: &str) -> Option<String> {
    names()
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .filter(|(distance, _)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, known)| format!("did you mean `{known}`?"))
}

/// The whole of a `${NAME}` that begins at `start`, or whose brace stands there.
fn name_piece(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let start = if rest.starts_with("${") { start } else { text.get(..start)?.strip_suffix('$')?.len() };
    let length = text[start..].strip_prefix("${")?.find('}')?;
    Some(start..start + length + 3)
}
