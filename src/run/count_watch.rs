use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::diag::did_you_mean;
use crate::expr::Filter;
use crate::policy::MissingCounts;

use super::counted::Counted;

/// So many of the keys that a response has are named.
const MOST_KEYS: usize = 12;

/// Watches which of the declared counts the responses of a stage have.
#[derive(Debug, Clone, Default)]
pub(super) struct CountWatch {
    requests: IndexMap<String, RequestWatch>,
}

/// What a request declares, and what its responses had.
#[derive(Debug, Clone)]
struct RequestWatch {
    on_missing: MissingCounts,
    responses: u64,
    counts: Vec<CountSeen>,
    /// How many responses have a `failed` that nothing looks at, and how many items failed by it.
    uncounted: (u64, u64),
}

/// A declared count.
#[derive(Debug, Clone)]
struct CountSeen {
    name: String,
    filter: Filter,
    is_there: bool,
    /// The keys beside which it was missing the first time.
    beside: Option<Vec<String>>,
}

/// A request of the spec by its method and path, with the counts that it declares.
pub(super) struct Declared<'a> {
    pub(super) place: &'a str,
    pub(super) counts: &'a [(String, Filter)],
    pub(super) on_missing: MissingCounts,
}

impl CountWatch {
    /// Takes note of what a response has.
    pub(super) fn see(&mut self, declared: &Declared<'_>, counted: &Counted, body: &[u8]) {
        let watch = self.requests.entry(declared.place.to_owned()).or_insert_with(|| RequestWatch {
            on_missing: declared.on_missing,
            responses: 0,
            counts: Vec::new(),
            uncounted: (0, 0),
        });
        if counted.uncounted > 0 {
            watch.uncounted.0 += 1;
            watch.uncounted.1 = watch.uncounted.1.saturating_add(counted.uncounted);
        }
        // What is known of these is told by itself.
        if counted.error_in_place.is_some() || counted.is_silent {
            return;
        }
        watch.responses += 1;
        for (name, filter) in declared.counts {
            let known = watch
                .counts
                .iter()
                .position(|seen| seen.name == *name && seen.filter.text() == filter.text());
            let at = known.unwrap_or_else(|| {
                let (name, filter) = (name.clone(), filter.clone());
                watch.counts.push(CountSeen { name, filter, is_there: false, beside: None });
                watch.counts.len() - 1
            });
            let seen = &mut watch.counts[at];
            seen.is_there |= counted.there(name).is_some();
            if !seen.is_there && seen.beside.is_none() {
                seen.beside = Some(keys_beside(&seen.filter, body));
            }
        }
    }

    /// What there is to say once all responses were seen, each with what it leads to.
    pub(super) fn messages(&self) -> Vec<(MissingCounts, String)> {
        let requests = self.requests.iter().filter(|(_, watch)| watch.responses > 0);
        let missing = requests.flat_map(|(place, watch)| {
            let absent = watch.counts.iter().filter(|seen| !seen.is_there);
            absent.map(move |seen| (watch.on_missing, seen.message(place, watch.responses)))
        });
        let uncounted = self.requests.iter().filter(|(_, watch)| watch.uncounted.0 > 0).map(|(place, watch)| {
            let (responses, items) = watch.uncounted;
            let message = format!(
                "{responses} response(s) to {place} have a `failed` of {items} in all, which the spec does not count: \
                 write `counts: {{failed: .failed}}`"
            );
            (MissingCounts::Warn, message)
        });
        missing.chain(uncounted).collect()
    }
}

