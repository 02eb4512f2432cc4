use std::fmt::Write as _;
use std::time::Duration;

use indexmap::IndexMap;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use tokio::time::Instant;

use crate::clients::{Answer, Outgoing, SendError, asked_wait};
use crate::diag::printable;
use crate::plan::Method;
use crate::policy::Idempotency;
use crate::secret::cut;

use super::admit::{admit, pause};
use super::bind::{BoundRequest, Connection};
use super::context::StageRun;
use super::counted::FAILED;
use super::event::{Event, RequestEvent};
use super::key::idempotency_key;
use super::payload::Payload;
use super::prepare::Prepared;
use super::read::{Reading, Received, error_text, read};
use super::verdict::{Sent, Verdict, verdict};

/// The least wait before asking again, whatever the response says: `Retry-After: 0` would have it asked without a pause.
const LEAST_WAIT: Duration = Duration::from_millis(500);

/// So many characters of a redirect's place are shown.
const LONGEST_LOCATION: usize = 200;

/// How long to wait before asking again about a request that is being worked on, where the answer does not say.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// A request that failed for good, or was given up.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) message: String,
    /// The same may succeed later.
    pub(super) temporary: bool,
}

impl Failure {
    /// Counts it as one after which the stage cannot have done its work, whatever its threshold.
    pub(super) fn break_off(&self, run: &StageRun) {
        run.with_tally(|tally| tally.break_off(self.temporary, &self.message));
    }
}

/// What an attempt leads to.
enum Next {
    End(Result<Box<Received>, Failure>),
    Again { wait: Duration, reason: String },
    AgainWithNewToken,
}

/// Sends a request until it is done, fails for good, or attempts and time are used up.
pub(super) async fn exchange(
    run: &StageRun,
    request: &BoundRequest,
    prepared: &Prepared,
    reading: &Reading<'_>,
) -> Result<Received, Failure> {
    let connection = &request.connection;
    let mut delays = connection.retry.delays(fastrand::f64);
    let mut key = None;
    let mut renewed = false;
    let mut attempt = 0;
    loop {
        let auth = admit(run, request, prepared).await?;
        attempt += 1;
        let key = key.get_or_insert_with(|| keyed(run, request, prepared)).clone();
        let outgoing = outgoing(run, request, prepared, key.as_deref(), &auth);
        let began = Instant::now();
        let sent = tokio::select! {
            sent = connection.client.send(outgoing, request.read_timeout) => sent,
            () = run.stop.insisted() => Err(SendError::Cut("the run was told to stop".to_owned())),
        };
        let may_renew = !renewed && connection.authorizer.can_renew();
        let mut event = RequestEvent {
            stage: run.stage.name.clone(),
            request_id: run.request_id.clone(),
            attempt,
            idempotency_key: key,
            method: prepared.method.as_str(),
            path: prepared.path.clone(),
            http_status: sent.as_ref().ok().map(|answer| answer.status),
            metrics: IndexMap::new(),
            duration: began.elapsed(),
            replayed: false,
            error: None,
            gave_up: false,
        };
        let next = judge(run, request, sent, may_renew, &mut delays, reading, &mut event);
        event.gave_up = matches!(next, Next::End(Err(_)));
        run.count_request(attempt);
        let place = format!("{} {}", event.method, event.path);
        run.tell(Event::Request(event));
        match next {
            Next::End(end) => {
                return end.map(|received| *received).map_err(|failure| Failure {
                    message: format!("{place}: {}", failure.message),
                    ..failure
                });
            }
            Next::AgainWithNewToken => {
                renewed = true;
                connection.authorizer.refuse(&auth).await;
            }
            Next::Again { wait, reason } => {
                pause(run, Instant::now() + wait, &reason).await.map_err(|failure| Failure {
                    message: format!("{place}: {reason}; {}", failure.message),
                    ..failure
                })?;
            }
        }
    }
}

