use indicatif::MultiProgress;

use crate::cli::args::Format;
use crate::cli::printer::Printer;
use crate::diag::with_colours;
use crate::run::Room;

use super::github::without_commands;

/// Passes on a line of a command, or what a stage would do, behind its stage's name, above the progress.
///
/// `room` is free once it is written. A line that begins with the stage's name is no workflow command to GitHub.
pub(super) fn print(printer: &Printer, lines: &MultiProgress, stage: &str, line: &str, room: Option<Room>) {
    let line = with_colours(line);
    let line = match printer.format {
        Format::Github => without_commands(&line),
        Format::Human | Format::Json | Format::Sarif => line.into_owned(),
    };
    lines.suspend(|| printer.people_in(format!("{stage} | {line}\n"), room));
}
