use indexmap::IndexMap;
use serde_json::Value;

use crate::diag::{Fault as _, Findings, Span};

use super::lock::Lock;
use super::problem::GithubProblem;

/// The author's steps, each as the lines of an item of `steps`, with actions pinned. All else stays as it is written: its
/// expressions are the author's own.
pub(super) fn steps(
    setup: &[(Vec<(String, Value)>, Span)],
    lock: &Lock,
    findings: &mut Findings,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (entries, place) in setup {
        match step(entries, lock) {
            Ok(step) => lines.extend(step),
            Err(problem) => findings.push(problem.at(*place)),
        }
    }
    lines
}

fn step(entries: &[(String, Value)], lock: &Lock) -> Result<Vec<String>, GithubProblem> {
    let is_text = |key: &str| entries.iter().any(|(name, value)| name == key && value.is_string());
    if is_text("uses") == is_text("run") {
        return Err(GithubProblem::NotAStep);
    }
    let mut lines = Vec::new();
    for (key, value) in entries {
        match value {
            Value::String(uses) if key == "uses" => {
                lines.push(format!("uses: {}", lock.pinned(uses)?.line()));
            }
            _ => lines.extend(yaml(key, value).lines().map(str::to_owned)),
        }
    }
    let indented = lines.into_iter().enumerate().map(|(number, line)| match number {
        0 => format!("- {line}"),
        _ if line.is_empty() => line,
        _ => format!("  {line}"),
    });
    Ok(indented.collect())
}

/// A key with its value, in as many lines as it needs.
fn yaml(key: &str, value: &Value) -> String {
    let options = serde_saphyr::ser_options! { compact_list_indent: false };
    let entry = IndexMap::from([(key, value)]);
    // JSON's values always serialise.
    serde_saphyr::to_string_with_options(&entry, options).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn lines(step: &Value) -> Result<String, GithubProblem> {
        let entries: Vec<_> = step.as_object().unwrap().clone().into_iter().collect();
        super::step(&entries, &Lock::of(None).unwrap())
            .map(|lines| lines.into_iter().map(|line| line + "\n").collect())
    }

    #[test]
    fn a_step_stays_as_it_is_but_for_its_commit() {
        let step = json!({
            "uses": "actions/setup-python@v5",
            "if": "${{ inputs.env == 'dev' }}",
            "with": {"python-version": "3.12", "list": ["a", {"b": true}]},
        });
        insta::assert_snapshot!(lines(&step).unwrap(), @r#"
        - if: ${{ inputs.env == 'dev' }}
          uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0
          with:
            list:
              - a
              - b: true
            python-version: "3.12"
        "#);
        insta::assert_snapshot!(lines(&json!({"run": "a\n\n  b: '#'\n", "shell": "bash"})).unwrap(), @"
        - run: |
            a

              b: '#'
          shell: bash
        ");
    }

    #[test]
    fn a_step_does_one_thing() {
        for step in [json!({"name": "x"}), json!({"uses": "a", "run": "b"}), json!({"run": 1})] {
            assert_eq!(lines(&step), Err(GithubProblem::NotAStep));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            texts in proptest::collection::vec("[^\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\r]{0,60}", 3),
        ) {
            let step = json!({"run": texts[0], "env": {"A": texts[1], "b c": [texts[2], {"d": [texts[0]]}]}});
            let read: Value = serde_saphyr::from_str(&lines(&step).unwrap()).unwrap();
            prop_assert_eq!(&read, &json!([step]));
        }
    }
}
