use std::ops::Range;

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::path::Part;

use super::error::ExprError;

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
pub(super) fn vars_of(text: &str, term: &Term<&str>) -> Result<Vec<NameUse>, ExprError> {
    let mut uses = Vec::new();
    let mut fault = None;
    let mut named: Option<&Term<&str>> = None;
    visit(term, &mut |term| match term {
        Term::Path(head, path) if matches!(**head, Term::Var("$vars")) => {
            if let Some((Part::Index(Term::Str(None, parts)), _)) = path.0.first()
                && let [StrPart::Str(name)] = parts[..]
            {
                let range = jaq_core::load::span(text, name);
                uses.push(NameUse { name: name.to_owned(), range, optional: false });
                named = Some(head);
            }
        }
        Term::Var(variable @ "$vars") if !named.is_some_and(|named| std::ptr::eq(named, term)) => {
            fault.get_or_insert_with(|| ExprError {
                message: "`$vars` stands without the name of a variable".to_owned(),
                range: jaq_core::load::span(text, variable),
                expected: "expected $vars.NAME".to_owned(),
                help: Some(
                    "name the variable: a stage is given those that it names and no others".to_owned(),
                ),
            });
        }
        _ => {}
    });
    match fault {
        Some(fault) => Err(fault),
        None => Ok(uses),
    }
}

/// Calls `f` for a term and for the terms inside it, from the left to the right.
pub(super) fn visit<'a, 's>(term: &'a Term<&'s str>, f: &mut impl FnMut(&'a Term<&'s str>)) {
    f(term);
    match term {
        Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) | Term::Arr(None) => {}
        Term::Str(_, parts) => {
            for part in parts {
                if let StrPart::Term(term) = part {
                    visit(term, f);
                }
            }
        }
        Term::Arr(Some(inner)) | Term::Neg(inner) | Term::Label(_, inner) => visit(inner, f),
        Term::Obj(entries) => {
            for (key, value) in entries {
                visit(key, f);
                if let Some(value) = value {
                    visit(value, f);
                }
            }
        }
        Term::BinOp(left, op, right) => {
            visit(left, f);
            if let BinaryOp::Pipe(Some(pattern)) = op {
                visit_pattern(pattern, f);
            }
            visit(right, f);
        }
        Term::Fold(_, source, pattern, rest) => {
            visit(source, f);
            visit_pattern(pattern, f);
            rest.iter().for_each(|term| visit(term, f));
        }
        Term::TryCatch(body, handler) => {
            visit(body, f);
            if let Some(handler) = handler {
                visit(handler, f);
            }
        }
        Term::IfThenElse(branches, otherwise) => {
            for (condition, then) in branches {
                visit(condition, f);
                visit(then, f);
            }
            if let Some(otherwise) = otherwise {
                visit(otherwise, f);
            }
        }
        Term::Def(definitions, body) => {
            definitions.iter().for_each(|Def { body, .. }| visit(body, f));
            visit(body, f);
        }
        Term::Call(_, arguments) => arguments.iter().for_each(|term| visit(term, f)),
        Term::Path(head, path) => {
            visit(head, f);
            for (part, _) in &path.0 {
                match part {
                    Part::Index(index) => visit(index, f),
                    Part::Range(from, to) => from.iter().chain(to).for_each(|term| visit(term, f)),
                }
            }
        }
    }
}

fn visit_pattern<'a, 's>(pattern: &'a Pattern<&'s str>, f: &mut impl FnMut(&'a Term<&'s str>)) {
    match pattern {
        Pattern::Var(_) => {}
        Pattern::Arr(patterns) => patterns.iter().for_each(|pattern| visit_pattern(pattern, f)),
        Pattern::Obj(entries) => {
            for (key, pattern) in entries {
                visit(key, f);
                visit_pattern(pattern, f);
            }
        }
    }
}
