//! The container action, from its inputs to a whole workflow with it.

mod files;
mod image;
mod inputs;
mod setup;
mod versions;
mod workflow;
