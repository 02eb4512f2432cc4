//! The engine: carries out the chosen stages of one plan.
//!
//! Invariants: the engine talks to nobody. It sends [`Event`]s, and whoever started it listens; it reads no flag, file
//! or process environment, and the clock is handed to it.

mod admit;
mod again;
mod bind;
mod bind_auth;
mod bind_outside;
mod bind_store;
mod binder;
mod call;
mod context;
mod continued;
mod count_watch;
mod counted;
mod event;
mod exchange;
mod exec;
mod files;
mod flow;
mod identity;
mod joined;
mod key;
mod lease;
mod lines;
mod lost;
mod memory;
mod migrate;
mod net;
mod notes;
mod notify;
mod outcome;
mod payload;
mod prepare;
mod read;
mod rehearse;
mod repeat;
mod rows;
mod share;
mod sql;
mod stage;
mod stop;
mod summary;
mod tally;
mod url_query;
mod verdict;

pub use bind::Connections;
pub use binder::BindError;
pub use event::{Event, RequestEvent, Room, Stream, Waiting};
pub use files::{Files, SpecFiles};
pub use identity::{Clock, Identity};
pub use key::idempotency_key;
pub use lines::{DryRunLine, RequestLine, SummaryLine};
pub use migrate::MigrationNameError;
pub use net::{Net, run};
pub use notes::Note;
pub use outcome::{ExitCode, Outcome};
pub use repeat::stage_retry;
pub use share::{Share, Whole};
pub use sql::FaultySql;
pub use stop::{Stop, StopReason};
pub use summary::Summary;
pub use verdict::{Verdict, verdict};
