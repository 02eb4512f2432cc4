use std::ffi::OsString;

use clap::builder::Resettable;
use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _};

use crate::run::ExitCode;

use super::args::Args;
use super::printer::on_github;
use super::report::github;

/// Reads arguments, the program's name first.
///
/// An empty variable is as if not set: engines hand over what they do not have as an empty text, such as GitHub an input
/// of `workflow_dispatch` on a schedule (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context>).
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut command = without_empty_variables(Args::command());
    let matches = command.try_get_matches_from_mut(arguments)?;
    Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn without_empty_variables(command: Command) -> Command {
    command.mut_args(unless_empty).mut_subcommands(without_empty_variables)
}

fn unless_empty(argument: Arg) -> Arg {
    let empty = argument.get_env().is_some_and(|name| std::env::var_os(name).is_some_and(|it| it.is_empty()));
    if empty { argument.env(Resettable::Reset) } else { argument }
}

/// Says what is wrong with arguments, or what was asked about them, and gives the process's exit code.
pub(super) fn explain(usage: &clap::Error) -> u8 {
    let code = u8::try_from(usage.exit_code()).unwrap_or(ExitCode::Invalid.code());
    if code == ExitCode::Invalid.code() && on_github() {
        github::annotate_error(usage.render().to_string().trim_start_matches("error: "));
        // The error is what matters, and has been said.
        let _ = github::close_without_run(ExitCode::Invalid);
    } else {
        // Nothing is left to do if even this cannot be written.
        let _ = usage.print();
    }
    code
}
