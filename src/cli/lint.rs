use std::path::Path;

use crate::diag::{Findings, SarifRule, Severity, Source, sarif};
use crate::lint::{self, Around, Linted, Mended, PAGES};
use crate::plan::Plans;
use crate::run::ExitCode;
use crate::targets;

use super::args::{Deny, Format, Global, LintArgs};
use super::error::CliError;
use super::load;
use super::printer::Printer;
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
        let found = lint::lint(&source, around);
        linted.push((source, found));
    }
    show(&linted, printer)?;
    Ok(ExitCode::worst(linted.iter().map(|(_, found)| exit_code(found, args.deny))))
}

/// What is known of a spec beyond its text.
fn around(plans: &Plans) -> Around {
    let mut around = Around::default();
    for target in targets::targets(plans) {
        around.of_targets.extend(targets::impossible(target, plans));
    }
    around
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

fn show(linted: &[(Source, Linted)], printer: &Printer) -> Result<(), CliError> {
    if printer.format == Format::Sarif {
        let files: Vec<(&Source, &Findings)> =
            linted.iter().map(|(source, found)| (source, &found.findings)).collect();
        let rules: Vec<SarifRule<'_>> = PAGES
            .iter()
            .map(|page| SarifRule { code: page.code, summary: page.summary(), page: page.text })
            .collect();
        return printer.out(&format!("{}\n", sarif(env!("CARGO_PKG_VERSION"), &files, &rules)));
    }
    for (source, found) in linted {
        printer.findings(source, &found.findings)?;
    }
    if !printer.quiet && !printer.json_asked {
        printer.people(summary(linted));
    }
    Ok(())
}

/// How much was found in how many files, in a line.
fn summary(linted: &[(Source, Linted)]) -> String {
    let count = |severity| linted.iter().map(|(_, found)| found.findings.count(severity)).sum();
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
    let is_denied = deny == Some(Deny::Warnings) && !found.findings.is_empty();
    if !found.is_usable {
        ExitCode::Invalid
    } else if found.findings.has_errors() || is_denied {
        ExitCode::Findings
    } else {
        ExitCode::Done
    }
}
