//! Random expressions give what the real jq gives, to the byte and to the message.

use crate::common::jq::{Answer, Jq};

use super::differences::is_known;
use super::grammar::Grammar;
use super::{Ended, run};

/// How many expressions a run tries; more by `JOBNET_TEST_EXPRESSIONS`, from another seed by `JOBNET_TEST_SEED`.
const EXPRESSIONS: usize = 3_000;

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_expressions_give_what_jq_gives() {
    let Some(mut jq) = Jq::start() else { return };
    let seed = number("JOBNET_TEST_SEED").unwrap_or(11);
    let count = number("JOBNET_TEST_EXPRESSIONS").unwrap_or(EXPRESSIONS);
    let mut grammar = Grammar::new(seed as u64);
    let mut different = Vec::new();
    let mut compared = 0;
    for _ in 0..count {
        let expression = format!(". as $x | {}", grammar.expression());
        let input = grammar.input();
        let expected = jq.run(&expression, &input);
        if expected == Answer::Slow {
            continue;
        }
        compared += 1;
        let ours = run(&expression, &input);
        if !is_same(&expected, &ours) && !is_known(&expression, &expected, &ours) {
            different.push((expression, input, expected, ours));
        }
    }
    assert!(compared > count / 2, "jq was slow with {} of {count}", count - compared);
    different.sort_by_key(|(expression, input, ..)| expression.len() + input.len());
    let shown: Vec<String> = different
        .iter()
        .take(10)
        .map(|(expression, input, expected, ours)| {
            format!("{expression}\n  on {input}\n  jq     {expected:?}\n  jobnet {ours:?}")
        })
        .collect();
    assert!(different.is_empty(), "{} of {compared} differ:\n{}", different.len(), shown.join("\n"));
}

/// True where both refuse, or both give the same outputs and end in the same way.
fn is_same(expected: &Answer, ours: &Ended) -> bool {
    match (expected, ours) {
        (Answer::Refused(_), Ended::Refused(_)) => true,
        (Answer::Ran { outputs, error }, Ended::Ran { outputs: given, error: failed }) => {
            outputs == given && error.is_some() == failed.is_some()
        }
        _ => false,
    }
}
