use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::http::Answer;
use super::rate_limit::{Limits, Reset};
use super::wait_text::{http_date, seconds};

/// No wait is longer, so that moments can be computed with it whatever a server says.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// How long a response asks to wait before the same request is sent again; `None` where it asks for nothing.
///
/// `Retry-After` comes first, in seconds or as a date (<https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>). Without
/// it the headers of rate limits are looked at: under 403, and under statuses that say "not now",
/// those of a limit that is used up; under 429 also those of a limit that does not say what remains. A limit that is used up and does not say until when
/// asks for a wait of no certain length, zero. 409 speaks of no limit, and neither do other statuses.
///
/// Moments are told by the server's clock, which is `Date`'s; where there is none, `now` is taken for it. A moment that
/// has passed is no wait. A value that cannot be read asks for nothing.
pub fn asked_wait(answer: &Answer, now: Timestamp) -> Option<Duration> {
    let headers = &answer.headers;
    let now = server_time(headers).unwrap_or(now);
    let wait = retry_after(headers, now).or_else(|| {
        let limits = Limits::of(headers);
        let reset = match answer.status {
            403 | 408 | 425 | 500 | 502..=504 => limits.used_up()?,
            429 => limits.used_up().or_else(|| limits.untold())?,
            _ => return None,
        };
        Some(match reset {
            Reset::In(wait) => wait,
            Reset::At(moment) => until(moment, now),
            Reset::Unknown => Duration::ZERO,
        })
    });
    wait.map(|wait| wait.min(LONGEST))
}

/// What time it was at the server.
pub fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    seconds(value).or_else(|| Some(until(http_date(value)?, now)))
}

fn until(moment: Timestamp, now: Timestamp) -> Duration {
    // A negative one has passed.
    Duration::try_from(moment.duration_since(now)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderName;

    use super::*;

    const DATE_NOW: (&str, &str) = ("date", "Sat, 21 Nov 2026 10:00:00 GMT");

    fn wait(status: u16, headers: &[(&str, &str)]) -> Option<f64> {
        let headers = headers.iter().chain([&DATE_NOW]);
        let headers =
            headers.map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()));
        let answer = Answer { status, headers: headers.collect(), body: Bytes::new() };
        // Another clock is another time.
        asked_wait(&answer, Timestamp::UNIX_EPOCH).map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn retry_after_is_read_in_every_form() {
        let longest = LONGEST.as_secs_f64();
        for (value, expected) in [
            ("7", Some(7.0)),
            (" 7 ", Some(7.0)),
            ("0", Some(0.0)),
            ("1.5", Some(1.5)),
            (".25", Some(0.25)),
            ("Sat, 21 Nov 2026 10:00:30 GMT", Some(30.0)),
            ("Saturday, 21-Nov-26 10:00:30 GMT", Some(30.0)),
            ("Sat Nov 21 10:00:30 2026", Some(30.0)),
            ("Sat, 21 Nov 2026 11:00:30 +0100", Some(30.0)),
            ("Sat, 21 Nov 2026 09:00:00 GMT", Some(0.0)),
            ("Wed, 01 Jan 2200 00:00:00 GMT", Some(longest)),
            ("18446744073709551615", Some(longest)),
            ("99999999999999999999999", Some(longest)),
            ("soon", None),
            ("-1", None),
            ("1e3", None),
            ("inf", None),
            ("1.2.3", None),
            ("", None),
        ] {
            assert_eq!(wait(503, &[("retry-after", value)]), expected, "{value}");
        }
    }

    /// 2026-11-21T10:00:00Z is 1795255200; the second of a reset is over before requests are counted anew.
    #[test]
    fn limits_are_read_as_each_api_writes_them() {
        let spent = ("x-ratelimit-remaining", "0");
        let left = ("x-ratelimit-remaining", "4290");
        let reset = ("x-ratelimit-reset", "1795255230");
        for (status, headers, expected) in [
            // GitHub.
            (403, &[spent, reset][..], Some(31.0)),
            (429, &[spent, reset], Some(31.0)),
            (403, &[left, reset, ("retry-after", "2")], Some(2.0)),
            (403, &[spent, reset, ("retry-after", "2")], Some(2.0)),
            (403, &[left, reset], None),
            (403, &[], None),
            (403, &[reset], None),
            (429, &[reset], Some(31.0)),
            (429, &[left, reset], None),
            (429, &[], None),
            (403, &[spent], Some(0.0)),
            (403, &[spent, ("x-ratelimit-reset", "1")], Some(1.0)),
            (403, &[spent, ("x-ratelimit-reset", "1795255100")], Some(0.0)),
            (403, &[spent, ("x-ratelimit-reset", "soon")], Some(0.0)),
            (503, &[spent, reset], Some(31.0)),
            (503, &[reset], None),
            (409, &[spent, reset], None),
            (404, &[spent, reset], None),
            (200, &[spent, reset], None),
            // GitLab: a moment, and once more as a date.
            (429, &[("ratelimit-remaining", "0"), ("ratelimit-reset", "1795255230")], Some(31.0)),
            (
                429,
                &[("ratelimit-remaining", "0"), ("ratelimit-resettime", "Sat, 21 Nov 2026 10:00:30 GMT")],
                Some(30.0),
            ),
            // The drafts' first headers: seconds to wait.
            (429, &[("ratelimit-remaining", "0"), ("ratelimit-reset", "50")], Some(50.0)),
            // The drafts since then.
            (429, &[("ratelimit", "limit=100, remaining=0, reset=50")], Some(50.0)),
            (403, &[("ratelimit", "limit=100, remaining=7, reset=50")], None),
            (429, &[("ratelimit", "limit=100, remaining=7, reset=50")], None),
            (403, &[("ratelimit", "\"day\";r=100;t=9000, \"burst\";r=0;t=12")], Some(12.0)),
            (403, &[("ratelimit", "\"day\";r=0;t=9000, \"burst\";r=0;t=12")], Some(9000.0)),
            (403, &[("ratelimit", "default;r=0;t=12")], Some(12.0)),
            (403, &[("ratelimit", "default;r=1;t=12")], None),
            (429, &[("ratelimit", "default;r=1;t=12")], None),
            (429, &[("ratelimit", "default;t=12")], Some(12.0)),
            (429, &[("x-ratelimit-remaining-minute", "0"), ("ratelimit-reset", "30")], Some(30.0)),
            (403, &[("ratelimit", "\"a\";r=9;t=1"), ("ratelimit", "\"b\";r=0;t=4")], Some(4.0)),
            (403, &[("ratelimit", "0/100 in 12")], None),
            // Others.
            (429, &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "1795255230")], Some(31.0)),
            (429, &[spent, ("x-ratelimit-reset", "1795255230123")], Some(30.123)),
            (429, &[spent, ("x-ratelimit-reset", "1795255230.5")], Some(30.5)),
            (429, &[spent, ("x-ratelimit-reset-after", "1.25")], Some(1.25)),
            (
                429,
                &[("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "1m30s")],
                Some(90.0),
            ),
            (
                429,
                &[
                    ("vendor-ratelimit-tokens-remaining", "0"),
                    ("vendor-ratelimit-tokens-reset", "2026-11-21T10:00:30Z"),
                ],
                Some(30.0),
            ),
            (403, &[("x-ratelimit-remaining", "0.0"), ("x-ratelimit-reset", "30")], Some(30.0)),
        ] {
            assert_eq!(wait(status, headers), expected, "{status} {headers:?}");
        }
    }
}
