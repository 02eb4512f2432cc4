//! Expressions are jq 1.8: they give what jq gives, and they are bounded.

mod bounds;
mod conformity;
mod differences;
mod examples;
mod grammar;
mod stages;
mod templates;
mod words;

use std::sync::atomic::{AtomicU32, Ordering};

use jobnet::expr::{Bindings, Filter, Interrupt, Scope, Value, parse_json};

/// The end of an expression on an input: its outputs as jq's `tojson` writes them, and the error that ended them.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ended {
    Ran { outputs: Vec<String>, error: Option<String> },
    Refused(String),
}

/// How often an expression may look whether it is interrupted, about once in a thousand steps.
const LOOKS: u32 = 1_000;

/// Runs an expression on an input, both as text; one that does not end is interrupted.
fn run(expression: &str, input: &str) -> Ended {
    run_for(LOOKS, expression, input)
}

fn run_for(most: u32, expression: &str, input: &str) -> Ended {
    let filter = match Filter::compile(expression, &Scope::default()) {
        Ok(filter) => filter,
        Err(errors) => return Ended::Refused(errors[0].message.clone()),
    };
    let input = parse_json(input.as_bytes(), None).unwrap();
    let looks = AtomicU32::new(0);
    let patience = move || looks.fetch_add(1, Ordering::Relaxed) > most;
    let bindings = Bindings::new(Value::Null, Value::Null).interrupted_by(Interrupt::when(patience));
    let mut outputs = Vec::new();
    let mut error = None;
    for output in filter.outputs(input, &bindings) {
        match output {
            Ok(output) => outputs.push(output.to_string()),
            Err(failed) => error = Some(failed.to_string()),
        }
    }
    Ended::Ran { outputs, error }
}
