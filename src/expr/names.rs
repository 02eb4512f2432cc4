use std::ops::Range;

use super::error::ExprError;
use super::syntax::{Entry, Part, Piece, Term};

/// A declared name that a text uses, with its place in that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameUse {
    /// The variable's or secret's name.
    pub name: String,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// `${NAME?}`: may be absent.
    pub optional: bool,
}

/// True for a name that a variable or secret, and so a process environment variable, can have.
pub(crate) fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The names that an expression reads by `$vars.NAME`.
///
/// # Errors
/// `$vars` without a constant name behind it: a stage is given the variables that it names, so they must be known.
pub(super) fn vars_of(term: &Term<'_>) -> Result<Vec<NameUse>, ExprError> {
    let mut uses = Vec::new();
    let mut fault = None;
    let mut named: Option<&Term<'_>> = None;
    term.visit(&mut |term| match term {
        Term::Path(head, parts) if matches!(&**head, Term::Variable(name) if name.text == "vars") => {
            if let Some((Part::Index(Term::Text(None, pieces)), _)) = parts.first()
                && let [Piece::Plain(name)] = pieces[..]
            {
                uses.push(NameUse { name: name.text.to_owned(), range: name.range(), optional: false });
                named = Some(head);
            }
        }
        Term::Variable(name)
            if name.text == "vars" && !named.is_some_and(|named| std::ptr::eq(named, term)) =>
        {
            fault.get_or_insert_with(|| whole_vars(name.at - 1..name.range().end));
        }
        _ => {}
    });
    // `{$vars}` is the whole of them too.
    term.visit(&mut |term| {
        if let Term::Object(entries) = term {
            for entry in entries {
                if let Entry::Variable(name) = entry
                    && name.text == "vars"
                {
                    fault.get_or_insert_with(|| whole_vars(name.at - 1..name.range().end));
                }
            }
        }
    });
    match fault {
        Some(fault) => Err(fault),
        None => Ok(uses),
    }
}

fn whole_vars(range: Range<usize>) -> ExprError {
    ExprError {
        message: "`$vars` stands without the name of a variable".to_owned(),
        range,
        expected: "expected $vars.NAME".to_owned(),
        help: Some("name the variable: a stage is given those that it names and no others".to_owned()),
    }
}
