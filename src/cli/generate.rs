use std::path::Path;

use serde::Serialize;

use crate::diag::{Diagnostic, Findings, Severity, Source};
use crate::drift::{Drift, Kind};
use crate::plan::Plans;
use crate::run::ExitCode;
use crate::targets::{self, Target};

use super::args::{GenerateArgs, Global};
use super::error::CliError;
use super::generated::Generated;
use super::load;
use super::place::Place;
use super::printer::Printer;
use super::write;

/// `jobnet generate`: renders files for the spec's targets and writes them, or says where they differ from those there.
pub(super) fn generate(
    global: &Global,
    args: &GenerateArgs,
    printer: &Printer,
) -> Result<ExitCode, CliError> {
    let path = load::spec_path(global.spec.as_deref())?;
    let spec = load::read(&path)?;
    let plans = load::plans_of(&spec, &path, printer)?;
    let chosen = chosen(args, &plans)?;
    let (generated, findings) = Generated::of(&path, &spec, &plans, chosen.as_deref(), args.out.as_deref())?;
    printer.findings(&spec, &findings)?;
    let Some(generated) = generated else {
        return Err(CliError::NotRendered { path, count: findings.count(Severity::Error) });
    };
    let drifts = generated.drifts();
    let report = Report { printer, place: &generated.place, spec: &path, files: generated.files() };
    if args.diff {
        drifts.iter().try_for_each(|drift| report.diff(drift))?;
    }
    if args.check {
        report.check(&drifts)
    } else if args.diff {
        Ok(ExitCode::Done)
    } else {
        report.write(&drifts)
    }
}

/// The targets that were asked for; `None` for all.
fn chosen(args: &GenerateArgs, plans: &Plans) -> Result<Option<Vec<Target>>, CliError> {
    if args.targets.is_empty() {
        return Ok(None);
    }
    let there = targets::targets(plans);
    let asked: Vec<Target> = args.targets.iter().map(|target| (*target).into()).collect();
    match asked.iter().find(|target| !there.contains(target)) {
        Some(target) => Err(CliError::NoTarget { target: *target, there }),
        None => Ok(Some(there.into_iter().filter(|target| asked.contains(target)).collect())),
    }
}

/// Tells what is and was done, in the printer's format.
struct Report<'a> {
    printer: &'a Printer,
    place: &'a Place,
    spec: &'a Path,
    /// How many files the spec generates.
    files: usize,
}

/// A file that was written or removed; users rely on these names.
#[derive(Serialize)]
struct FileLine<'a> {
    event: &'static str,
    path: &'a str,
    change: &'static str,
}

/// The end of a generation or check; users rely on these names.
#[derive(Serialize, Default)]
struct DoneLine {
    event: &'static str,
    files: usize,
    created: usize,
    updated: usize,
    removed: usize,
    unchanged: usize,
}

