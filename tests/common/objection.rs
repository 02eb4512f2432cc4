//! What a checker has against a file, in its own words.

use std::fmt;
use std::process::{Command, Output, Stdio};

/// A checker's words, which a test that unwraps an [`Err`] of them shows as the checker wrote them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Objection(pub(crate) String);

impl fmt::Debug for Objection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\n{}", self.0)
    }
}

impl Objection {
    /// True where the checker's words have this text in them.
    pub(crate) fn names(&self, text: &str) -> bool {
        self.0.contains(text)
    }
}

/// Runs a checker: its stdout where it ends with 0, all that it said otherwise.
pub(super) fn asked(command: &mut Command) -> Result<String, Objection> {
    let output = output(command);
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(Objection(said(&output))) }
}

/// Runs a program to its end, without a terminal.
pub(super) fn output(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// All that a program said.
pub(super) fn said(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
