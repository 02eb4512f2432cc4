//! jobnet runs nets of batch stages, the same on every engine.
//!
//! The data flows one way: a spec's text becomes a [`spec::Spec`], that becomes [`plan::Plans`] (one [`plan::Plan`] an
//! environment, in which everything is decided), and the engine in [`run`] carries a plan out, telling what happens as
//! events from which the summary and the exit code are made.
//!
//! Which module may use which is written in `tests/architecture.rs`.

pub mod cli;
pub mod clients;
pub mod decimal;
pub mod diag;
pub mod digest;
pub mod drift;
pub mod expr;
pub mod github;
pub mod lint;
pub mod plan;
pub mod policy;
pub mod run;
pub mod secret;
pub mod spec;
pub mod sql;
pub mod targets;
