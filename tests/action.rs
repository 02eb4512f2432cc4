//! The container action, from its inputs to a whole workflow with it.

mod called;
mod files;
mod image;
mod inputs;
mod release;
mod setup;
mod versions;
mod workflow;
