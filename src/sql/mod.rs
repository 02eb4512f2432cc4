//! SQL as a file holds it: statements, and parameters written `:name`.
//!
//! Knows of three dialects what splits a text into statements, and no more: how strings, names and comments end, and
//! which bodies hold a `;` of their own. It is no parser; what it does not know it passes on, for the engine to judge.
//!
//! The tokenizer of the sqlparser crate does not serve here. It refuses strings that PostgreSQL accepts
//! (`E'a'` carried on in the next line with `'b\'c'`) and ends BigQuery's `r'a\'b'` too early; its places are lines and
//! columns; and bodies with a `;` of their own would remain to be written.

mod bigquery;
mod bodies;
mod dialect;
mod error;
mod lexer;
#[cfg(test)]
mod properties;
mod quote;
mod script;
mod statement;
mod verb;

pub use dialect::Dialect;
pub use error::SqlError;
pub use script::Script;
pub use statement::{Parameter, Statement};
pub use verb::TransactionControl;
