use std::path::Path;

use crate::diag::{Findings, Severity, Source};
use crate::lint::{self, Around, Linted, Mended};
use crate::plan::Plans;
use crate::run::ExitCode;

use super::args::{Deny, Global, LintArgs};
use super::error::CliError;
use super::generated::Generated;
use super::load;
use super::printer::{Printer, document};
use super::replace::replace;

/// `jobnet lint`: holds specs to all rules, and mends what is safe to mend where that is asked for.
pub(super) fn lint(global: &Global, args: &LintArgs, printer: &Printer) -> Result<ExitCode, CliError> {
    let paths = match &args.files[..] {
        [] => vec![load::spec_path(global.spec.as_deref())?],
        files => files.to_vec(),
    };
    let mut linted = Vec::new();
    for path in &paths {
        let mut source = load::read(path)?;
        if args.fix {
            source = mend(path, source, printer)?;
        }
        let mut failed = None;
        let found = lint::lint(&source, |plans| {
            around(path, &source, plans).unwrap_or_else(|error| {
                failed = Some(error);
                Around::default()
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        linted.push((source, found));
    }
    show(&linted, printer)?;
    if let Some(path) = &args.sarif {
        let written = std::fs::write(path, document(files(&linted)));
        written.map_err(|source| CliError::Write { what: path.display().to_string(), source })?;
    }
    Ok(ExitCode::worst(linted.iter().map(|(_, found)| exit_code(found, args.deny))))
}

/// What is known of a spec beyond its text.
fn around(path: &Path, source: &Source, plans: &Plans) -> Result<Around, CliError> {
    let (generated, of_targets) = Generated::of(path, source, plans, None, None)?;
    let drift = generated.map(|generated| generated.drifted(plans, &source.name)).unwrap_or_default();
    Ok(Around { of_targets, drift })
}

/// Mends a spec in its file, and tells people what was mended.
fn mend(path: &Path, source: Source, printer: &Printer) -> Result<Source, CliError> {
    let (mended, done) = lint::mend(&source);
    if done.is_empty() {
        return Ok(source);
    }
    replace(path, &mended.text)
        .map_err(|source| CliError::Write { what: path.display().to_string(), source })?;
    if !printer.quiet {
        for Mended { finding, line, old, new } in done {
            let place = format!("{}:{line}", path.display());
            printer.people(format!("{place}: fixed {}: `{old}` is now `{new}`\n", finding.code));
        }
    }
    Ok(mended)
}

/// The files that findings are about: each spec, and after it those that are generated from it.
fn files(linted: &[(Source, Linted)]) -> impl Iterator<Item = (&Source, &Findings)> {
    linted.iter().flat_map(|(source, found)| {
        let of_files = found.of_files.iter().map(|(file, findings)| (file, findings));
        std::iter::once((source, &found.findings)).chain(of_files)
    })
}

fn show(linted: &[(Source, Linted)], printer: &Printer) -> Result<(), CliError> {
    let mut is_first = true;
    for (file, findings) in files(linted) {
        if !findings.is_empty() && !std::mem::take(&mut is_first) {
            printer.blank();
        }
        printer.findings(file, findings)?;
    }
    if !printer.quiet && printer.speaks() {
        printer.people(summary(linted));
    }
    Ok(())
}

/// How much was found in how many files, in a line.
fn summary(linted: &[(Source, Linted)]) -> String {
    let count = |severity| linted.iter().map(|(_, found)| found.count(severity)).sum();
    let number = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let files = match linted {
        [(source, _)] => source.name.clone(),
        several => number(several.len(), "spec"),
    };
    let blank = if errors + warnings > 0 { "\n" } else { "" };
    format!("{blank}{files}: {}, {}\n", number(errors, "error"), number(warnings, "warning"))
}

fn exit_code(found: &Linted, deny: Option<Deny>) -> ExitCode {
    let is_denied = deny == Some(Deny::Warnings) && found.count(Severity::Warning) > 0;
    if !found.is_usable {
        ExitCode::Invalid
    } else if found.has_errors() || is_denied {
        ExitCode::Findings
    } else {
        ExitCode::Done
    }
}
