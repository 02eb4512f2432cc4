use std::time::Duration;

use jiff::Timestamp;

use crate::clients::{Answer, asked_wait};

/// What GitHub asks for where a secondary limit names no wait.
const MINUTE: Duration = Duration::from_mins(1);

/// Which of GitHub's limits a request met. Either way it was refused, and nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// So many requests an hour.
    Primary,
    /// Too many at once, or too quickly.
    Secondary,
}

impl Limit {
    /// Its name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "the rate limit",
            Self::Secondary => "a secondary rate limit",
        }
    }
}

/// The limit that an answer speaks of, and how long it asks to wait: `Retry-After`, else until `x-ratelimit-reset` where
/// nothing remains, else a minute, and twice as long each time that it comes again
/// (<https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit>).
///
/// `met` is how often the same request has met a limit before.
pub(super) fn limit(answer: &Answer, met: u32) -> Option<(Limit, Duration)> {
    if ![403, 429].contains(&answer.status) {
        return None;
    }
    let remaining = answer.headers.get("x-ratelimit-remaining").map(|value| value.as_bytes());
    let is_spent = remaining == Some(b"0");
    if let Some(wait) = asked_wait(answer, Timestamp::now()) {
        return Some((if is_spent { Limit::Primary } else { Limit::Secondary }, wait));
    }
    let is_secondary = String::from_utf8_lossy(&answer.body).to_lowercase().contains("secondary rate limit");
    (is_secondary || answer.status == 429)
        .then(|| (Limit::Secondary, MINUTE.saturating_mul(2_u32.saturating_pow(met))))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;

    fn asked(status: u16, headers: &[(&str, &str)], body: &str, met: u32) -> Option<(Limit, u64)> {
        let date = ("date", "Sat, 21 Nov 2026 10:00:00 GMT");
        let headers = headers.iter().chain([&date]);
        let headers = headers
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
            .collect();
        let answer = Answer { status, headers, body: body.to_owned().into() };
        limit(&answer, met).map(|(limit, wait)| (limit, wait.as_secs()))
    }

    #[test]
    fn github_says_how_long_to_wait() {
        use Limit::{Primary, Secondary};
        // 2026-11-21T10:02:00Z.
        let reset = ("x-ratelimit-reset", "1795255320");
        let (spent, left) = (("x-ratelimit-remaining", "0"), ("x-ratelimit-remaining", "4999"));
        let secondary = r#"{"message":"You have exceeded a secondary rate limit. Please wait."}"#;
        let forbidden = r#"{"message":"Resource not accessible by integration"}"#;
        for (status, headers, body, met, expected) in [
            (403, &[("retry-after", "7"), left][..], secondary, 0, Some((Secondary, 7))),
            (429, &[("retry-after", "7")], "", 3, Some((Secondary, 7))),
            (403, &[spent, reset], "", 0, Some((Primary, 121))),
            (429, &[spent, reset], "", 0, Some((Primary, 121))),
            (403, &[spent, ("x-ratelimit-reset", "1795255100")], "", 0, Some((Primary, 0))),
            (403, &[left, reset], secondary, 0, Some((Secondary, 60))),
            (403, &[left, reset], secondary, 2, Some((Secondary, 240))),
            (429, &[], "", 0, Some((Secondary, 60))),
            (403, &[left, reset], forbidden, 0, None),
            (404, &[spent, reset], "", 0, None),
            (200, &[spent, reset], "", 0, None),
        ] {
            assert_eq!(asked(status, headers, body, met), expected, "{status} {headers:?} {body}");
        }
    }
}
