//! The plan: everything that is decided before anything runs or is rendered.
//!
//! Invariants: nothing here reads a file, the process environment or a clock (`now` is an argument), and the same spec
//! gives the same plans everywhere. What runs a plan or renders it decides nothing of its own.

mod api;
mod api_headers;
mod beside;
mod choice;
mod choice_error;
mod compile;
mod compiled;
mod continues;
mod cron;
mod cron_gap;
mod cron_posix;
mod cron_utc;
mod declare;
mod declared;
mod duration;
mod exec;
mod graph;
mod keep;
mod model;
mod nickname;
mod outside;
mod paging;
mod problem;
mod reach;
mod references;
mod request;
mod resolve;
mod rows;
mod save;
mod schedule;
mod secret_names;
mod selection;
mod share;
mod sql;
mod stage_choice;
mod stage_files;
mod start;
mod state;
mod steps;
mod targets;
mod url_path;
mod uses;
mod values;
mod view;
mod when;
mod when_problem;
mod work;

pub use api::{Api, ApiAuth, ApiIdempotency, ApiRetry};
pub use choice::Around;
pub use choice_error::ChoiceError;
pub use cron::{Cron, CronError, ShiftError};
pub use cron_utc::{UtcError, clocks_change};
pub use declared::{DEFAULT_LOG_LEVEL, Declared, LOG_LEVEL, Variable};
pub(crate) use duration::duration_text;
pub(crate) use exec::DEFAULT_GRACE;
pub use exec::{Command, Exec, Inherit};
pub use keep::Keep;
pub use model::{Flow, Method, Pages, Plan, Plans, Request, Send, Size, Stage, To, Work};
pub use outside::{Database, Store};
pub use paging::{Next, Paging};
pub use problem::PlanProblem;
pub use reach::Reach;
pub use resolve::resolve;
pub use rows::{Row, Rows};
pub(crate) use save::OWN_COLUMNS;
pub use save::{Save, SavedRows, Saves, TableName};
pub use schedule::{Overlap, Schedule, Timing, TimingPlaces};
pub use secret_names::SecretNames;
pub use selection::{Selection, SelectionError, Selector};
pub(crate) use sql::RUN_PARAMETERS;
pub use sql::{Migrate, Query, Sql, SqlKind, SqlSource, SqlVar};
pub use stage_files::{StageFile, UnknownPath};
pub use state::{Lease, Memory, Notify, NotifyKind};
pub use targets::{
    Aws, AwsLogin, CloudRun, Egress, EnvSource, Github, Google, Kubernetes, Pair, Peer, Resources, Security,
    Setting, Targets, Volume, VolumeSource,
};
pub use url_path::{UrlPath, UrlPathError, check_base, check_url};
pub use uses::Uses;
pub use values::{Origin, ValueError, Values};
pub use view::{PlanView, StageView};
pub use when::When;
pub use when_problem::WhenProblem;
