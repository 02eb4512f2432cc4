use std::ffi::OsString;

use clap::builder::Resettable;
use clap::{Arg, ArgAction, Command, CommandFactory as _, FromArgMatches as _};

use crate::run::ExitCode;

use super::args::Args;
use super::printer::on_github;
use super::report::github;

/// Reads arguments, the program's name first.
///
/// An empty variable is as if not set, and so is a flag's that is `false`: engines hand over what they do not have as an
/// empty text, such as GitHub an input of `workflow_dispatch` on a schedule
/// (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context>), and a box that nobody ticked
/// as `false`, which must not contradict another flag.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut command = without_idle_variables(Args::command());
    let matches = command.try_get_matches_from_mut(arguments)?;
    Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn without_idle_variables(command: Command) -> Command {
    command.mut_args(unless_idle).mut_subcommands(without_idle_variables)
}

fn unless_idle(argument: Arg) -> Arg {
    let is_flag = matches!(argument.get_action(), ArgAction::SetTrue);
    let is_idle = |value: OsString| value.is_empty() || is_flag && value == "false";
    let value = argument.get_env().and_then(std::env::var_os);
    if value.is_some_and(is_idle) { argument.env(Resettable::Reset) } else { argument }
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
