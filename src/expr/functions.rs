use std::collections::BTreeSet;
use std::sync::LazyLock;

use jaq_core::Bind;
use jaq_core::data::JustLut;
use jaq_core::load::parse::{Def, Term};
use jaq_core::native::{self, Fun, bome};

use super::names::visit;
use super::{Value, value_functions};

/// The data that filters run on: nothing but the compiled program and values.
pub(super) type Data = JustLut<Value>;

/// What jq knows that would make an expression depend on more than its input, or do more than compute.
const WITHHELD: [&str; 12] = [
    "debug",
    "debug_empty",
    "env",
    "halt",
    "halt_error",
    "input",
    "inputs",
    "localtime",
    "now",
    "stderr",
    "stderr_empty",
    "strflocaltime",
];

/// What jq defines by comparisons of comparisons (`true` is `0 == 0`), and conditions ask all the time, or by a division
/// by zero, which is an error: native here.
const MADE_NATIVE: [&str; 12] = [
    "false",
    "infinite",
    "isarray",
    "isboolean",
    "isnumber",
    "isobject",
    "isstring",
    "nan",
    "not",
    "null",
    "true",
    "type",
];

/// jq's definitions, without the [`WITHHELD`] and those that are native here.
pub(super) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(value_functions::definitions())
        .filter(|definition| !WITHHELD.contains(&definition.name) && !MADE_NATIVE.contains(&definition.name))
}

/// jq's native functions without the [`WITHHELD`] ones, and ours.
pub(super) fn functions() -> impl Iterator<Item = Fun<Data>> {
    jaq_core::funs()
        .chain(jaq_std::funs().filter(|(name, _, _)| !value_functions::REPLACED.contains(name)))
        .filter(|(name, _, _)| !WITHHELD.contains(name))
        .chain(value_functions::functions())
        .chain([present()])
        .chain(tests_of_type())
}

/// The definitions and native functions that a term reaches, by name: a program of its own for each expression is small
/// then, and made at once.
pub(super) fn reached(term: &Term<&str>) -> (Vec<Def<&'static str>>, Vec<Fun<Data>>) {
    static DEFINITIONS: LazyLock<Vec<Def<&'static str>>> = LazyLock::new(|| definitions().collect());
    let mut names = BTreeSet::new();
    called(term, &mut names);
    let mut seen = 0;
    while seen < names.len() {
        seen = names.len();
        for definition in
            DEFINITIONS.iter().filter(|definition| names.contains(definition.name)).collect::<Vec<_>>()
        {
            called(&definition.body, &mut names);
        }
    }
    let reached = DEFINITIONS.iter().filter(|definition| names.contains(definition.name)).cloned().collect();
    (reached, functions().filter(|(name, _, _)| names.contains(*name)).collect())
}

fn called(term: &Term<&str>, names: &mut BTreeSet<String>) {
    visit(term, &mut |term| match term {
        Term::Call(name, _) => {
            names.insert((*name).to_owned());
        }
        // A string's format is a function too: `@uri "…"`.
        Term::Str(Some(format), _) => {
            names.insert((*format).to_owned());
        }
        _ => {}
    });
}

fn tests_of_type() -> [Fun<Data>; 10] {
    let native = |name, run| native::run::<Data>((name, native::v(0), run));
    [
        native("true", |_| bome(Ok(Value::Bool(true)))),
        native("false", |_| bome(Ok(Value::Bool(false)))),
        native("null", |_| bome(Ok(Value::Null))),
        native("not", |cv| bome(Ok(Value::Bool(!cv.1.is_true())))),
        native("type", |cv| bome(Ok(Value::from(cv.1.type_name())))),
        native("isboolean", |cv| bome(Ok(Value::Bool(cv.1.type_name() == "boolean")))),
        native("isnumber", |cv| bome(Ok(Value::Bool(cv.1.type_name() == "number")))),
        native("isstring", |cv| bome(Ok(Value::Bool(cv.1.type_name() == "string")))),
        native("isarray", |cv| bome(Ok(Value::Bool(cv.1.type_name() == "array")))),
        native("isobject", |cv| bome(Ok(Value::Bool(cv.1.type_name() == "object")))),
    ]
}

/// What to write in place of a withheld function.
pub(super) fn instead_of(name: &str) -> Option<&'static str> {
    match name {
        "now" | "localtime" | "strflocaltime" => {
            Some("use $run.job_start_at: it is the same for every stage and every retry")
        }
        "env" | "$ENV" => Some("declare the name under `vars` and write $vars.NAME"),
        name if WITHHELD.contains(&name) => Some("expressions compute from their input only"),
        _ => None,
    }
}

/// `present(f)`: true where some output of `f` is neither null, false, 0 nor empty.
fn present() -> Fun<Data> {
    native::run(("present", [Bind::Fun(())].into(), |mut cv| {
        let (filter, context) = cv.0.pop_fun();
        for output in filter.run((context, cv.1)) {
            match output {
                Ok(value) if is_present(&value) => return bome(Ok(Value::Bool(true))),
                Ok(_) => {}
                Err(error) => return Box::new(std::iter::once(Err(error))),
            }
        }
        bome(Ok(Value::Bool(false)))
    }))
}

pub(super) fn is_present(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Num(number) => number.as_f64() != 0.0,
        Value::Str(text) => !text.is_empty(),
        Value::Arr(items) => !items.is_empty(),
        Value::Obj(map) => !map.is_empty(),
    }
}
