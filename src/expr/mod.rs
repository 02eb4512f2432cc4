//! The one expression language: jq, compiled once with jobnet's functions, and the plain strings in which `${NAME}`
//! stands for a variable or secret and `{jq}` for a computed piece.
//!
//! Invariant: nothing here does IO. An expression sees its input and the bound variables, and no environment, clock or
//! file, so the same data always gives the same request.

mod canonical;
mod error;
mod faults;
mod filter;
mod functions;
mod late;
mod names;
mod page;
mod place;
mod quick;
mod reads;
mod scalar;
mod template;
mod words;

pub use canonical::{canonical_json, canonical_json_of};
pub use error::{EvalError, ExprError};
pub use filter::{Bindings, Filter, Scope, text_of};
pub use late::{Late, LateError, ParseFault};
pub use names::NameUse;
pub(crate) use names::is_variable_name;
pub use page::{Projection, parse_json};
pub use place::Place;
pub use reads::Reads;
pub use scalar::{BOOLEAN_WORDS, Percent, Scalar};
pub use template::{Lookup, Template};

/// A JSON value as jq sees it.
pub type Value = jaq_json::Val;
