//! `jobnet init`: a spec to begin with.

mod answers;
mod new_spec;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use crate::diag::Source;
use crate::plan;
use crate::run::ExitCode;
use crate::spec;

use super::args::{Global, InitArgs};
use super::error::CliError;
use super::load::SPEC_FILE;
use super::printer::Printer;

/// Writes a spec from the flags, and from questions where somebody can be asked. A file that is there is left alone.
pub(super) fn init(global: &Global, args: &InitArgs, printer: &Printer) -> Result<ExitCode, CliError> {
    let path = global.spec.as_deref().unwrap_or(Path::new(SPEC_FILE));
    if path.exists() {
        return Err(CliError::SpecExists { path: path.to_owned() });
    }
    let new = answers::ask(args, global.yes)?;
    let source = Source::new(path.display().to_string(), new.to_string());
    let (parsed, mut findings) = spec::parse(source.clone());
    if let Some(spec) = parsed {
        findings.extend(plan::resolve(&spec).1);
    }
    // What was answered can make a bad spec: a name that cannot be one, a schedule that is none.
    if findings.has_errors() {
        printer.findings(&source, &findings)?;
        return Err(CliError::BadAnswers);
    }
    let written = OpenOptions::new().write(true).create_new(true).open(path);
    match written.and_then(|mut file| file.write_all(source.text.as_bytes())) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(CliError::SpecExists { path: path.to_owned() });
        }
        Err(source) => return Err(CliError::Write { what: path.display().to_string(), source }),
    }
    printer.people(format!(
        "wrote {}\nnext: jobnet plan, jobnet run --all --env local, jobnet generate\n",
        path.display()
    ));
    Ok(ExitCode::Done)
}
