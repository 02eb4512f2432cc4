//! The evaluator: a compiled expression run on a value, by jq 1.8's rules.
//!
//! Outputs are handed to a callback one by one, in jq's order. A tail call takes no stack, every other call is counted
//! against [`stop::DEEPEST`], and every step looks whether it was told to stop, so that no expression can end the process
//! or outlast its stage.

mod arguments;
mod assign;
mod code;
mod compile;
mod destructure;
mod fold;
mod item;
mod machine;
mod outputs;
mod pattern;
mod places;
mod run;
mod scope;
mod single;
mod stop;

pub(super) use code::{Program, compare};
pub(super) use compile::{Undefined, UndefinedKind, compile};
pub(super) use machine::Machine;
pub use stop::Interrupt;
pub(super) use stop::{Halt, Limit};
