//! The one expression language: jq 1.8, compiled once with jobnet's functions, and the plain strings in which `${NAME}`
//! stands for a variable or secret and `{jq}` for a computed piece.
//!
//! Invariant: nothing here does IO. An expression sees its input and the bound variables, and no environment, clock or
//! file, so the same data always gives the same request. Every expression ends: by itself, at a bound, or by the
//! [`Interrupt`] of its [`Bindings`].

mod count;
mod engine;
mod error;
mod faults;
mod filter;
mod late;
mod names;
mod native;
mod place;
mod quick;
mod reads;
mod scalar;
mod syntax;
mod template;
mod value;
mod words;

pub use count::whole_number;
pub use engine::Interrupt;
pub use error::{EvalError, ExprError};
pub use filter::{Bindings, Filter, Scope};
pub use late::{Late, LateError, ParseFault};
pub use names::NameUse;
pub(crate) use names::is_variable_name;
pub use place::Place;
pub use reads::Reads;
pub use scalar::{BOOLEAN_WORDS, Percent, Scalar};
pub use template::{Lookup, Template};
pub use value::{
    Json, JsonError, Map, Nested, Num, Projection, Text, Value, canonical_json, exact_json, json_text,
    json_text_of, key_json, parse_json, read_json,
};
