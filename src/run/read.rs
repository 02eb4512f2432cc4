use bytes::Bytes;
use reqwest::header::HeaderMap;

use crate::clients::Answer;
use crate::expr::{Bindings, Map, Projection, Value, canonical_json, parse_json};
use crate::plan::Method;
use crate::policy::MissingCounts;
use crate::secret::{Masker, cut};

use super::bind::BoundRequest;
use super::counted::{Counted, FAILED, failed_by_name, is_error};

/// A good answer, read.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) value: Value,
    /// The answer as it came.
    pub(super) body: Bytes,
    pub(super) headers: HeaderMap,
    /// The answer says that there is no such page, and nothing else.
    pub(super) is_past_end: bool,
    pub(super) counted: Counted,
}

/// How an answer is read.
pub(super) struct Reading<'a> {
    /// What expressions on the answer see.
    pub(super) bindings: &'a Bindings,
    /// Which part of the answer is kept.
    pub(super) projection: Option<&'a Projection>,
    /// The answer itself is wanted, whatever is counted in it.
    pub(super) wanted: bool,
    /// Error statuses that are a good answer: there is no such page.
    pub(super) end_on: &'a [u16],
}

/// Error texts from an answer are shown up to this many characters.
const SHOWN: usize = 300;

/// Reads a good answer: its JSON where anything looks at it, the counts, and the error texts that it reports.
///
/// # Errors
/// What is wrong with the answer.
pub(super) fn read(
    request: &BoundRequest,
    answer: &Answer,
    replayed: bool,
    reading: &Reading<'_>,
) -> Result<Received, String> {
    let masker = &request.connection.masker;
    let mut received =
        Received { counted: Counted { replayed, ..Counted::default() }, ..Received::default() };
    let counted = &mut received.counted;
    if request.method != Method::Get && !looks_at_failed(request) {
        counted.uncounted = failed_by_name(&answer.body);
    }
    let looks = reading.wanted || !request.counts.is_empty() || request.errors.is_some();
    if !looks {
        return Ok(received);
    }
    // A 409 is good only where it says "done before", and then it may say nothing more.
    let is_done_before = answer.status == 409;
    received.value = match parse_json(&answer.body, reading.projection) {
        Ok(value) => value,
        Err(_) if is_done_before => {
            counted.is_silent = !request.counts.is_empty();
            return Ok(received);
        }
        Err(error) => {
            return Err(format!("answered {} with something that is not JSON: {error}", answer.status));
        }
    };
    counted.look(&request.counts, &received.value, reading.bindings).map_err(|(name, error)| {
        masker.excerpt(&format!("answered {}, and counting `{name}` failed: {error}", answer.status), SHOWN)
    })?;
    if counted.has_none() && is_done_before {
        counted.is_silent = true;
    } else if counted.has_none() && request.errors.is_none() && is_error(&answer.body) {
        let said = said(&answer.body, masker).unwrap_or_default();
        let message = format!("answered {} with an error in place of the counts: {said}", answer.status);
        match request.missing_counts {
            MissingCounts::Warn => counted.error_in_place = Some(message),
            MissingCounts::Fail => return Err(message),
        }
    }
    if let Some(filter) = &request.errors {
        for output in filter.outputs(received.value.clone(), reading.bindings) {
            match output.map_err(|error| masker.excerpt(&error.to_string(), SHOWN))? {
                Value::Null => {}
                error => counted.errors.push(masker.excerpt(&error.to_text(), SHOWN)),
            }
        }
    }
    Ok(received)
}

/// True where a count is called `failed`, or an expression reads a key of that name: the spec knows of it then.
fn looks_at_failed(request: &BoundRequest) -> bool {
    let filters = request.counts.iter().map(|(_, filter)| filter).chain(&request.errors);
    request.counts.iter().any(|(name, _)| name == FAILED)
        || filters.into_iter().any(|filter| filter.text().contains(FAILED))
}

/// What an error status says, with the words that the answer has for it. `asks_to_wait` tells the 403 of a rate limit from
/// that of a right that is missing.
pub(super) fn error_text(answer: &Answer, asks_to_wait: bool, masker: &Masker) -> String {
    let status = answer.status;
    let meaning = match status {
        403 | 429 if asks_to_wait => Some("a rate limit"),
        300..=399 => Some("a redirect; write where it leads into `base_url` or the path"),
        401 => Some("the credentials are not accepted"),
        403 => Some("the credentials do not allow this"),
        404 => Some("there is nothing at this path"),
        422 => Some("the request is refused as it is, or its idempotency key was used with another payload"),
        _ => None,
    };
    let said = said(&answer.body, masker);
    let parts = [Some(format!("answered {status}")), meaning.map(str::to_owned), said];
    parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
}

/// The texts by which an error tells what it is.
fn messages(object: &Map) -> Vec<&str> {
    let values = ["error", "title", "message", "error_description", "detail"].map(|key| object.get(key));
    let texts = values.into_iter().flatten().filter_map(|value| match value {
        Value::Obj(inner) => inner.get("message")?.as_str(),
        other => other.as_str(),
    });
    texts.collect()
}

/// The error text of an answer in one of the usual shapes, else its beginning where it is plain text. Secrets are masked
/// before it is put on one line and cut: the rest of one would not be known for what it is.
fn said(body: &[u8], masker: &Masker) -> Option<String> {
    let text = match parse_json(body, None) {
        Ok(value) => {
            let texts = match &value {
                Value::Obj(object) => messages(object),
                _ => Vec::new(),
            };
            if texts.is_empty() { canonical_json(&value) } else { texts.join(": ") }
        }
        Err(_) => {
            let text = String::from_utf8_lossy(body);
            if text.trim_start().starts_with('<') {
                return None;
            }
            text.into_owned()
        }
    };
    let line = masker.mask(&text).split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty() && line != "null").then(|| cut(&line, SHOWN))
}
