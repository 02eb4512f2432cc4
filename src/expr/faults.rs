use std::ops::Range;

use jaq_core::compile::Undefined;
use jaq_core::load;

use super::error::ExprError;
use super::functions::{definitions, functions, instead_of};

/// What the lexer or the parser finds wrong with an expression.
pub(super) fn load_errors(text: &str, error: load::Error<&str>) -> Vec<ExprError> {
    let fault = |found: &str, expected: &str| {
        let range = place(text, found);
        if let Some(name) = name_piece(text, range.start) {
            return ExprError {
                message: format!("`{}` cannot stand in jq", &text[name.clone()]),
                range: name,
                expected: "expected $vars.NAME".to_owned(),
                help: Some("inside jq a variable is written $vars.NAME".to_owned()),
            };
        }
        let message = if range.start >= text.trim_end().len() {
            "the expression ends too early".to_owned()
        } else {
            format!("`{}` cannot stand here", &text[range.clone()])
        };
        ExprError { message, range, expected: format!("expected {}", in_words(expected)), help: None }
    };
    match error {
        load::Error::Lex(errors) => {
            errors.iter().map(|(expected, found)| fault(first_char(found), expected.as_str())).collect()
        }
        load::Error::Parse(errors) => {
            errors.iter().map(|(expected, found)| fault(found, expected.as_str())).collect()
        }
        load::Error::Io(errors) => errors
            .iter()
            .map(|(path, _)| ExprError {
                message: "modules cannot be imported".to_owned(),
                range: place(text, path),
                expected: String::new(),
                help: Some("write the definition into the expression".to_owned()),
            })
            .collect(),
    }
}

/// What the compiler finds wrong with an expression: a name that nothing defines.
pub(super) fn undefined_error(text: &str, name: &str, kind: &Undefined, variables: &[&str]) -> ExprError {
    let (what, expected) = match kind {
        Undefined::Var => {
            (format!("variable {name} is not known here"), format!("known here: {}", variables.join(", ")))
        }
        Undefined::Filter(0) => (format!("jq has no function `{name}`"), "an unknown function".to_owned()),
        Undefined::Filter(arity) => {
            let arguments =
                if *arity == 1 { "one argument".to_owned() } else { format!("{arity} arguments") };
            (format!("jq has no function `{name}` with {arguments}"), "an unknown function".to_owned())
        }
        other => (format!("unknown {}: {name}", other.as_str()), String::new()),
    };
    let help = instead_of(name).map(str::to_owned).or_else(|| match kind {
        Undefined::Var => {
            Some(format!("a variable of the spec is written $vars.{}", name.trim_start_matches('$')))
        }
        Undefined::Filter(_) => closest_function(name)
            .or_else(|| Some("the functions are those of jq's manual, and present(f)".to_owned())),
        _ => None,
    });
    ExprError { message: what, range: place(text, name), expected, help }
}

fn closest_function(name: &str) -> Option<String> {
    let known = definitions().map(|definition| definition.name).chain(functions().map(|(name, _, _)| name));
    known
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .filter(|(distance, _)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, known)| format!("did you mean `{known}`?"))
}

/// The whole of a `${NAME}` whose brace stands at `brace`.
fn name_piece(text: &str, brace: usize) -> Option<Range<usize>> {
    let start = text.get(..brace)?.strip_suffix('$')?.len();
    let length = text[brace..].strip_prefix('{')?.find('}')?;
    Some(start..brace + length + 2)
}

/// What jaq's parser says that it expected, with an article, and a bracket as itself.
fn in_words(expected: &str) -> &str {
    match expected {
        "term" => "a value, a path or a function",
        "identifier" => "a name",
        "key" => "a key",
        "variable" => "a variable such as $x",
        "pattern" => "a variable such as $x, or a pattern of some",
        "argument" => "an argument",
        "string" => "a text in quotes",
        "nothing" => "the end of the expression, or an operator",
        "token" => "a part of jq",
        "digit" => "a digit",
        "closing parenthesis" => "`)`",
        "closing bracket" => "`]`",
        "closing brace" => "`}`",
        "closing quote" => "`\"`",
        "comma or right bracket" => "`,` or `]`",
        "comma or right brace" => "`,` or `}`",
        "semicolon or right parenthesis" => "`;` or `)`",
        "else or end" => "`else` or `end`",
        "string escape sequence" => "an escape such as \\n",
        "4-digit hexadecimal UTF-8 code point" => "four hexadecimal digits",
        other => other,
    }
}

fn first_char(text: &str) -> &str {
    text.char_indices().nth(1).map_or(text, |(end, _)| &text[..end])
}

/// The range of `part` in `text`; the end of `text` where `part` is empty or lies elsewhere (jaq reports an early end
/// so). The parser's strings are slices of the text that it was given.
fn place(text: &str, part: &str) -> Range<usize> {
    let range = load::span(text, part);
    let inside = !part.is_empty() && range.end <= text.len() && text.get(range.clone()) == Some(part);
    if inside { range } else { text.trim_end().len()..text.len().max(text.trim_end().len()) }
}
