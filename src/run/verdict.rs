use crate::plan::Method;
use crate::policy::{Conflict, Idempotency, is_transient_status};

/// What came of sending a request once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// A response with this status.
    Status {
        /// The status.
        status: u16,
        /// Whether it asks to wait.
        asks_to_wait: bool,
    },
    /// A response that is too large to be read, however often it is asked for.
    Unreadable,
    /// No answer; the request may have arrived.
    Lost,
    /// No answer; the request never left.
    Nowhere,
    /// The request never left, and will not: the other side is not who it should be, or a proxy refuses the way to it.
    Unreachable,
}

impl Sent {
    /// True where the other side may have done the work although nobody was told: no response came, or one by which
    /// servers and what stands before them give up.
    pub fn may_have_worked(self) -> bool {
        matches!(self, Self::Lost | Self::Unreadable | Self::Status { status: 408 | 500..=599, .. })
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The answer is good: read it.
    Done,
    /// It was done before: read what there is, and count nothing twice.
    Replayed,
    /// The first request is still being worked on: ask again, however often it takes.
    InFlight,
    /// Renew the token and ask once more.
    RenewToken,
    /// Try again, as long as there are attempts.
    Retry,
    /// The other side is not available, and sending again could do the work twice.
    GiveUp,
    /// It failed for good.
    Fail,
}

/// Decides what to do next from what came of a request, by the contract's rules alone.
///
/// A POST or PATCH is tried again only under its key, or where it is certain that nothing was done; `may_renew` is true for
/// the first 401 under a token that can be renewed.
pub fn verdict(sent: Sent, method: Method, idempotency: Idempotency, may_renew: bool) -> Verdict {
    let keyed = method.takes_key() && idempotency != Idempotency::Unknown;
    let repeatable = keyed || matches!(method, Method::Get | Method::Put | Method::Delete);
    let again = if repeatable { Verdict::Retry } else { Verdict::GiveUp };
    match sent {
        Sent::Nowhere => Verdict::Retry,
        Sent::Unreachable | Sent::Unreadable => Verdict::Fail,
        Sent::Lost => again,
        Sent::Status { status: 200..=299, .. } => Verdict::Done,
        Sent::Status { status: 401, .. } if may_renew => Verdict::RenewToken,
        Sent::Status { status: 409, asks_to_wait } if keyed => match idempotency {
            _ if asks_to_wait => Verdict::InFlight,
            Idempotency::Keyed { conflict: Some(Conflict::InFlight), .. } => Verdict::InFlight,
            Idempotency::Keyed { conflict: Some(Conflict::Done), .. } => Verdict::Replayed,
            Idempotency::Keyed { conflict: None, .. } | Idempotency::Unknown => Verdict::Fail,
        },
        // A limit refused it, so that nothing was done.
        Sent::Status { status: 403 | 429, asks_to_wait: true } => Verdict::Retry,
        Sent::Status { status, .. } if is_transient_status(status) => again,
        Sent::Status { .. } => Verdict::Fail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Window;

    /// Every status and method, so that no rule changes unseen.
    #[test]
    fn the_whole_table() {
        let done = Idempotency::Keyed { window: Window::default(), conflict: Some(Conflict::Done) };
        let in_flight = Idempotency::Keyed { window: Window::default(), conflict: Some(Conflict::InFlight) };
        let mut table = String::new();
        for (name, method, idempotency) in [
            ("GET", Method::Get, Idempotency::default()),
            ("POST", Method::Post, Idempotency::default()),
            ("POST, 409 is done", Method::Post, done),
            ("POST, 409 is in flight", Method::Post, in_flight),
            ("POST without keys", Method::Post, Idempotency::Unknown),
            ("PUT without keys", Method::Put, Idempotency::Unknown),
            ("PATCH", Method::Patch, Idempotency::default()),
            ("DELETE", Method::Delete, Idempotency::default()),
        ] {
            let mut groups: Vec<(Verdict, Vec<String>)> = Vec::new();
            let mut add = |sent: Sent, shown: String| {
                let verdict = verdict(sent, method, idempotency, true);
                match groups.iter_mut().find(|(known, _)| *known == verdict) {
                    Some((_, shown_before)) => shown_before.push(shown),
                    None => groups.push((verdict, vec![shown])),
                }
            };
            add(Sent::Nowhere, "not sent".to_owned());
            add(Sent::Unreachable, "not reachable".to_owned());
            add(Sent::Unreadable, "too large".to_owned());
            add(Sent::Lost, "no answer".to_owned());
            for status in [
                200, 204, 301, 400, 401, 403, 404, 408, 409, 410, 422, 425, 429, 500, 501, 502, 503, 504, 505,
            ] {
                add(Sent::Status { status, asks_to_wait: false }, status.to_string());
            }
            for status in [403, 409, 422, 429, 503] {
                add(Sent::Status { status, asks_to_wait: true }, format!("{status} that asks to wait"));
            }
            table.push_str(&format!("{name}\n"));
            for (verdict, shown) in groups {
                table.push_str(&format!("  {verdict:?}: {}\n", shown.join(", ")));
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn a_second_401_is_final() {
        let sent = Sent::Status { status: 401, asks_to_wait: false };
        assert_eq!(verdict(sent, Method::Get, Idempotency::default(), false), Verdict::Fail);
    }
}
