use std::fmt::{Display, Write as _};
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anstream::ColorChoice;
use serde::Serialize;

use crate::diag::{Findings, SarifRule, Severity, Source, github_annotation, json_line, render, sarif};
use crate::lint::{PAGES, masked};
use crate::run::{BindError, ExitCode, Room};

use super::args::{Color, Format, Global};
use super::error::CliError;
use super::outlet::Outlet;
use super::report::github;

/// True in a step of GitHub Actions
/// (<https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables>).
pub(super) fn on_github() -> bool {
    std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true")
}

/// So long after a run that went well its output may wait to be read: a pager is read slowly.
const READ_AFTER_SUCCESS: Duration = Duration::from_mins(1);

/// The same after any other end.
const READ_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The same once a signal has asked for the end: an engine kills soon after it.
const READ_AFTER_SIGNAL: Duration = Duration::from_secs(2);

/// So long one stream waits for the other, lest they be out of order where both go to one file.
const IN_ORDER: Duration = Duration::from_millis(100);

/// Threads that write the process's streams, where it must not wait for who reads them.
struct Outlets {
    stdout: Outlet,
    /// A terminal is shared with the live progress, and has somebody before it.
    stderr: Option<Outlet>,
}

/// Where output goes: what machines read to stdout, what people read to stderr.
#[derive(Clone)]
pub(super) struct Printer {
    pub(super) format: Format,
    pub(super) quiet: bool,
    /// `--format json` was asked for, so that faults are JSON too; a log without a terminal is still read by people.
    pub(super) json_asked: bool,
    color: bool,
    outlets: Arc<OnceLock<Outlets>>,
    /// The findings of a document that is printed as a whole.
    collected: Arc<Mutex<Vec<(Source, Findings)>>>,
}

