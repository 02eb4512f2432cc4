use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};

use crate::clients::Answer;
use crate::diag::printable;
use crate::expr::{Bindings, Json, Map, Projection, Value, parse_json, read_json};
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
    /// The number of escapes of lone surrogates that became U+FFFD.
    pub(super) replaced: u64,
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
    received.value = match read_json(&answer.body, reading.projection) {
        Ok(Json { value, replaced }) => {
            received.replaced = replaced;
            value
        }
        Err(_) if is_done_before => {
            counted.is_silent = !request.counts.is_empty();
            return Ok(received);
        }
        Err(error) => {
            let (status, content) = (answer.status, content(answer));
            return Err(format!("answered {status} with a body that is not JSON ({content}): {error}"));
        }
    };
    counted.look(&request.counts, &received.value, reading.bindings).map_err(|(name, error)| {
        masker.excerpt(&format!("answered {}, and counting `{name}` failed: {error}", answer.status), SHOWN)
    })?;
    if counted.has_none() && is_done_before {
        counted.is_silent = true;
    } else if counted.has_none() && request.errors.is_none() && is_error(&answer.body) {
        let said = said(answer, masker).unwrap_or_default();
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
                error => {
                    counted.errors.push(printable(&masker.excerpt(&error.to_text(), SHOWN)).into_owned())
                }
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
    let said = said(answer, masker);
    let parts = [Some(format!("answered {status}")), meaning.map(str::to_owned), said];
    parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
}

/// The texts by which an error tells what it is.
fn messages(object: &Map) -> Vec<&str> {
    let keys = ["error", "title", "message", "error_description", "detail", "errors"];
    keys.iter().filter_map(|key| object.get(*key)).flat_map(texts).collect()
}

/// The texts of an error: it is one, has one, or is a list of such (<https://jsonapi.org/format/#errors>,
/// <https://spec.graphql.org/October2021/#sec-Errors>).
fn texts(error: &Value) -> Vec<&str> {
    match error {
        Value::Str(text) => vec![text.as_str()],
        Value::Obj(inner) => {
            let values = ["title", "message", "detail"].map(|key| inner.get(key).and_then(Value::as_str));
            values.into_iter().flatten().collect()
        }
        Value::Arr(errors) => {
            errors.iter().filter(|error| !matches!(error, Value::Arr(_))).flat_map(texts).collect()
        }
        Value::Null | Value::Bool(_) | Value::Num(_) => Vec::new(),
    }
}

/// The error text of a response in one of the usual shapes, else what it is: its beginning only where it is a text for people.
/// Secrets are masked before it is put on one line and cut: the rest of one would not be known for what it is.
fn said(answer: &Answer, masker: &Masker) -> Option<String> {
    if answer.body.trim_ascii().is_empty() {
        return None;
    }
    let line = |text: &str| masker.mask(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let Ok(value) = parse_json(&answer.body, None) else {
        let text = String::from_utf8_lossy(&answer.body);
        let is_for_people =
            matches!(&*media_type(answer), "" | "text/plain" | "text/html") && !answer.body.contains(&0);
        let beginning = || cut(&printable(&line(&text)), BEGINNING);
        return Some(if is_for_people { beginning() } else { content(answer) });
    };
    let said = match &value {
        Value::Null => return None,
        Value::Obj(map) if map.is_empty() => return None,
        Value::Str(text) => cut(&printable(&line(text)), BEGINNING),
        Value::Obj(object) => match messages(object)[..] {
            [] => value.described(),
            ref texts => cut(&printable(&line(&texts.join(": "))), SHOWN),
        },
        _ => value.described(),
    };
    Some(said).filter(|said| !said.is_empty())
}

/// So many characters of a text for people are shown.
const BEGINNING: usize = 80;

/// A body in words: its size, its type and how it is packed. Its contents may be about a person.
fn content(answer: &Answer) -> String {
    let header =
        |name: HeaderName| answer.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let packed =
        header(CONTENT_ENCODING).map_or_else(String::new, |encoding| format!(", packed by `{encoding}`"));
    let kind = match header(CONTENT_TYPE) {
        Some(kind) => format!("of type `{kind}`"),
        None => "without a `Content-Type`".to_owned(),
    };
    cut(&printable(&format!("{} bytes {kind}{packed}", answer.body.len())), SHOWN)
}

/// The type without its parameters, in small letters.
fn media_type(answer: &Answer) -> String {
    let text = answer.headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    text.map_or_else(String::new, |text| {
        text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    })
}