impl CountSeen {
    fn message(&self, place: &str, responses: u64) -> String {
        let Self { name, filter, beside, .. } = self;
        let text = filter.text();
        let found = match beside.as_deref() {
            None | Some([]) => String::new(),
            Some(keys) => {
                let wanted = filter.reads().as_path().and_then(<[String]>::last);
                // One that is there and null is meant as it is written.
                let is_there = wanted.is_some_and(|wanted| keys.contains(wanted));
                let hint = wanted.filter(|_| !is_there).and_then(|wanted| did_you_mean(wanted, keys));
                if is_there {
                    return format!(
                        "the count `{name}` (`{text}`) is null in each of {responses} response(s) to {place} (where that is \
                         right, write `{text} // 0`)"
                    );
                }
                let shown: Vec<String> = keys.iter().take(MOST_KEYS).map(|key| format!("`{key}`")).collect();
                let more = if keys.len() > MOST_KEYS { ", …" } else { "" };
                let hint = hint.map(|hint| format!(": {hint}")).unwrap_or_default();
                format!(", which have {}{more}{hint}", shown.join(", "))
            }
        };
        format!(
            "the count `{name}` (`{text}`) is in none of {responses} response(s) to {place}{found} (where it may be left \
             out, write `{text} // 0`)"
        )
    }
}

/// The keys that are where a plain path ends, or those of the whole where it is none.
fn keys_beside(filter: &Filter, body: &[u8]) -> Vec<String> {
    let Ok(mut value) = serde_json::from_slice::<Json>(body) else {
        return Vec::new();
    };
    let path = filter.reads().as_path().unwrap_or_default();
    for key in &path[..path.len().saturating_sub(1)] {
        match value.get_mut(key) {
            Some(inner) if inner.is_object() => value = inner.take(),
            _ => break,
        }
    }
    match value {
        Json::Object(map) => map.into_iter().map(|(key, _)| key).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Bindings, Scope, Value, parse_json};

    /// What is said of one count after these responses.
    fn said(jq: &str, bodies: &[&str]) -> Vec<String> {
        let counts = vec![("failed".to_owned(), Filter::compile(jq, &Scope::default()).unwrap())];
        let declared = Declared { place: "POST /work", counts: &counts, on_missing: MissingCounts::Warn };
        let mut watch = CountWatch::default();
        for body in bodies {
            let mut counted = Counted::default();
            let value = parse_json(body.as_bytes(), None).unwrap();
            counted.look(&counts, &value, &Bindings::new(Value::Null, Value::Null)).unwrap();
            watch.see(&declared, &counted, body.as_bytes());
        }
        watch.messages().into_iter().map(|(_, message)| message).collect()
    }

    #[test]
    fn a_count_that_no_response_has_is_named_with_the_keys_that_are_there() {
        assert_eq!(
            said(".faild", &[r#"{"failed":1,"done":2}"#, "{}"]),
            [
                "the count `failed` (`.faild`) is in none of 2 response(s) to POST /work, which have `done`, `failed`: did you \
             mean `failed`? (where it may be left out, write `.faild // 0`)"
            ]
        );
        assert_eq!(
            said(".failed", &[r#"{"failed":null}"#]),
            [
                "the count `failed` (`.failed`) is null in each of 1 response(s) to POST /work (where that is right, write \
             `.failed // 0`)"
            ]
        );
        assert_eq!(said(".result.faild", &[r#"{"result":{"failed":1}}"#]).len(), 1);
        assert!(
            said(".result.faild", &[r#"{"result":{"failed":1}}"#])[0]
                .contains("which have `failed`: did you mean `failed`?")
        );
        assert!(said(".result.faild", &[r#"{"reslt":{}}"#])[0].contains("which have `reslt` ("));
        assert!(said(".a + .b", &[r#"{"c":1}"#])[0].contains("which have `c` ("));
    }

    #[test]
    fn a_count_that_some_response_has_or_that_sums_what_there_is_is_not_missing() {
        for (jq, bodies) in [
            (".failed", &["{}", r#"{"failed":0}"#][..]),
            (".failed // 0", &["{}"]),
            (".items[] | select(.bad) | 1", &[r#"{"items":[{}]}"#]),
            (".a + .b", &[r#"{"b":1}"#]),
            (".faild", &[]),
        ] {
            assert_eq!(said(jq, bodies), [""; 0], "{jq}");
        }
    }
}
