//! How servers write lengths of time and moments into headers.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// A number of seconds, which may have a fraction.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = text.parse::<f64>().ok().filter(|_| is_number)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// A date in one of HTTP's three forms (<https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>), or in the wider one of
/// mail, by which some servers name a zone.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    static MAIL: DateTimeParser = DateTimeParser::new();
    let date = httpdate::parse_http_date(text).ok().and_then(|date| Timestamp::try_from(date).ok());
    date.or_else(|| MAIL.parse_timestamp(text).ok())
}

/// A length of time in words such as `6m0s` or `250ms`.
pub(super) fn length(text: &str) -> Option<Duration> {
    Duration::try_from(text.parse::<SignedDuration>().ok()?).ok()
}
