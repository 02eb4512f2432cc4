//! The engine: carries out the chosen stages of one plan.
//!
//! Invariants: the engine talks to nobody. It sends [`Event`]s, and whoever started it listens; it reads no flag, file
//! or process environment, and the clock is handed to it.

mod bind;
mod bind_auth;
mod call;
mod event;
mod exchange;
mod flow;
mod key;
mod net;
mod outcome;
mod prepare;
mod read;
mod stage;
mod stop;
mod summary;
mod tally;
mod verdict;

pub use bind::{BindError, Connections};
pub use event::{Event, RequestEvent, Waiting};
pub use key::idempotency_key;
pub use net::{Clock, Identity, Net, run};
pub use outcome::{ExitCode, Outcome};
pub use stop::{Stop, StopReason};
pub use summary::{ErrorNote, RequestLine, Summary, SummaryLine};
pub use verdict::{Verdict, verdict};
