//! The command line: the only place where files, the process environment, the clock, signals and the terminal are
//! touched. What a command decides lives in the library's other modules.

mod action;
mod args;
mod confirm;
mod error;
mod init;
mod load;
mod logging;
mod parse;
mod plan;
mod printer;
mod report;
mod roots;
mod run;
mod schema;
mod signals;

use std::ffi::OsString;

use crate::run::ExitCode;

use self::action::{InputError, Refused};
use self::args::{Args, Command, Format};
use self::error::CliError;
use self::printer::Printer;
use self::report::github;

/// Runs jobnet with these arguments, the program's name first, and gives the process's exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    match parse::parse(args) {
        Ok(Args { command: Command::Action, global }) => match action::args(std::env::vars_os()) {
            Ok(args) => carry_out(args),
            Err(Refused::Input(error)) => close(&Printer::new(&global), Err(error.into())),
            Err(Refused::Usage(usage)) => parse::explain(&usage),
        },
        Ok(args) => carry_out(args),
        Err(usage) => parse::explain(&usage),
    }
}

fn carry_out(args: Args) -> u8 {
    let printer = Printer::new(&args.global);
    let is_run = matches!(args.command, Command::Run(_));
    let result = match args.command {
        Command::Run(run) => run::run(&args.global, &run, &printer),
        Command::Plan(plan) => plan::plan(&args.global, &plan, &printer),
        Command::Init(init) => init::init(&args.global, &init, &printer),
        Command::Schema => schema::schema(&printer),
        Command::Roots => roots::roots(&printer),
        // The inputs of an action that stand for themselves would never come to an end.
        Command::Action => Err(InputError::Command("action".to_owned()).into()),
    };
    match result {
        // A run has told more.
        Ok(code) if is_run => code.code(),
        result => close(&printer, result),
    }
}

/// Says why a command failed, tells GitHub how it ended, and gives the process's exit code.
fn close(printer: &Printer, result: Result<ExitCode, CliError>) -> u8 {
    let code = result.unwrap_or_else(|error| {
        printer.error(&error);
        error.exit_code()
    });
    if printer.format == Format::Github
        && let Err(error) = github::close_without_run(code)
    {
        printer.error(&error);
    }
    code.code()
}
