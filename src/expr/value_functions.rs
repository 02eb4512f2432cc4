//! The functions of jq that depend on how values are made: their texts, sizes and parts, and numbers.

use jaq_core::load;
use jaq_core::load::parse::Def;
use jaq_core::native::{self, Fun, bome, unary};

use super::functions::Data;
use super::value::{Num, Outcome, Value, failed, parse_json, shown};

/// Functions of jaq's library that these replace.
pub(super) const REPLACED: [&str; 3] = ["ceil", "floor", "round"];

const DEFINITIONS: &str = r#"
def transpose: [range([.[] | length] | max) as $i | [.[][$i]]];
def in(xs): . as $x | xs | has($x);
def inside(xs): . as $x | xs | contains($x);
def index($i): indices($i) | .[0];
def rindex($i): indices($i) | .[-1:][0];
def @json: tojson;
"#;

/// The functions that are defined by others.
pub(super) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    load::parse(DEFINITIONS, |parser| parser.defs()).unwrap_or_default().into_iter()
}

/// The functions of values.
pub(super) fn functions() -> impl Iterator<Item = Fun<Data>> {
    of_input().into_iter().chain(of_argument())
}

fn of_input() -> [Fun<Data>; 10] {
    let native = |name, run| native::run::<Data>((name, native::v(0), run));
    [
        native("tojson", |cv| bome(Ok(Value::from(cv.1.to_string())))),
        native("fromjson", |cv| bome(from_json(&cv.1))),
        native("tonumber", |cv| bome(to_number(&cv.1))),
        native("toboolean", |cv| bome(to_boolean(&cv.1))),
        native("length", |cv| bome(cv.1.length())),
        native("nan", |_| bome(Ok(Value::from(f64::NAN)))),
        native("infinite", |_| bome(Ok(Value::from(f64::INFINITY)))),
        native("floor", |cv| bome(rounded(&cv.1, f64::floor))),
        native("ceil", |cv| bome(rounded(&cv.1, f64::ceil))),
        native("round", |cv| bome(rounded(&cv.1, f64::round))),
    ]
}

fn of_argument() -> [Fun<Data>; 4] {
    let native = |name, run| native::run::<Data>((name, native::v(1), run));
    [
        native("has", |cv| unary(cv, |value, key| value.has(&key).map(Value::Bool))),
        native("contains", |cv| unary(cv, |value, other| value.contains(&other).map(Value::Bool))),
        native("indices", |cv| unary(cv, |value, wanted| value.indices(&wanted))),
        native("bsearch", |cv| unary(cv, |value, wanted| value.binary_search(&wanted))),
    ]
}

/// The number of a text, with all its digits.
pub(super) fn to_number(value: &Value) -> Outcome {
    let number = match value {
        Value::Num(number) => Some(number.clone()),
        Value::Str(text) => match text.as_str() {
            "nan" | "NaN" => Some(Num::Double(f64::NAN)),
            "Infinity" => Some(Num::Double(f64::INFINITY)),
            "-Infinity" => Some(Num::Double(f64::NEG_INFINITY)),
            text => Num::parse(text),
        },
        _ => None,
    };
    number.map(Value::Num).ok_or_else(|| failed(format!("{} cannot be parsed as a number", shown(value))))
}

fn to_boolean(value: &Value) -> Outcome {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::Str(text) if text == "true" => Ok(Value::Bool(true)),
        Value::Str(text) if text == "false" => Ok(Value::Bool(false)),
        _ => Err(failed(format!("{} cannot be parsed as a boolean", shown(value)))),
    }
}

fn from_json(value: &Value) -> Outcome {
    let text = value.as_str().ok_or_else(|| failed(format!("{} cannot be parsed as JSON", shown(value))))?;
    parse_json(text.as_bytes(), None).map_err(|error| failed(format!("{error} (while parsing '{text}')")))
}

fn rounded(value: &Value, round: fn(f64) -> f64) -> Outcome {
    match value {
        Value::Num(number) => Ok(Value::from(round(number.as_f64()))),
        _ => Err(failed(format!("{} number required", shown(value)))),
    }
}
