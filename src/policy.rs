//! What authentication, retry, idempotency, rates and the failure threshold *are*: plain values with their arithmetic, and no
//! idea of where they come from or who sends a request by them.

mod missing_counts;
mod rate;
mod threshold;

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::Timestamp;

use crate::secret::Redacted;

pub use missing_counts::MissingCounts;
pub use rate::Rate;
pub use threshold::Threshold;

/// How requests to an API say who is asking.
#[derive(Debug, Clone)]
pub enum Auth {
    /// They do not.
    None,
    /// `Authorization: Bearer …` (<https://www.rfc-editor.org/rfc/rfc6750#section-2.1>).
    Bearer(Redacted<String>),
    /// Headers of the API's own.
    Headers(Vec<(String, Redacted<String>)>),
    /// `Authorization: Basic …` (<https://www.rfc-editor.org/rfc/rfc7617>).
    Basic {
        /// User name.
        username: String,
        /// Password.
        password: Redacted<String>,
    },
    /// A token obtained for the client itself.
    ClientCredentials(ClientCredentials),
}

/// OAuth2's client credentials grant (<https://www.rfc-editor.org/rfc/rfc6749#section-4.4>).
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// Where tokens are given out.
    pub token_url: String,
    /// The client's name.
    pub client_id: String,
    /// The client's password.
    pub client_secret: Redacted<String>,
    /// For whom the token is meant, where the server asks.
    pub audience: Option<String>,
    /// The resource that the token is meant for (<https://www.rfc-editor.org/rfc/rfc8707#section-2>), where the server asks.
    pub resource: Option<String>,
    /// What the token may do, where the server asks.
    pub scope: Option<String>,
    /// How the client shows its password.
    pub style: ClientAuth,
}

/// How a client authenticates itself at the token endpoint (<https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientAuth {
    /// By HTTP Basic, which every server must know.
    #[default]
    Basic,
    /// By `client_id` and `client_secret` in the body.
    Body,
}

/// How long to wait for the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the answer begins, a new connection included, and between any two pieces of it.
    pub read: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_mins(1) }
    }
}

/// How often a request is tried, and how long to wait in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all.
    pub attempts: NonZeroU32,
    /// The waits.
    pub backoff: Backoff,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: NonZeroU32::MIN.saturating_add(2), backoff: Backoff::default() }
    }
}

/// The waits between attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backoff {
    /// These, in order; the last again where there are more attempts.
    Steps(Vec<Duration>),
    /// `U(0, min(cap, base·2^n))`: exponential backoff with full jitter, which spreads clients that failed together
    /// (<https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>).
    FullJitter {
        /// The bound of the first wait.
        base: Duration,
        /// The bound of every wait.
        cap: Duration,
    },
}

impl Default for Backoff {
    fn default() -> Self {
        Self::FullJitter { base: Duration::from_secs(1), cap: Duration::from_secs(30) }
    }
}

impl Retry {
    /// The waits before the second, third, … attempt: one fewer than there are attempts.
    ///
    /// `random` gives numbers from 0 up to, not including, 1.
    pub fn delays<'a>(&'a self, mut random: impl FnMut() -> f64 + 'a) -> impl Iterator<Item = Duration> + 'a {
        (0..self.attempts.get() - 1).map(move |n| match &self.backoff {
            Backoff::Steps(steps) => {
                let last = steps.len().saturating_sub(1);
                steps.get((n as usize).min(last)).copied().unwrap_or_default()
            }
            Backoff::FullJitter { base, cap } => {
                base.saturating_mul(2u32.saturating_pow(n)).min(*cap).mul_f64(random())
            }
        })
    }
}

