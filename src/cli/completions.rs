use clap::CommandFactory as _;
use clap_complete::generate;

use crate::run::ExitCode;

use super::args::{Args, CompletionsArgs};
use super::error::CliError;
use super::printer::Printer;

/// `jobnet completions`: prints a script that a shell completes commands and flags by.
pub(super) fn completions(args: &CompletionsArgs, printer: &Printer) -> Result<ExitCode, CliError> {
    let mut script = Vec::new();
    generate(args.shell, &mut Args::command(), "jobnet", &mut script);
    printer.out(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::Done)
}
