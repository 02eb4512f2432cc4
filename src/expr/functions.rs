use jaq_core::data::JustLut;
use jaq_core::native::{self, Fun, bome};
use jaq_core::{Bind, load::parse::Def};

use super::Value;

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

/// jq's definitions without the [`WITHHELD`] ones.
pub(super) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs())
        .filter(|definition| !WITHHELD.contains(&definition.name))
}

/// jq's native functions without the [`WITHHELD`] ones, and `present`.
pub(super) fn functions() -> impl Iterator<Item = Fun<Data>> {
    jaq_core::funs()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs())
        .filter(|(name, _, _)| !WITHHELD.contains(name))
        .chain([present()])
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

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Num(number) => *number != jaq_json::Num::Int(0),
        Value::BStr(bytes) | Value::TStr(bytes) => !bytes.is_empty(),
        Value::Arr(items) => !items.is_empty(),
        Value::Obj(map) => !map.is_empty(),
    }
}
