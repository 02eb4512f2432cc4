use std::io;

use clap::CommandFactory as _;
use clap_mangen::{Man, generate_to};

use crate::run::ExitCode;

use super::args::{Args, ManArgs};
use super::directory::existing;
use super::error::CliError;
use super::printer::Printer;

/// `jobnet man`: prints the main manual page, or writes one a command.
pub(super) fn man(args: &ManArgs, printer: &Printer) -> Result<ExitCode, CliError> {
    let unwritable = |what: String| |source: io::Error| CliError::Write { what, source };
    match &args.to {
        Some(to) => {
            let directory = existing(to)?;
            let what = format!("the manual pages into {}", directory.display());
            generate_to(Args::command(), directory).map_err(unwritable(what))?;
        }
        None => {
            let mut page = Vec::new();
            let man = Man::new(Args::command().disable_help_subcommand(true));
            man.render(&mut page).map_err(unwritable("the manual page".to_owned()))?;
            printer.out(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(ExitCode::Done)
}
