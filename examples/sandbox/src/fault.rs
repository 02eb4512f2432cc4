//! What may go wrong on demand, where and how often.

use std::sync::Mutex;
use std::time::Duration;

use axum::http::{Method, StatusCode, Uri};

use crate::lock::lock;
use crate::pages;

/// One way to misbehave, for the requests that it is meant for.
///
/// Made by hand, or parsed from `KIND[:[METHOD ]PATH[:TIMES[:skip=N]]]`, see [`Fault::from_str`](#impl-FromStr-for-Fault).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// How the paths begin that it is meant for; `None` is any path.
    pub path: Option<String>,
    /// The method that it is meant for; `None` is any method.
    pub method: Option<Method>,
    /// How many of those requests go well first.
    pub skip: u32,
    /// How many of them go wrong then.
    pub times: Times,
}

impl Fault {
    /// A fault that hits the next request, whichever it is.
    pub fn once(kind: FaultKind) -> Self {
        Self { kind, path: None, method: None, skip: 0, times: Times::Count(1) }
    }

    fn is_meant_for(&self, method: &Method, uri: &Uri) -> bool {
        self.path.as_ref().is_none_or(|path| uri.path().starts_with(path.as_str()))
            && self.method.as_ref().is_none_or(|wanted| wanted == method)
            && (self.kind != FaultKind::RepeatCursor || pages::cursor_of(uri).is_some())
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The request is refused with this status, and nothing is done.
    Status {
        /// The status to answer with.
        status: StatusCode,
        /// What the header `Retry-After` says, if it is there.
        retry_after: Option<RetryAfter>,
    },
    /// Nothing is done and nothing answered: the connection stays open until the client goes.
    Timeout,
    /// Nothing is done, and the connection is closed without an answer.
    Cut,
    /// The work is done, and the connection is closed without an answer.
    CutAfter,
    /// The work is done, and half of its JSON text is answered with status 200.
    BrokenJson,
    /// Nothing is done, and an HTML page is answered with status 200, as from a proxy.
    NotJson,
    /// A page names its own cursor as the next one; only meant for requests which have a cursor.
    RepeatCursor,
    /// The request is answered 401, and so is from then on every token that was issued before. Tokens of
    /// [`AuthMode::Static`](crate::AuthMode::Static) are issued by nobody: they go on.
    ExpireToken,
    /// The work is done, and answered no sooner than this after the request came.
    Slow(Duration),
}

/// What the header `Retry-After` says ([RFC 9110 section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u32),
    /// The date and time that many seconds from now, in whole seconds, rounded down.
    Date(u32),
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// This many times, then no more.
    Count(u32),
    /// Every time.
    Always,
}

/// The faults which are still to happen.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(Mutex::new(faults))
    }

    pub(crate) fn add(&self, fault: Fault) {
        lock(&self.0).push(fault);
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }

    /// What goes wrong with this request: of the first fault that is meant for it and has skipped enough.
    pub(crate) fn draw(&self, method: &Method, uri: &Uri) -> Option<FaultKind> {
        let mut faults = lock(&self.0);
        for at in 0..faults.len() {
            let fault = &mut faults[at];
            if fault.times == Times::Count(0) || !fault.is_meant_for(method, uri) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            if let Times::Count(left) = &mut fault.times {
                *left -= 1;
            }
            return Some(fault.kind.clone());
        }
        None
    }
}
