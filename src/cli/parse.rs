use std::ffi::{OsStr, OsString};
use std::io::Write as _;

use clap::builder::Resettable;
use clap::{Arg, ArgAction, Command, CommandFactory as _, FromArgMatches as _};

use crate::expr::{BOOLEAN_WORDS, Scalar as _};
use crate::run::ExitCode;

use super::args::Args;
use super::printer::on_github;
use super::report::github;

/// Reads arguments, the program's name first.
///
/// An empty variable is as if not set, and so is a flag's that is false by any of the words for it: engines hand over what they do not have as an
/// empty text, such as GitHub an input of `workflow_dispatch` on a schedule
/// (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context>), and a box that nobody ticked
/// as `false`, which must not contradict another flag. A flag's variable that is neither true nor false is an error.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut command = without_idle_variables(Args::command());
    let matches = command.try_get_matches_from_mut(arguments)?;
    Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn without_idle_variables(command: Command) -> Command {
    command.mut_args(unless_idle).mut_subcommands(without_idle_variables)
}

fn unless_idle(argument: Arg) -> Arg {
    let Some(name) = argument.get_env().map(OsStr::to_owned) else { return argument };
    let Some(value) = std::env::var_os(&name) else { return argument };
    let is_flag = matches!(argument.get_action(), ArgAction::SetTrue);
    let value = value.to_string_lossy();
    let is_idle = if is_flag {
        value.trim().is_empty() || bool::parse(&value) == Some(false)
    } else {
        value.is_empty()
    };
    match (is_idle, is_flag) {
        (true, _) => argument.env(Resettable::Reset),
        (false, true) => {
            let name = name.to_string_lossy().into_owned();
            argument.value_parser(move |text: &str| {
                bool::parse(text).ok_or_else(|| format!("{name} must be {BOOLEAN_WORDS}"))
            })
        }
        (false, false) => argument,
    }
}

/// Says what is wrong with arguments, or what was asked about them, and gives the process's exit code.
pub(super) fn explain(usage: &clap::Error) -> u8 {
    let code = u8::try_from(usage.exit_code()).unwrap_or(ExitCode::Invalid.code());
    if code == ExitCode::Invalid.code() && on_github() {
        let error = usage.render().to_string();
        // Where stderr is gone there is nobody to tell.
        let _ = write!(
            anstream::stderr().lock(),
            "{}",
            github::error_annotation(error.trim_start_matches("error: "))
        );
        // The error is what matters, and has been said.
        let _ = github::close_without_run(ExitCode::Invalid);
    } else {
        // Nothing is left to do if even this cannot be written.
        let _ = usage.print();
    }
    code
}
