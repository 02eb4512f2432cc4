//! The command line: the only place where files, the process environment, the clock, signals and the terminal are
//! touched. What a command decides lives in the library's other modules.

mod args;
mod completions;
mod confirm;
mod directory;
mod error;
mod explain;
mod generate;
mod generated;
mod identity;
mod init;
mod install;
mod lint;
mod load;
mod logging;
mod man;
mod origin;
mod place;
mod plan;
mod plan_ledger;
mod printer;
mod replace;
mod report;
mod run;
mod schema;
mod signals;
mod tree;
mod write;

use std::ffi::OsString;

use clap::Parser;

use crate::run::ExitCode;

use self::args::{Args, Command, Format};
use self::error::CliError;
use self::printer::Printer;

/// Runs jobnet with these arguments, the program's name first, and gives the process's exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(usage) => {
            // Nothing is left to do if even this cannot be written.
            let _ = usage.print();
            return u8::try_from(usage.exit_code()).unwrap_or(ExitCode::Invalid.code());
        }
    };
    let printer = Printer::new(&args.global);
    let shows_findings = match &args.command {
        Command::Lint(_) => true,
        Command::Generate(generate) => generate.check && !generate.diff,
        _ => false,
    };
    let result = match args.command {
        _ if printer.format == Format::Sarif && !shows_findings => Err(CliError::NoSarif),
        Command::Run(run) => run::run(&args.global, &run, &printer),
        Command::Plan(plan) => plan::plan(&args.global, &plan, &printer),
        Command::Init(init) => init::init(&args.global, &init, &printer),
        Command::Lint(lint) => lint::lint(&args.global, &lint, &printer),
        Command::Explain(explain) => explain::explain(&explain, &printer),
        Command::Generate(generate) => generate::generate(&args.global, &generate, &printer),
        Command::Schema => schema::schema(&printer),
        Command::Install(install) => install::install(&install, &printer),
        Command::Completions(completions) => completions::completions(&completions, &printer),
        Command::Man(man) => man::man(&man, &printer),
    };
    let is_document = printer.format == Format::Sarif && shows_findings;
    let finished = if is_document { printer.finish() } else { Ok(()) };
    result
        .and_then(|code| finished.map(|()| code))
        .unwrap_or_else(|error| {
            printer.error(&error);
            error.exit_code()
        })
        .code()
}
