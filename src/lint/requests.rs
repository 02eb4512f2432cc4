use std::time::Duration;

use crate::plan::{Api, ApiIdempotency, Plan, Request, Stage, To, Work};
use crate::policy::{Backoff, Retry, Timeouts, Window};

/// All requests of a stage, each with its API.
pub(super) fn of<'a>(plan: &'a Plan, stage: &'a Stage) -> Vec<(&'a Request, &'a Api)> {
    let requests: Vec<&Request> = match &stage.work {
        Work::Call(requests) => requests.iter().collect(),
        Work::Flow(flow) => {
            let send = match &flow.to {
                To::Send(send) => Some(&send.request),
                To::Save(_) => None,
            };
            std::iter::once(&flow.from.request).chain(send).collect()
        }
        Work::Sql(_) | Work::Migrate(_) | Work::Exec(_) => Vec::new(),
    };
    requests.into_iter().filter_map(|request| Some((request, plan.apis.get(&request.api)?))).collect()
}

/// A window of idempotency keys that a stage's requests carry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyWindow {
    /// How long it is.
    pub(super) length: Duration,
    /// The API that has it.
    pub(super) api: String,
    /// True where the spec says so; else it is the default.
    pub(super) is_said: bool,
}

impl KeyWindow {
    /// The window; `None` for a length that none can have, which only a run would tell.
    pub(super) fn window(&self) -> Option<Window> {
        Window::new(self.length)
    }
}

/// The windows of the idempotency keys that a stage's requests carry, each once.
pub(super) fn windows(plan: &Plan, stage: &Stage) -> Vec<KeyWindow> {
    let keyed = of(plan, stage).into_iter().filter(|(request, _)| request.method.takes_key());
    let windows = keyed.filter_map(|(request, api)| {
        let window = match &api.idempotency {
            ApiIdempotency::Unknown => return None,
            ApiIdempotency::Unsaid => &None,
            ApiIdempotency::Keyed { window, .. } => window,
        };
        let length = match window {
            None => Window::default().length(),
            Some(late) => late.bind(&plan.declared).ok().flatten()?,
        };
        Some(KeyWindow { length, api: request.api.clone(), is_said: window.is_some() })
    });
    let mut windows: Vec<KeyWindow> = windows.collect();
    windows.sort();
    windows.dedup();
    windows
}

/// How long one request may take with all its attempts, where none is answered.
pub(super) struct Horizon {
    /// How many there are.
    pub(super) attempts: u32,
    /// How long each waits for its answer.
    pub(super) read: Duration,
    /// The longest waits between them, added up.
    pub(super) between: Duration,
}

impl Horizon {
    /// All of that together.
    pub(super) fn all(&self) -> Duration {
        self.read.saturating_mul(self.attempts).saturating_add(self.between)
    }
}

/// The horizon of a request by what the spec knows.
pub(super) fn horizon(plan: &Plan, request: &Request, api: &Api) -> Horizon {
    let mut retry = Retry::default();
    if let Some(Ok(Some(attempts))) = api.retry.attempts.as_ref().map(|late| late.bind(&plan.declared)) {
        retry.attempts = attempts;
    }
    if let Some(steps) = &api.retry.backoff {
        let steps = steps.iter().filter_map(|late| late.bind(&plan.declared).ok().flatten());
        retry.backoff = Backoff::Steps(steps.collect());
    }
    let read = request.read_timeout.as_ref().or(api.read_timeout.as_ref());
    let read = read.and_then(|late| late.bind(&plan.declared).ok().flatten());
    let read = read.unwrap_or(Timeouts::default().read);
    Horizon { attempts: retry.attempts.get(), read, between: retry.delays(|| 1.0).sum() }
}
