use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::expr::{Bindings, EvalError, Filter, Value};

/// The name of the count that decides whether a stage fails.
pub(super) const FAILED: &str = "failed";

/// What a response says was done.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// The declared counts by name; one that is missing is 0.
    pub(super) counts: IndexMap<String, u64>,
    /// The declared counts that the response does not have.
    pub(super) missing: Vec<String>,
    /// The work was done for an earlier run.
    pub(super) replayed: bool,
    /// The error texts that the spec finds in it.
    pub(super) errors: Vec<String>,
    /// The error that stands in place of the counts.
    pub(super) error_in_place: Option<String>,
    /// How many items failed by a `failed` that the spec does not look at.
    pub(super) uncounted: u64,
    /// It says that the work was done, and nothing of its counts.
    pub(super) is_silent: bool,
}

impl Counted {
    /// Looks for the declared counts in a response.
    ///
    /// # Errors
    /// The name of a count that failed, and why.
    pub(super) fn look(
        &mut self,
        counts: &[(String, Filter)],
        value: &Value,
        bindings: &Bindings,
    ) -> Result<(), (String, EvalError)> {
        for (name, filter) in counts {
            let count = filter.count(value.clone(), bindings).map_err(|error| (name.clone(), error))?;
            if count.is_none() {
                self.missing.push(name.clone());
            }
            self.counts.insert(name.clone(), count.unwrap_or(0));
        }
        Ok(())
    }

    /// True where counts are declared and the response has none of them.
    pub(super) fn has_none(&self) -> bool {
        !self.counts.is_empty() && self.missing.len() == self.counts.len()
    }

    /// A count that the response has.
    pub(super) fn there(&self, name: &str) -> Option<u64> {
        let count = self.counts.get(name).copied();
        count.filter(|_| !self.missing.iter().any(|missing| missing == name))
    }
}

/// True for a body that is an error: `error` or `errors` says something, `success` or `ok` is false, or `status` is an
/// error's word.
pub(super) fn is_error(body: &[u8]) -> bool {
    let Ok(Json::Object(map)) = serde_json::from_slice::<Json>(body) else {
        return false;
    };
    let says = |key: &str| match map.get(key) {
        None | Some(Json::Null | Json::Bool(false)) => false,
        Some(Json::Bool(true)) => true,
        Some(Json::Number(number)) => number.as_f64() != Some(0.0),
        Some(Json::String(text)) => !text.is_empty(),
        Some(Json::Array(values)) => !values.is_empty(),
        Some(Json::Object(entries)) => !entries.is_empty(),
    };
    let is_false = |key: &str| map.get(key) == Some(&Json::Bool(false));
    let status = map.get("status").and_then(Json::as_str).map(str::to_lowercase);
    let words = ["error", "errors", "fail", "failed", "failure"];
    ["error", "errors"].into_iter().any(says)
        || ["success", "ok"].into_iter().any(is_false)
        || status.is_some_and(|status| words.contains(&status.as_str()))
}

/// How many items failed by the plain key `failed` of a body: a number, or a list of them.
pub(super) fn failed_by_name(body: &[u8]) -> u64 {
    #[derive(Deserialize)]
    struct Named {
        failed: Option<Json>,
    }
    match serde_json::from_slice::<Named>(body) {
        Ok(Named { failed: Some(Json::Number(number)) }) => {
            crate::expr::whole_number(&number.to_string()).unwrap_or(0)
        }
        Ok(Named { failed: Some(Json::Array(items)) }) => items.len() as u64,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_that_are_errors_are_known_by_their_shape() {
        for body in [
            r#"{"error": "no"}"#,
            r#"{"error": {"code": 1}}"#,
            r#"{"error": true, "done": 3}"#,
            r#"{"data": null, "errors": [{"message": "no"}]}"#,
            r#"{"success": false}"#,
            r#"{"ok": false}"#,
            r#"{"status": "ERROR"}"#,
        ] {
            assert!(is_error(body.as_bytes()), "{body}");
        }
        for body in [
            "{}",
            r#"{"error": null}"#,
            r#"{"error": false}"#,
            r#"{"error": ""}"#,
            r#"{"error": 0, "errors": []}"#,
            r#"{"status": "done", "ok": true}"#,
            r#"[{"error": "no"}]"#,
            "error",
        ] {
            assert!(!is_error(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_plain_key_names_failed_items() {
        for (body, failed) in [
            (r#"{"failed": 3}"#, 3),
            (r#"{"failed": 3.0}"#, 3),
            (r#"{"failed": [{"id": 1}, {"id": 2}]}"#, 2),
            (r#"{"failed": 0}"#, 0),
            (r#"{"failed": -1}"#, 0),
            (r#"{"failed": "3"}"#, 0),
            (r#"{"failed": null}"#, 0),
            (r#"{"result": {"failed": 3}}"#, 0),
            ("[1]", 0),
            ("<html>", 0),
        ] {
            assert_eq!(failed_by_name(body.as_bytes()), failed, "{body}");
        }
    }
}
