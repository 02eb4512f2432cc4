//! The one expression language: jq, compiled once with jobnet's functions, and the plain strings in which `${NAME}`
//! stands for a variable or secret and `{jq}` for a computed piece.
//!
//! Invariant: nothing here does IO. An expression sees its input and the bound variables, and no environment, clock or
//! file, so the same data always gives the same request.

mod count;
mod error;
mod faults;
mod filter;
mod functions;
mod late;
mod names;
mod place;
mod quick;
mod reads;
mod scalar;
mod template;
mod value;
mod value_functions;
mod words;

pub use count::whole_number;
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
    JsonError, Map, Num, Projection, Text, Value, canonical_json, json_text, json_text_of, key_json,
    parse_json,
};
