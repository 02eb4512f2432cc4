//! The command line: the only place where files, the process environment, the clock, signals and the terminal are
//! touched. What a command decides lives in the library's other modules.

mod action;
mod args;
mod completions;
mod confirm;
mod directory;
mod error;
mod explain;
mod generate;
mod generated;
mod github;
mod identity;
mod init;
mod install;
mod lint;
mod load;
mod logging;
mod man;
mod origin;
mod outlet;
mod parse;
mod place;
mod plan;
mod plan_ledger;
mod printer;
mod replace;
mod report;
mod roots;
mod run;
mod schema;
mod signals;
mod tree;
mod variables;
mod write;

use std::ffi::OsString;

use crate::run::ExitCode;

use self::action::{InputError, Refused};
use self::args::{Args, Command, Format};
use self::error::CliError;
use self::printer::Printer;
use self::report::github as github_report;

/// Runs jobnet with these arguments, the program's name first, and gives the process's exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    match parse::parse(args) {
        Ok(Args { command: Command::Action, global }) => match action::args(std::env::vars_os()) {
            Ok(args) => carry_out(args),
            Err(Refused::Input(error)) => close(&Printer::new(&global), Err(error.into())).code(),
            Err(Refused::Usage(usage)) => parse::explain(&usage),
        },
        Ok(args) => carry_out(args),
        Err(usage) => parse::explain(&usage),
    }
}

fn carry_out(args: Args) -> u8 {
    let printer = Printer::new(&args.global);
    let shows_findings = match &args.command {
        Command::Lint(_) => true,
        Command::Generate(generate) => generate.check && !generate.diff,
        _ => false,
    };
    let tells_itself = matches!(
        args.command,
        Command::Run(_) | Command::Dispatch(_) | Command::Rerun(_) | Command::Watch(_)
    );
    let result = match args.command {
        _ if printer.format == Format::Sarif && !shows_findings => Err(CliError::NoSarif),
        Command::Run(run) => run::run(&args.global, &run, &printer),
        Command::Plan(plan) => plan::plan(&args.global, &plan, &printer),
        Command::Dispatch(dispatch) => github::dispatch(&args.global, &dispatch, &printer),
        Command::Rerun(rerun) => github::rerun(&args.global, &rerun, &printer),
        Command::Watch(watch) => github::watch(&args.global, &watch, &printer),
        Command::Runs(runs) => github::runs(&args.global, &runs, &printer),
        Command::Init(init) => init::init(&args.global, &init, &printer),
        Command::Lint(lint) => lint::lint(&args.global, &lint, &printer),
        Command::Explain(explain) => explain::explain(&explain, &printer),
        Command::Generate(generate) => generate::generate(&args.global, &generate, &printer),
        Command::Schema => schema::schema(&printer),
        Command::Install(install) => install::install(&install, &printer),
        Command::Completions(completions) => completions::completions(&completions, &printer),
        Command::Man(man) => man::man(&man, &printer),
        Command::Roots => roots::roots(&printer),
        // The inputs of an action that stand for themselves would never come to an end.
        Command::Action => Err(InputError::Command("action".to_owned()).into()),
    };
    let is_document = printer.format == Format::Sarif && shows_findings;
    let finished = if is_document { printer.finish() } else { Ok(()) };
    match result.and_then(|code| finished.map(|()| code)) {
        // They have told more.
        Ok(code) if tells_itself => {
            printer.close(code);
            code.code()
        }
        result => {
            let code = close(&printer, result);
            printer.close(code);
            code.code()
        }
    }
}

/// Says why a command failed, tells GitHub how it ended, and gives the exit code.
fn close(printer: &Printer, result: Result<ExitCode, CliError>) -> ExitCode {
    let code = result.unwrap_or_else(|error| {
        printer.error(&error);
        error.exit_code()
    });
    if printer.format == Format::Github
        && let Err(error) = github_report::close_without_run(code)
    {
        printer.error(&error);
    }
    code
}
