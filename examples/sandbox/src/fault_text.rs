//! Faults as text: `KIND[:[METHOD ]PATH[:TIMES[:skip=N]]]`.

use std::str::FromStr;
use std::time::Duration;

use axum::http::{Method, StatusCode};

use crate::fault::{Fault, FaultKind, RetryAfter, Times};

/// Why a text is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultTextError {
    /// The part before the first colon names no kind.
    #[error(
        "{0:?} is no kind of fault: it is a status from 400 to 599 (503, 429=2, 429-date=2), timeout, cut, \
         cut-after, broken-json, not-json, repeat-cursor, expire-token or slow=MILLISECONDS"
    )]
    Kind(String),
    /// The second part is no path, alone or after a method.
    #[error(
        "{0:?} is no path: it begins with a slash, perhaps after a method (POST /extract), or is * for any"
    )]
    Path(String),
    /// The third part is no number of times.
    #[error("{0:?} is no number of times: it is a number from 1, once or always")]
    Times(String),
    /// The fourth part does not say how many requests to skip.
    #[error("{0:?} says not how many requests go well first: it is skip=NUMBER")]
    Skip(String),
    /// There is a fifth part.
    #[error("{0:?} is too much: a fault has at most four parts, KIND:PATH:TIMES:skip=NUMBER")]
    TooMuch(String),
}

/// Parses `KIND[:[METHOD ]PATH[:TIMES[:skip=N]]]`.
///
/// - `KIND` is a status from 400 to 599, with `=SECONDS` for a `Retry-After` in seconds, or `-date=SECONDS`
///   for one that is a date (429 says one second unless told); or `timeout`, `cut`, `cut-after`,
///   `broken-json`, `not-json`, `repeat-cursor`, `expire-token`, `slow=MILLISECONDS`.
/// - `PATH` is how the path begins; absent, empty or `*` is any.
/// - `TIMES` is a number, `once` or `always`; absent or empty is once.
/// - `skip=N` lets N requests go well first.
///
/// ```
/// use jobnet_sandbox::{Fault, Method, Times};
///
/// let fault: Fault = "429=2:POST /extract:always:skip=1".parse()?;
/// assert_eq!(fault.path.as_deref(), Some("/extract"));
/// assert_eq!(fault.method, Some(Method::POST));
/// assert_eq!(fault.times, Times::Always);
/// assert_eq!(fault.skip, 1);
/// # Ok::<(), jobnet_sandbox::FaultTextError>(())
/// ```
impl FromStr for Fault {
    type Err = FaultTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':').map(str::trim);
        let kind = parts.next().unwrap_or_default().parse()?;
        let (method, path) = parse_path(parts.next().unwrap_or_default())?;
        let times = parts.next().unwrap_or_default().parse()?;
        let skip = parts.next().map_or(Ok(0), parse_skip)?;
        match parts.next() {
            Some(rest) => Err(FaultTextError::TooMuch(rest.to_owned())),
            None => Ok(Self { kind, path, method, skip, times }),
        }
    }
}

impl FromStr for FaultKind {
    type Err = FaultTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, number) = match text.split_once('=') {
            Some((name, number)) => {
                (name, Some(number.parse().map_err(|_| FaultTextError::Kind(text.to_owned()))?))
            }
            None => (text, None),
        };
        match (name, number) {
            ("timeout", None) => Ok(Self::Timeout),
            ("cut", None) => Ok(Self::Cut),
            ("cut-after", None) => Ok(Self::CutAfter),
            ("broken-json", None) => Ok(Self::BrokenJson),
            ("not-json", None) => Ok(Self::NotJson),
            ("repeat-cursor", None) => Ok(Self::RepeatCursor),
            ("expire-token", None) => Ok(Self::ExpireToken),
            ("slow", Some(ms)) => Ok(Self::Slow(Duration::from_millis(u64::from(ms)))),
            _ => parse_status(name, number).ok_or_else(|| FaultTextError::Kind(text.to_owned())),
        }
    }
}

fn parse_status(name: &str, seconds: Option<u32>) -> Option<FaultKind> {
    let (code, dated) = name.strip_suffix("-date").map_or((name, false), |code| (code, true));
    let status = code.parse().ok().filter(|code| (400..600).contains(code))?;
    let status = StatusCode::from_u16(status).ok()?;
    let retry_after = match seconds {
        _ if dated => Some(RetryAfter::Date(seconds.unwrap_or(1))),
        None if status == StatusCode::TOO_MANY_REQUESTS => Some(RetryAfter::Seconds(1)),
        seconds => seconds.map(RetryAfter::Seconds),
    };
    Some(FaultKind::Status { status, retry_after })
}

fn parse_path(text: &str) -> Result<(Option<Method>, Option<String>), FaultTextError> {
    let bad = || FaultTextError::Path(text.to_owned());
    let (method, path) = match text.split_once(' ') {
        Some((method, path)) => (Some(method.parse().map_err(|_| bad())?), path.trim_start()),
        None => (None, text),
    };
    match path {
        "" | "*" => Ok((method, None)),
        path if path.starts_with('/') => Ok((method, Some(path.to_owned()))),
        _ => Err(bad()),
    }
}

impl FromStr for Times {
    type Err = FaultTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" | "once" => Ok(Self::Count(1)),
            "always" => Ok(Self::Always),
            number => match number.parse() {
                Ok(count) if count > 0 => Ok(Self::Count(count)),
                _ => Err(FaultTextError::Times(text.to_owned())),
            },
        }
    }
}

fn parse_skip(text: &str) -> Result<u32, FaultTextError> {
    let number = text.strip_prefix("skip=").and_then(|number| number.parse().ok());
    number.ok_or_else(|| FaultTextError::Skip(text.to_owned()))
}
