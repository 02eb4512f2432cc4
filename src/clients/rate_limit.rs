//! What APIs say of their rate limits by headers: how much remains, and when the count begins anew.
//!
//! - GitHub: `X-RateLimit-Remaining`, and `X-RateLimit-Reset` in seconds since the epoch
//!   (<https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit>).
//! - GitLab: `RateLimit-Remaining`, `RateLimit-Reset` in seconds since the epoch, `RateLimit-ResetTime` as a date
//!   (<https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers>).
//! - The IETF's drafts: `RateLimit-Remaining` and `RateLimit-Reset` in seconds to wait, up to
//!   <https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06>; `RateLimit: limit=…, remaining=…, reset=…`
//!   in <https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07>; `RateLimit: "policy";r=…;t=…` since
//!   <https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-08>.
//! - Others have the same names with words before, between and behind, and write the reset as a length (`6m0s`), as a
//!   moment of RFC 3339, or in milliseconds.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use sfv::{BareItem, Dictionary, Item, List, ListEntry, Parameters, Parser};

use super::wait_text::{http_date, length, seconds};

/// A number from here on is a moment in seconds since the epoch, and none of seconds to wait: they would be 31 years.
const EPOCH_SECONDS: u64 = 1_000_000_000;

/// From here on it is a moment in milliseconds since the epoch.
const EPOCH_MILLISECONDS: u64 = 1_000_000_000_000;

/// When a limit begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reset {
    /// After so long.
    In(Duration),
    /// At that moment of the server's clock.
    At(Timestamp),
    /// It does not say, or not in a way that can be read.
    Unknown,
}

#[derive(Debug, Clone, Copy)]
struct Limit {
    /// Whether requests remain, where it says.
    remains: Option<bool>,
    reset: Reset,
}

/// The limits that a response speaks of.
#[derive(Debug, Default)]
pub(super) struct Limits(Vec<Limit>);

impl Limits {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut limits = Self::default();
        for name in headers.keys().map(|name| name.as_str()).filter(|name| is_of_limit(name)) {
            if name == "ratelimit" {
                limits.add_fields(headers);
            } else if let Some((before, after)) = name.split_once("remaining") {
                let remaining = text(headers, name).and_then(|text| text.parse::<f64>().ok());
                let remains = remaining.map(|remaining| remaining > 0.0);
                limits.0.push(Limit { remains, reset: reset_named(headers, before, after) });
            } else if let Some((before, after)) = name.split_once("reset") {
                let after = after.strip_prefix("time").or(after.strip_prefix("-after")).unwrap_or(after);
                if !headers.contains_key(format!("{before}remaining{after}")) {
                    limits.0.push(Limit { remains: None, reset: reset_named(headers, before, after) });
                }
            }
        }
        limits
    }

    /// The reset of those that are used up: of several the last. Where theirs is not known, any other's that is.
    pub(super) fn used_up(&self) -> Option<Reset> {
        let reset = self.last(|limit| limit.remains == Some(false))?;
        let known = || self.last(|limit| limit.reset != Reset::Unknown);
        Some(if reset == Reset::Unknown { known().unwrap_or(reset) } else { reset })
    }

    /// The last reset of those that do not say what remains.
    pub(super) fn untold(&self) -> Option<Reset> {
        self.last(|limit| limit.remains.is_none() && limit.reset != Reset::Unknown)
    }

    fn last(&self, wanted: impl Fn(&Limit) -> bool) -> Option<Reset> {
        // Every API has one way to write them: lengths are compared with lengths, moments with moments.
        self.0.iter().filter(|limit| wanted(limit)).map(|limit| limit.reset).max_by_key(|reset| match reset {
            Reset::Unknown => (0, Duration::ZERO, Timestamp::MIN),
            Reset::In(wait) => (1, *wait, Timestamp::MIN),
            Reset::At(moment) => (2, Duration::ZERO, *moment),
        })
    }

    /// Those of the field `RateLimit`: a dictionary of one limit, or a list of several
    /// (<https://www.rfc-editor.org/rfc/rfc9651#section-3>).
    fn add_fields(&mut self, headers: &HeaderMap) {
        let values = headers.get_all("ratelimit").iter().filter_map(|value| value.to_str().ok());
        let text = values.collect::<Vec<_>>().join(", ");
        if let Ok(fields) = Parser::new(&text).parse::<Dictionary>() {
            let number = |name: &str| match fields.get(name) {
                Some(ListEntry::Item(Item { bare_item, .. })) => whole(bare_item),
                _ => None,
            };
            if let Some(remaining) = number("remaining") {
                self.add_field(Some(remaining), number("reset"));
                return;
            }
        }
        for entry in Parser::new(&text).parse::<List>().into_iter().flatten() {
            let ListEntry::Item(Item { params, .. }) = entry else { continue };
            let number = |params: &Parameters, name: &str| params.get(name).and_then(whole);
            self.add_field(number(&params, "r"), number(&params, "t"));
        }
    }

    fn add_field(&mut self, remaining: Option<u64>, reset: Option<u64>) {
        let reset = reset.map_or(Reset::Unknown, |reset| Reset::In(Duration::from_secs(reset)));
        self.0.push(Limit { remains: remaining.map(|remaining| remaining > 0), reset });
    }
}

fn is_of_limit(name: &str) -> bool {
    name.contains("ratelimit") || name.contains("rate-limit")
}

fn whole(item: &BareItem) -> Option<u64> {
    match item {
        BareItem::Integer(number) => u64::try_from(i64::from(*number)).ok(),
        _ => None,
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// The reset of the limit whose headers have these words before and after.
fn reset_named(headers: &HeaderMap, before: &str, after: &str) -> Reset {
    let named = |what: &str| text(headers, &format!("{before}{what}{after}"));
    let after = named("reset-after").and_then(seconds).map(Reset::In);
    let reset = after.or_else(|| reset(named("reset")?)).or_else(|| reset(named("resettime")?));
    reset.unwrap_or(Reset::Unknown)
}

fn reset(text: &str) -> Option<Reset> {
    if let Some(number) = seconds(text) {
        return match number.as_secs() {
            EPOCH_SECONDS.. => moment(text).map(Reset::At),
            _ => Some(Reset::In(number)),
        };
    }
    let moment = http_date(text).or_else(|| text.parse::<Timestamp>().ok());
    moment.map(Reset::At).or_else(|| length(text).map(Reset::In))
}

/// A moment in seconds or milliseconds since the epoch. The count begins anew when a whole second is over.
fn moment(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u64 = whole.parse().ok()?;
    if whole >= EPOCH_MILLISECONDS {
        return Timestamp::from_millisecond(i64::try_from(whole).ok()?).ok();
    }
    let second = i64::try_from(whole).ok()?;
    if fraction.is_empty() {
        return Timestamp::from_second(second.checked_add(1)?).ok();
    }
    let nanoseconds: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    Timestamp::new(second, nanoseconds.parse().ok()?).ok()
}
