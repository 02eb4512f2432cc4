//! The commands that speak with GitHub: workflows started, runs started again, followed and listed.

mod args;
mod connect;
mod dispatch;
mod ending;
mod error;
mod follow;
mod net;
mod origin;
mod rerun;
mod runs;
mod tell;
mod view;
mod watch;
mod way;

pub(super) use args::{DispatchArgs, RerunArgs, RunsArgs, WatchArgs};
pub(super) use dispatch::dispatch;
pub(super) use error::GithubFault;
pub(super) use rerun::rerun;
pub(super) use runs::runs;
pub(super) use watch::watch;