/// The request's key, where its method carries one and its API knows them.
fn keyed(run: &StageRun, request: &BoundRequest, prepared: &Prepared) -> Option<String> {
    let Idempotency::Keyed { window, .. } = request.connection.idempotency else {
        return None;
    };
    let payload = prepared.payload.as_ref().map_or("null", Payload::keyed);
    let audience = request.connection.authorizer.audience();
    prepared.method.takes_key().then(|| {
        idempotency_key(
            &run.stage.name,
            payload,
            &prepared.path,
            audience,
            window,
            (run.clock)(),
            &run.key_salt,
        )
    })
}

fn outgoing(
    run: &StageRun,
    request: &BoundRequest,
    prepared: &Prepared,
    key: Option<&str>,
    auth: &[(HeaderName, HeaderValue)],
) -> Outgoing {
    let json = HeaderValue::from_static("application/json");
    let mut headers = vec![(ACCEPT, json.clone())];
    let own = [("x-request-id", Some(run.request_id.as_str())), ("idempotency-key", key)];
    for (name, value) in own {
        // Both are made of letters, digits and hyphens, and of a stage's name, which is too.
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.push((HeaderName::from_static(name), value));
        }
    }
    if prepared.payload.is_some() {
        headers.push((CONTENT_TYPE, json));
    }
    let given = &request.connection.headers;
    headers.retain(|(name, _)| !given.iter().any(|(known, _)| known == name));
    headers.extend(given.iter().cloned());
    headers.extend(auth.iter().cloned());
    let method = match prepared.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    Outgoing { method, url: prepared.url.clone(), headers, body: prepared.body() }
}

/// Decides from what came back, and notes in the event what there is to report of it.
fn judge(
    run: &StageRun,
    request: &BoundRequest,
    sent: Result<Answer, SendError>,
    may_renew: bool,
    delays: &mut impl Iterator<Item = Duration>,
    reading: &Reading<'_>,
    event: &mut RequestEvent,
) -> Next {
    if let Ok(answer) = &sent
        && reading.end_on.contains(&answer.status)
    {
        return Next::End(Ok(Box::new(Received { is_past_end: true, ..Received::default() })));
    }
    let asked = sent.as_ref().ok().and_then(|answer| asked_wait(answer, (run.clock)()));
    let what = match &sent {
        Ok(answer) => Sent::Status { status: answer.status, asks_to_wait: asked.is_some() },
        Err(SendError::TooLarge(_)) => Sent::Unreadable,
        Err(error) if error.may_have_arrived() => Sent::Lost,
        Err(error) if error.is_temporary() => Sent::Nowhere,
        Err(_) => Sent::Unreachable,
    };
    if let Some(key) = event.idempotency_key.as_deref().filter(|_| what.may_have_worked()) {
        run.lost.add(key);
    }
    let verdict = verdict(what, request.method, request.connection.idempotency, may_renew);
    let good = matches!(verdict, Verdict::Done | Verdict::Replayed);
    let reason = match &sent {
        Ok(_) if good => String::new(),
        Ok(answer) => {
            let mut text = error_text(answer, asked.is_some(), &request.connection.masker);
            if answer.status == 409
                && let Some(key) = &event.idempotency_key
            {
                text.push_str(conflict_note(request.connection.idempotency, run.lost.has(key)));
            }
            if let Some(location) = location(answer, &request.connection) {
                let _ = write!(text, ": to {location}");
            }
            if let Some(proxy) = request.connection.client.forwarder(&request.connection.base) {
                let _ = write!(text, " (through the proxy {proxy})");
            }
            text
        }
        Err(error) => error.to_string(),
    };
    // Also where this request is given up: the others are to wait.
    if let (Some(asked), Verdict::Retry | Verdict::GiveUp) = (asked, verdict) {
        run.connections.gates.hold(&request.connection.host, Instant::now() + asked);
    }
    if !good {
        event.error = Some(reason.clone());
    }
    match (verdict, sent) {
        (Verdict::Done | Verdict::Replayed, Ok(answer)) => {
            let is_own = event.idempotency_key.as_deref().is_some_and(|key| run.lost.take(key));
            let replayed = (verdict == Verdict::Replayed || is_replay(&answer.headers)) && !is_own;
            let received = received(request, answer, replayed, reading, event);
            if let Ok(Received { replaced: 1.., .. }) = &received {
                let message =
                    format!("{}: its texts have lone surrogates, each of which became U+FFFD", request.place);
                run.with_tally(|tally| tally.warn(&message));
            }
            Next::End(received.map(Box::new))
        }
        (Verdict::RenewToken, _) => Next::AgainWithNewToken,
        (Verdict::InFlight, _) => Next::Again { wait: asked.unwrap_or(ASK_AGAIN).max(LEAST_WAIT), reason },
        (Verdict::Retry, _) if run.stop.reason().is_none() => match delays.next() {
            Some(delay) => {
                if may_double(what, request) {
                    run.with_tally(|tally| tally.warn(&doubling_note(&request.place)));
                }
                Next::Again { wait: delay.max(asked.unwrap_or_default()), reason }
            }
            None => {
                let message = format!("{reason}, after {} attempt(s)", event.attempt);
                Next::End(Err(Failure { message, temporary: true }))
            }
        },
        (Verdict::Retry, _) => Next::End(Err(Failure { message: reason, temporary: true })),
        (Verdict::GiveUp, _) => {
            let message = format!("{reason}; not sent again, since it carries no idempotency key");
            Next::End(Err(Failure { message, temporary: true }))
        }
        (Verdict::Fail | Verdict::Done | Verdict::Replayed, _) => {
            Next::End(Err(Failure { message: reason, temporary: false }))
        }
    }
}

