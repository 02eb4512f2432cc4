//! The functions of jq 1.8: those made of others in `definitions.jq`, the others by subject.

mod arrays;
mod calendar;
mod conversion;
mod dates;
mod format;
mod math;
mod moment;
mod paths;
mod regex;
mod strftime;
mod strptime;
mod text;
mod withheld;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::syntax::{Definition, parse_definitions};
use super::value::{Value, failed};

pub(super) use super::value::Outcome;
pub(super) use arrays::is_present;
pub(super) use conversion::to_number;
pub(super) use withheld::instead_of;

/// A function of its input and the values of its arguments.
pub(super) type Function = fn(Value, &[Value]) -> Outcome;

/// A function with its name, and how many arguments it has. A format's name begins with `@`.
type Named = (&'static str, usize, Function);

/// The function of a name and a number of arguments, if there is one.
pub(super) fn function(name: &str, arity: usize) -> Option<Function> {
    static FUNCTIONS: LazyLock<BTreeMap<(&str, usize), Function>> = LazyLock::new(|| {
        let all = [
            arrays::FUNCTIONS,
            conversion::FUNCTIONS,
            dates::FUNCTIONS,
            format::FUNCTIONS,
            math::FUNCTIONS,
            paths::FUNCTIONS,
            regex::FUNCTIONS,
            text::FUNCTIONS,
        ];
        all.into_iter().flatten().map(|(name, arity, function)| ((*name, *arity), *function)).collect()
    });
    FUNCTIONS.get(&(name, arity)).copied()
}

/// The definition of a name and a number of arguments, if there is one.
pub(super) fn definition(name: &str, arity: usize) -> Option<&'static Definition<'static>> {
    DEFINITIONS.iter().find(|definition| definition.name.text == name && definition.parameters.len() == arity)
}

static DEFINITIONS: LazyLock<Vec<Definition<'static>>> =
    // A test holds the text to be read.
    LazyLock::new(|| parse_definitions(include_str!("definitions.jq")).unwrap_or_default());

/// The names of all functions that an expression can call.
pub(super) fn names() -> Vec<&'static str> {
    let special = ["empty", "getpath", "last", "map", "path", "range", "select", "true", "false", "null"];
    let native = [
        arrays::FUNCTIONS,
        conversion::FUNCTIONS,
        dates::FUNCTIONS,
        math::FUNCTIONS,
        paths::FUNCTIONS,
        regex::FUNCTIONS,
        text::FUNCTIONS,
    ];
    let native = native.into_iter().flatten().map(|(name, _, _)| *name);
    let defined = DEFINITIONS.iter().map(|definition| definition.name.text);
    special.into_iter().chain(native).chain(defined).filter(|name| !name.starts_with('_')).collect()
}

fn argument(arguments: &[Value], index: usize) -> &Value {
    static NULL: Value = Value::Null;
    arguments.get(index).unwrap_or(&NULL)
}

fn type_error(value: &Value, message: &str) -> super::value::Error {
    failed(format!("{} {message}", super::value::shown(value)))
}

#[cfg(test)]
mod tests {
    use crate::expr::{Filter, Scope};

    use super::*;

    #[test]
    fn every_definition_can_be_read_and_compiled() {
        let definitions = parse_definitions(include_str!("definitions.jq")).unwrap();
        assert!(!definitions.is_empty());
        for definition in definitions {
            let arguments = vec!["."; definition.parameters.len()].join("; ");
            let name = definition.name.text;
            let call = if arguments.is_empty() { name.to_owned() } else { format!("{name}({arguments})") };
            Filter::compile(&call, &Scope::default()).unwrap_or_else(|errors| panic!("{call}: {errors:?}"));
        }
    }
}
