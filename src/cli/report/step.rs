//! What a step of GitHub Actions leaves in the files that the runner has for it: outputs, and the job summary.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::time::Duration;

use uuid::Uuid;

use super::super::error::CliError;
use super::super::outlet::Outlet;

/// A job summary may not be larger
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>).
const LARGEST_SUMMARY: usize = 1024 * 1024;

/// So long may a file take to be opened and written.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sets outputs of the step. Of those of one name the last counts.
///
/// They are written as the runner reads them, also where a value has lines: behind a delimiter that no value can know
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#multiline-strings>).
pub(in super::super) fn set_outputs(outputs: &[(&str, String)]) -> Result<(), CliError> {
    let delimiter = Uuid::new_v4();
    let text = outputs.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{name}<<{delimiter}\n{value}\n{delimiter}");
        text
    });
    append("GITHUB_OUTPUT", &text)
}

/// Adds a text in Markdown to the job summary.
pub(in super::super) fn add_to_summary(text: &str) -> Result<(), CliError> {
    append("GITHUB_STEP_SUMMARY", &text[..text.floor_char_boundary(LARGEST_SUMMARY)])
}

/// A text of somebody else's in one line that Markdown shows as it is, also in a table
/// (<https://github.github.com/gfm/#backslash-escapes>).
pub(in super::super) fn in_markdown(text: &str) -> String {
    text.chars().fold(String::new(), |mut shown, character| {
        if r"\`*_[]<>|~".contains(character) {
            shown.push('\\');
        }
        shown.push(if character.is_control() { ' ' } else { character });
        shown
    })
}

fn append(variable: &str, text: &str) -> Result<(), CliError> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    // A FIFO that nobody reads would keep who opens it.
    let outlet = Outlet::new(move || OpenOptions::new().append(true).create(true).open(path));
    let outlet = outlet.map_err(CliError::Setup)?;
    let written = outlet.write(text.to_owned(), None);
    written.and_then(|()| outlet.close(|| PATIENCE)).map_err(|error| CliError::unwritten(variable, &error))
}