impl Report<'_> {
    /// Shows what writing would change.
    fn diff(&self, drift: &Drift<'_>) -> Result<(), CliError> {
        let path = self.place.shown(drift.path);
        let Some(diff) = drift.diff(&path) else {
            return Ok(());
        };
        if self.printer.json_asked {
            self.printer.json(&serde_json::json!({"event": "diff", "path": path, "diff": diff}))
        } else {
            self.printer.out(&colored(&diff))
        }
    }

    /// Reports drift.
    fn check(&self, drifts: &[Drift<'_>]) -> Result<ExitCode, CliError> {
        self.findings(drifts, Severity::Error)?;
        if !drifts.is_empty() {
            return Err(CliError::Drift { path: self.spec.to_owned(), count: drifts.len() });
        }
        self.done(&DoneLine {
            event: "checked",
            files: self.files,
            unchanged: self.files,
            ..DoneLine::default()
        })
    }

    /// Writes and removes what drifted, once nothing stands in the way.
    fn write(&self, drifts: &[Drift<'_>]) -> Result<ExitCode, CliError> {
        let of = |is: fn(&Kind) -> bool| -> Vec<Drift<'_>> {
            drifts.iter().filter(|drift| is(&drift.kind)).cloned().collect()
        };
        let in_the_way = of(|kind| matches!(kind, Kind::InTheWay(_)));
        self.findings(&in_the_way, Severity::Error)?;
        if !in_the_way.is_empty() {
            return Err(CliError::InTheWay(in_the_way.len()));
        }
        self.findings(&of(|kind| matches!(kind, Kind::Kept)), Severity::Warning)?;
        let mut done = DoneLine { event: "generated", files: self.files, ..DoneLine::default() };
        for drift in drifts {
            let path = self.place.path(drift.path);
            let (count, change, written) = match (&drift.kind, drift.wanted) {
                (Kind::Missing, Some(file)) => (&mut done.created, "created", write::write(&path, file)),
                (Kind::Mode, Some(file)) => {
                    (&mut done.updated, "updated", write::set_executable(&path, file.executable))
                }
                (Kind::Stale | Kind::Edited, Some(file)) => {
                    (&mut done.updated, "updated", write::write(&path, file))
                }
                (Kind::Obsolete, _) => (&mut done.removed, "removed", write::remove(&path, self.place)),
                _ => continue,
            };
            let shown = self.place.shown(drift.path);
            written.map_err(|source| CliError::Write { what: shown.clone(), source })?;
            *count += 1;
            self.file(&shown, change)?;
        }
        done.unchanged = self.files - done.created - done.updated;
        self.done(&done)
    }

    fn findings(&self, drifts: &[Drift<'_>], severity: Severity) -> Result<(), CliError> {
        let spec = self.spec.display().to_string();
        for drift in drifts {
            let mut findings = Findings::default();
            findings.push(Diagnostic { severity, ..drift.finding(&spec) });
            let source = Source::new(self.place.shown(drift.path), drift.text());
            self.printer.findings(&source, &findings)?;
            let is_silent = self.printer.quiet && severity == Severity::Warning;
            if !is_silent {
                self.printer.blank();
            }
        }
        Ok(())
    }

    fn file(&self, path: &str, change: &'static str) -> Result<(), CliError> {
        if self.printer.json_asked {
            self.printer.json(&FileLine { event: "file", path, change })?;
        } else if !self.printer.quiet {
            self.printer.people(format!("{change}  {path}\n"));
        }
        Ok(())
    }

    fn done(&self, done: &DoneLine) -> Result<ExitCode, CliError> {
        if self.printer.json_asked {
            self.printer.json(done)?;
        } else if !self.printer.quiet && self.printer.speaks() {
            let counts = [
                (done.created, "created"),
                (done.updated, "updated"),
                (done.removed, "removed"),
                (done.unchanged, "unchanged"),
            ];
            let counts = counts.iter().filter(|(count, _)| *count > 0);
            let counts: Vec<_> = counts.map(|(count, what)| format!("{count} {what}")).collect();
            let files = if self.files == 1 { "1 file".to_owned() } else { format!("{} files", self.files) };
            let colon = if counts.is_empty() { "" } else { ": " };
            self.printer.people(format!("{files}{colon}{}\n", counts.join(", ")));
        }
        Ok(ExitCode::Done)
    }
}

/// A diff in the colours that git has for it.
fn colored(diff: &str) -> String {
    let color = |line: &str| match line.as_bytes() {
        [b'@', b'@', ..] => "\u{1b}[36m",
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => "\u{1b}[1m",
        [b'+', ..] => "\u{1b}[32m",
        [b'-', ..] => "\u{1b}[31m",
        [b' ' | b'\\', ..] => "",
        _ => "\u{1b}[1m",
    };
    let lines = diff.lines().map(|line| match color(line) {
        "" => format!("{line}\n"),
        color => format!("{color}{line}\u{1b}[0m\n"),
    });
    lines.collect()
}
