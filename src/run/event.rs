use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;

use super::summary::Summary;

/// Something that happened in a run. Whoever listens makes of it what they like: lines, a table, progress.
#[derive(Debug, Clone)]
pub enum Event {
    /// A stage began.
    StageStarted {
        /// The stage.
        stage: String,
        /// When.
        at: Timestamp,
    },
    /// A request was sent, with or without an answer.
    Request(RequestEvent),
    /// Items were chosen.
    Picked {
        /// The stage.
        stage: String,
        /// How many.
        items: u64,
    },
    /// A stage goes on where a run before was cut off.
    Resumed {
        /// The stage.
        stage: String,
        /// When that last committed.
        committed_at: String,
    },
    /// A stage continues an earlier run of the net, whose rows it reads.
    Continued {
        /// The stage.
        stage: String,
        /// The run's id.
        run_id: String,
        /// When it began.
        job_start_at: Timestamp,
    },
    /// A stage would do this, if it were run and not only rehearsed.
    DryRun {
        /// The stage.
        stage: String,
        /// What it would do, with secrets masked.
        text: String,
    },
    /// A stage waits.
    Waiting(Waiting),
    /// Something went wrong that changes nothing about how a stage ends.
    Warning {
        /// The stage.
        stage: String,
        /// What.
        message: String,
    },
    /// A command wrote a line.
    Output {
        /// The stage.
        stage: String,
        /// Where it wrote it.
        stream: Stream,
        /// The line without its end, with secrets masked.
        line: String,
        /// Makes the command wait for listeners that are slow.
        room: Room,
    },
    /// An attempt at a stage ended, and another will follow.
    AttemptFinished(Box<Summary>),
    /// A stage ended, or was skipped.
    StageFinished(Box<Summary>),
}

/// Where a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Its standard output.
    Stdout,
    /// Its standard error.
    Stderr,
}

impl Stream {
    /// The word behind "standard".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "output",
            Self::Stderr => "error",
        }
    }
}

/// The room that an event takes up among those that wait to be heard; free again when the event is dropped.
#[derive(Debug, Clone)]
pub struct Room {
    _permit: Option<Arc<OwnedSemaphorePermit>>,
}

impl Room {
    pub(super) fn new(permit: Option<OwnedSemaphorePermit>) -> Self {
        Self { _permit: permit.map(Arc::new) }
    }
}

/// One request as it went over the wire.
#[derive(Debug, Clone)]
pub struct RequestEvent {
    /// The stage.
    pub stage: String,
    /// The stage run's id, which the request carried as `X-Request-ID`.
    pub request_id: String,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// Its key, where it had one.
    pub idempotency_key: Option<String>,
    /// The method.
    pub method: &'static str,
    /// The path, without base and query.
    pub path: String,
    /// The answer's status; `None` where there was no answer.
    pub http_status: Option<u16>,
    /// What was counted.
    pub metrics: IndexMap<String, u64>,
    /// How long it took.
    pub duration: Duration,
    /// True where the answer was given before.
    pub replayed: bool,
    /// What was wrong.
    pub error: Option<String>,
    /// True where it will not be sent again although it failed.
    pub gave_up: bool,
}

/// A wait and its reason.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The stage.
    pub stage: String,
    /// For what.
    pub reason: String,
    /// For how long.
    pub wait: Duration,
}
