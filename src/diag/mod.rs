//! What is wrong, where, and what to do about it: the one type in which every part of jobnet reports findings, and
//! the forms in which they are shown.

mod allow;
mod diagnostic;
mod fault;
mod github;
mod hint;
mod json;
mod printable;
mod sarif;
mod source;
mod span;
mod terminal;

pub use allow::{Allow, Allows};
pub use diagnostic::{Diagnostic, Findings, Fix, Severity};
pub use fault::Fault;
pub use github::{escape_data, github_annotation};
pub use hint::{did_you_mean, nearest};
pub use json::json_line;
pub use printable::{printable, with_colours};
pub use sarif::{SarifRule, sarif};
pub use source::{Position, Source};
pub use span::Span;
pub use terminal::render;
