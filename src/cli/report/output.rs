use indicatif::MultiProgress;

use crate::cli::args::Format;
use crate::cli::printer::Printer;

/// Passes on a line of a command, or what a stage would do, behind its stage's name, above the progress.
///
/// A line that begins with the stage's name is no workflow command to GitHub; the older form of commands counts
/// anywhere in a line (<https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>), and is taken
/// apart.
pub(super) fn print(printer: &Printer, lines: &MultiProgress, stage: &str, line: &str) {
    let line = match printer.format {
        Format::Github => line.replace("##[", "## ["),
        Format::Human | Format::Json | Format::Sarif => line.to_owned(),
    };
    lines.suspend(|| printer.people(format!("{stage} | {line}\n")));
}
