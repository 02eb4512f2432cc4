use crate::expr::is_variable_name;

use super::leaf::Spanned;
use super::problem::Problem;
use super::reader::Reader;

/// Reports a name in `table` that cannot be one of a variable or secret.
pub(super) fn check_variable_name(name: &Spanned<String>, what: &'static str, reader: &mut Reader<'_>) {
    if !is_variable_name(&name.value) {
        let expected = "letters, digits and underscores, not a digit first";
        reader.report(Problem::BadName { found: name.value.clone(), what, expected }, name.span);
    }
}

/// Reports a name, or a part of one, that no engine could keep a secret under.
pub(super) fn check_secret_name(name: &Spanned<String>, reader: &mut Reader<'_>) {
    let fits = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
    if name.value.is_empty() || !name.value.chars().all(fits) {
        let (what, expected) = ("a secret", "letters, digits, `-`, `_` and `.`");
        reader.report(Problem::BadName { found: name.value.clone(), what, expected }, name.span);
    }
}

/// Reports a name that cannot be one of a stage, API, group or environment: it becomes part of keys and resource names.
pub(super) fn check_resource_name(name: &Spanned<String>, what: &'static str, reader: &mut Reader<'_>) {
    let fits = name.value.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !fits {
        let expected = "letters, digits, `-` and `_`, a letter first";
        reader.report(Problem::BadName { found: name.value.clone(), what, expected }, name.span);
    }
}
