//! The text of an expression as a tree: jq 1.8's grammar, with a bound on how deep and how long it may be.

mod atoms;
mod lexer;
mod objects;
mod operators;
mod parser;
mod patterns;
mod term;
mod text;

pub(super) use lexer::closing_brace;
pub(super) use parser::{SyntaxFault, parse_definitions, parse_expression};
pub(super) use term::{
    Comparison, Definition, Entry, Fold, Operator, Parameter, Part, Pattern, Piece, Term, Update, Word,
};

/// The longest text of an expression, in bytes.
pub(super) const LONGEST: usize = 256 * 1024;

/// The deepest tree that an expression may be: brackets in brackets, operators in a row.
pub(super) const DEEPEST: usize = 1000;

/// The stack on which a tree of [`DEEPEST`] is parsed and compiled, in bytes.
const STACK: usize = 64 * 1024 * 1024;

/// Calls `f` with a stack that suffices for what walks the tree of an expression.
pub(super) fn with_stack<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK / 2, STACK, f)
}