/// True where sending the request again does its work a second time, unless its API knows keys that the spec says nothing of.
fn may_double(sent: Sent, request: &BoundRequest) -> bool {
    sent.may_have_worked() && request.method == Method::Post && !request.connection.says_idempotency
}

fn doubling_note(place: &str) -> String {
    format!(
        "{place} was sent again although the attempt before may have worked: an API without idempotency keys has done it \
         twice; say `idempotency: none` of it, or `{{window: 15m}}` where it knows them"
    )
}

/// The place that a redirect leads to.
fn location(answer: &Answer, connection: &Connection) -> Option<String> {
    let header = answer.headers.get(LOCATION).filter(|_| (300..400).contains(&answer.status))?;
    let text = connection.masker.mask(&String::from_utf8_lossy(header.as_bytes()));
    Some(format!("`{}`", cut(&printable(&text), LONGEST_LOCATION)))
}

/// What is to be said about a 409 beside its own words: it may speak of this very request.
fn conflict_note(idempotency: Idempotency, was_lost: bool) -> &'static str {
    let is_told = matches!(idempotency, Idempotency::Keyed { conflict: Some(_), .. });
    match (is_told, was_lost) {
        (true, true) => {
            "; the response to an earlier attempt was lost, so this may be its own work: the API's `conflict` decides"
        }
        (false, true) => {
            "; the response to an earlier attempt was lost, so this may be its own work: \
             `idempotency: {conflict: done}` of the API would count it as done, `in_flight` ask again"
        }
        (true, false) => "",
        (false, false) => {
            "; where that means \"done before\" or \"in progress\", say so by `idempotency: {conflict: done}` or \
             `{conflict: in_flight}` of the API"
        }
    }
}

/// The headers by which APIs say that a response was given before, each with the value that says so.
const REPLAY_HEADERS: [(&str, &[u8]); 3] = [
    ("idempotency-status", b"replayed"),
    ("idempotency-replayed", b"true"),
    ("idempotent-replayed", b"true"),
];

/// True for a response that was given before.
fn is_replay(headers: &HeaderMap) -> bool {
    REPLAY_HEADERS.iter().any(|(name, says)| {
        headers.get(*name).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(says))
    })
}

fn received(
    request: &BoundRequest,
    answer: Answer,
    replayed: bool,
    reading: &Reading<'_>,
    event: &mut RequestEvent,
) -> Result<Received, Failure> {
    match read(request, &answer, replayed, reading) {
        Ok(mut received) => {
            received.headers = answer.headers;
            received.body = answer.body;
            event.replayed = replayed;
            let counts = received.counted.counts.iter();
            let counted = counts.filter(|(name, _)| !replayed || *name == FAILED);
            event.metrics.extend(counted.map(|(name, count)| (name.clone(), *count)));
            Ok(received)
        }
        Err(message) => {
            event.error = Some(message.clone());
            Err(Failure { message, temporary: false })
        }
    }
}