impl Printer {
    pub(super) fn new(global: &Global) -> Self {
        let format = global.format.unwrap_or(match (on_github(), io::stdout().is_terminal()) {
            (true, _) => Format::Github,
            (false, true) => Format::Human,
            (false, false) => Format::Json,
        });
        let choice = match global.color {
            Color::Auto => anstream::AutoStream::choice(&io::stderr()),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
        let json_asked = global.format == Some(Format::Json);
        Self {
            format,
            quiet: global.quiet,
            json_asked,
            color: choice != ColorChoice::Never,
            outlets: Arc::default(),
            collected: Arc::default(),
        }
    }

    /// From now on nobody waits for who reads the output, until it is [closed](Self::close).
    pub(super) fn detach(&self) -> Result<(), CliError> {
        if self.outlets.get().is_some() {
            return Ok(());
        }
        let stdout = Outlet::new(|| Ok(anstream::stdout())).map_err(CliError::Setup)?;
        let is_shared = io::stderr().is_terminal();
        let stderr = (!is_shared).then(|| Outlet::new(|| Ok(anstream::stderr()))).transpose();
        // Nobody else detaches at the same time.
        let _ = self.outlets.set(Outlets { stdout, stderr: stderr.map_err(CliError::Setup)? });
        Ok(())
    }

    /// Waits until what was printed is read, or given up.
    ///
    /// # Errors
    /// What machines were to read was not read. Where stderr is not, there is nobody to tell.
    pub(super) fn close_within(&self, patience: impl Fn() -> Duration) -> Result<(), CliError> {
        let Some(outlets) = self.outlets.get() else { return Ok(()) };
        let closed = outlets.stdout.close(&patience);
        if let Some(stderr) = &outlets.stderr {
            let _ = stderr.close(&patience);
        }
        closed.map_err(|error| CliError::unwritten("to stdout", &error))
    }

    /// The same after an end of that kind.
    pub(super) fn close(&self, code: ExitCode) {
        // What could not be read then is no other end.
        let _ = self.close_within(|| patience(code));
    }

    /// A text for whoever reads stdout.
    pub(super) fn out(&self, text: &str) -> Result<(), CliError> {
        if let Some(outlets) = self.outlets.get() {
            if let Some(stderr) = &outlets.stderr {
                stderr.settle(IN_ORDER);
            }
            let written = outlets.stdout.write(text.to_owned(), None);
            return written.map_err(|error| CliError::unwritten("to stdout", &error));
        }
        let mut stdout = anstream::stdout().lock();
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
            .map_err(|source| CliError::Write { what: "to stdout".to_owned(), source })
    }

    /// A value as one JSON object on one line of stdout.
    pub(super) fn json(&self, value: &impl Serialize) -> Result<(), CliError> {
        self.out(&self.line(value)?)
    }

    /// A value as one JSON object on one line.
    pub(super) fn line(&self, value: &impl Serialize) -> Result<String, CliError> {
        let mut line = serde_json::to_string(value)
            .map_err(|error| CliError::Write { what: "a JSON line".to_owned(), source: error.into() })?;
        if self.format == Format::Github {
            // The older form of workflow commands counts anywhere in a line, also in a text of JSON.
            line = line.replace("##[", "##\\u005b");
        }
        line.push('\n');
        Ok(line)
    }

    /// A text for people.
    pub(super) fn people(&self, text: impl Display) {
        self.people_in(text, None);
    }

    /// The same for a text that takes up room until it is written.
    pub(super) fn people_in(&self, text: impl Display, room: Option<Room>) {
        if let Some(Outlets { stdout, stderr: Some(stderr) }) = self.outlets.get() {
            stdout.settle(IN_ORDER);
            stderr.mention(text.to_string(), room);
            return;
        }
        // Where stderr is gone there is nobody to tell.
        let _ = write!(anstream::stderr().lock(), "{text}");
    }

    /// True where people are told what was found and done, in their own words.
    pub(super) fn speaks(&self) -> bool {
        !self.json_asked && self.format != Format::Sarif
    }

    /// A blank line between findings, for people.
    pub(super) fn blank(&self) {
        if self.speaks() {
            self.people("\n");
        }
    }

    /// The findings of a file, in the form that the format asks for. Warnings are kept from people who want quiet.
    pub(super) fn findings(&self, source: &Source, findings: &Findings) -> Result<(), CliError> {
        if self.format == Format::Sarif {
            self.collected
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((source.clone(), findings.clone()));
            return Ok(());
        }
        if self.json_asked {
            for finding in findings.sorted() {
                self.out(&format!("{}\n", json_line(source, finding)))?;
            }
            return Ok(());
        }
        if self.format == Format::Github {
            for finding in findings.sorted() {
                self.people(format!("{}\n", github_annotation(source, finding)));
            }
        }
        if findings.has_errors() || !self.quiet {
            self.people(render(&masked(source, findings), findings, self.color));
        }
        Ok(())
    }

    /// Prints the findings as one document, where the format is one.
    pub(super) fn finish(&self) -> Result<(), CliError> {
        if self.format != Format::Sarif {
            return Ok(());
        }
        let collected = self.collected.lock().unwrap_or_else(PoisonError::into_inner);
        self.out(&document(collected.iter().map(|(source, findings)| (source, findings))))
    }

    /// Why the command ended without doing what it is for.
    pub(super) fn error(&self, error: &CliError) {
        if let CliError::Bind(BindError::Sql(faulty)) = error {
            // The error itself says no more than that there are some.
            let _ = self.findings(&faulty.source, &faulty.findings);
        }
        if self.json_asked {
            let line = serde_json::json!({
                "event": "error", "code": error.code(), "severity": Severity::Error.as_str(),
                "message": error.to_string(), "help": error.help(), "exit_code": error.exit_code().code(),
            });
            if self.json(&line).is_ok() {
                return;
            }
        }
        if self.format == Format::Github && !error.follows_findings() {
            let lines = [vec![error.to_string()], error.help()].concat();
            self.people(github::error_annotation(&lines.join("\n")));
            return;
        }
        let (red, cyan, plain) = ("\u{1b}[1;31m", "\u{1b}[1;36m", "\u{1b}[0m");
        let mut text = String::new();
        for line in error.to_string().lines() {
            let _ = writeln!(text, "{red}error{plain}: {line}");
        }
        for line in error.help() {
            let _ = writeln!(text, "  {cyan}help{plain}: {line}");
        }
        self.people(text);
    }
}

/// How long output may wait to be read after that end.
pub(super) fn patience(code: ExitCode) -> Duration {
    match code {
        ExitCode::Done => READ_AFTER_SUCCESS,
        ExitCode::Interrupted | ExitCode::Terminated => READ_AFTER_SIGNAL,
        _ => READ_AFTER_FAILURE,
    }
}

/// Findings of files as one document of SARIF 2.1.0.
pub(super) fn document<'a>(files: impl Iterator<Item = (&'a Source, &'a Findings)>) -> String {
    let rules: Vec<SarifRule<'_>> = PAGES
        .iter()
        .map(|page| SarifRule { code: page.code, summary: page.summary(), page: page.text })
        .collect();
    format!("{}\n", sarif(env!("CARGO_PKG_VERSION"), &files.collect::<Vec<_>>(), &rules))
}