/// True for an answer that says "not now": the same request may succeed later
/// (<https://www.rfc-editor.org/rfc/rfc9110#section-15>, <https://www.rfc-editor.org/rfc/rfc8470#section-5.2>,
/// <https://www.rfc-editor.org/rfc/rfc6585#section-4>).
pub fn is_transient_status(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// Whether an API knows `Idempotency-Key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// It does: a request that was sent twice within a window is done once.
    Keyed {
        /// How long requests with one payload are one request.
        window: Window,
        /// What its 409 without `Retry-After` means, where the spec says.
        conflict: Option<Conflict>,
    },
    /// It does not: a POST that may have arrived is never sent again.
    Unknown,
}

impl Default for Idempotency {
    fn default() -> Self {
        Self::Keyed { window: Window::default(), conflict: None }
    }
}

/// What an API says by 409 to a key that it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The first request is still being worked on
    /// (<https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07#section-2.6>).
    InFlight,
    /// It was done before.
    Done,
}

/// The length of time within which the same payload means the same request: whole minutes, at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window(i64);

impl Default for Window {
    fn default() -> Self {
        Self(15)
    }
}

impl Window {
    /// A window of that length; `None` unless it is between a minute and a day, in whole minutes.
    pub fn new(length: Duration) -> Option<Self> {
        let minutes = i64::try_from(length.as_secs() / 60).ok()?;
        (length.subsec_nanos() == 0 && length.as_secs().is_multiple_of(60) && (1..=1440).contains(&minutes))
            .then_some(Self(minutes))
    }

    /// How long it is, but for the last of a day.
    pub fn length(self) -> Duration {
        Duration::from_secs(self.0.unsigned_abs() * 60)
    }

    /// The start of the window in which `now` lies. Windows are counted from midnight UTC, so that the last of a day is
    /// shorter where the length does not divide it.
    pub fn floor(self, now: Timestamp) -> Timestamp {
        const DAY: i64 = 86_400;
        let seconds = now.as_second();
        let of_day = seconds.rem_euclid(DAY);
        let start = seconds - of_day + of_day / (self.0 * 60) * (self.0 * 60);
        // No later than `now` and no earlier than its midnight; only the first day that a timestamp knows has none.
        Timestamp::from_second(start).unwrap_or(Timestamp::MIN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fixed_steps_are_taken_in_order_and_the_last_repeats() {
        let step = Duration::from_secs;
        let retry = Retry {
            attempts: NonZeroU32::new(5).unwrap(),
            backoff: Backoff::Steps(vec![step(2), step(4), step(8)]),
        };
        assert_eq!(retry.delays(|| 0.5).collect::<Vec<_>>(), [step(2), step(4), step(8), step(8)]);
    }

    #[test]
    fn a_window_is_whole_minutes_of_at_most_a_day() {
        for bad in [0, 59, 90, 86_401] {
            assert_eq!(Window::new(Duration::from_secs(bad)), None, "{bad}");
        }
        assert!(Window::new(Duration::from_hours(24)).is_some());
    }

    proptest! {
        #[test]
        fn full_jitter_stays_below_its_bound(random in 0.0f64..1.0, attempts in 1u32..12) {
            let (base, cap) = (Duration::from_secs(1), Duration::from_secs(30));
            let retry = Retry { attempts: NonZeroU32::new(attempts).unwrap(), backoff: Backoff::FullJitter { base, cap } };
            let delays: Vec<_> = retry.delays(|| random).collect();
            prop_assert_eq!(u32::try_from(delays.len()).unwrap(), attempts - 1);
            for (n, delay) in (0u32..).zip(delays) {
                prop_assert!(delay <= cap.min(base * 2u32.pow(n)));
            }
        }

        #[test]
        fn a_window_starts_at_or_before_now_and_ends_after_it(second in 0i64..4_000_000_000, minutes in 1u64..=1440) {
            let now = Timestamp::from_second(second).unwrap();
            let start = Window::new(Duration::from_secs(minutes * 60)).unwrap().floor(now);
            prop_assert!(start <= now);
            prop_assert!(now.as_second() - start.as_second() < i64::try_from(minutes).unwrap() * 60);
            prop_assert_eq!(start.as_second() % 60, 0);
        }
    }
}
