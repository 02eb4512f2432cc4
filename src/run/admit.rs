use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::{Instant, sleep_until};

use crate::clients::NotThen;

use super::bind::BoundRequest;
use super::context::StageRun;
use super::event::{Event, Waiting};
use super::exchange::Failure;
use super::prepare::Prepared;

/// The headers that say who is asking.
pub(super) type AuthHeaders = Vec<(HeaderName, HeaderValue)>;

/// Waits until a request may start: its API's rate lets it, its host does not want to be left alone, and there is a token
/// for it. It must start at once then.
pub(super) async fn admit(
    run: &StageRun,
    request: &BoundRequest,
    prepared: &Prepared,
) -> Result<AuthHeaders, Failure> {
    let connection = &request.connection;
    let place = format!("{} {}", prepared.method.as_str(), prepared.path);
    let paced = |failure: Failure| Failure { message: format!("{place}: {}", failure.message), ..failure };
    if let Some(pacer) = &connection.pacer {
        let turn = pacer.turn(Instant::now(), run.deadline);
        let turn = turn.map_err(|NotThen(turn)| paced(too_long(turn)))?;
        wait(run, turn).await.map_err(paced)?;
    }
    loop {
        while let Some(until) = run.connections.gates.closed_until(&connection.host) {
            pause(run, until, "the host asked for a pause").await?;
        }
        let auth =
            connection.authorizer.headers(&connection.client, &run.request_id, run.deadline).await.map_err(
                |error| Failure { message: format!("{place}: {error}"), temporary: error.is_temporary() },
            )?;
        match connection.pacer.as_ref().map(|pacer| pacer.start(Instant::now())) {
            None | Some(Ok(())) => return Ok(auth),
            Some(Err(NotThen(ready))) => wait(run, ready).await.map_err(paced)?,
        }
    }
}

/// Waits until a moment and tells so, unless that is past the stage's time, or the run is told to stop.
pub(super) async fn pause(run: &StageRun, until: Instant, reason: &str) -> Result<(), Failure> {
    if until <= run.deadline {
        let wait = until.saturating_duration_since(Instant::now());
        run.tell(Event::Waiting(Waiting { stage: run.stage.name.clone(), reason: reason.to_owned(), wait }));
    }
    wait(run, until).await
}

async fn wait(run: &StageRun, until: Instant) -> Result<(), Failure> {
    if until > run.deadline {
        return Err(too_long(until));
    }
    if until <= Instant::now() {
        return Ok(());
    }
    tokio::select! {
        () = sleep_until(until) => Ok(()),
        () = run.stop.asked() => Err(Failure { message: "the run was told to stop".to_owned(), temporary: true }),
    }
}

fn too_long(until: Instant) -> Failure {
    let wait = until.saturating_duration_since(Instant::now());
    let message = format!("a wait of {} s would exceed the stage's time", wait.as_secs().max(1));
    Failure { message, temporary: true }
}
