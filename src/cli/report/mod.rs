//! Those who listen to a run: JSON lines for machines, progress and a table for people, and what GitHub shows.

pub(super) mod github;
mod lines;
mod log;
mod output;
pub(super) mod step;
mod table;
mod terminal;

use std::path::Path;
use std::time::Duration;

use indicatif::MultiProgress;

use crate::diag::printable;
use crate::run::{DryRunLine, Event, ExitCode, Identity, RequestLine, Summary, SummaryLine};
use crate::secret::Masker;

use super::args::Format;
use super::error::CliError;
use super::printer::Printer;

use self::lines::Lines;
pub(super) use self::table::{duration, percent};
use self::terminal::Progress;

/// Hears the events of a run and reports them in the printer's format.
pub(super) struct Reporter {
    printer: Printer,
    masker: Masker,
    lines: Lines,
    /// What is printed above the live progress goes through it.
    screen: MultiProgress,
    progress: Option<Progress>,
    run_id: String,
    summaries: Vec<Summary>,
}

impl Reporter {
    /// `report` is a file for the JSON lines of the run.
    ///
    /// # Errors
    /// That file cannot be made.
    pub(super) fn new(
        printer: Printer,
        masker: Masker,
        progress: MultiProgress,
        identity: &Identity,
        report: Option<&Path>,
    ) -> Result<Self, CliError> {
        let live = printer.format == Format::Human && !printer.quiet;
        Ok(Self {
            lines: Lines::new(printer.clone(), report)?,
            printer,
            masker,
            screen: progress.clone(),
            progress: live.then(|| Progress::new(progress)),
            run_id: identity.run_id.clone(),
            summaries: Vec::new(),
        })
    }

    /// Reports an event.
    pub(super) fn hear(&mut self, event: &Event) -> Result<(), CliError> {
        log::log(event);
        if let Some(progress) = &mut self.progress {
            progress.hear(event, &self.masker);
        }
        match event {
            Event::Request(request) => self.lines.write(|| RequestLine::of(request, &self.masker))?,
            Event::AttemptFinished(summary) => self.ended(summary, false)?,
            Event::StageFinished(summary) => {
                self.ended(summary, true)?;
                self.summaries.push((**summary).clone());
            }
            Event::Output { stage, line, room, .. } => {
                output::print(&self.printer, &self.screen, stage, line, Some(room.clone()));
            }
            Event::DryRun { stage, text } => {
                output::print(&self.printer, &self.screen, stage, text, None);
                self.lines.write(|| DryRunLine::of(stage, text))?;
            }
            Event::Warning { stage, message } => self.warn(stage, message),
            Event::Continued { stage, run_id, job_start_at } => {
                if self.printer.format == Format::Human && !self.printer.quiet {
                    let text = format!("{stage}: continues run {run_id}, which began at {job_start_at:.0}\n");
                    self.screen.suspend(|| self.printer.people(text));
                }
            }
            Event::StageStarted { .. } | Event::Picked { .. } | Event::Resumed { .. } | Event::Waiting(_) => {
            }
        }
        Ok(())
    }

    /// Reports how an attempt at a stage ended, the last or one that another follows.
    fn ended(&mut self, summary: &Summary, is_last: bool) -> Result<(), CliError> {
        if self.printer.format == Format::Github {
            github::annotate(&self.printer, summary, is_last, &self.masker);
        }
        self.lines.write(|| SummaryLine::of(summary, &self.masker))
    }

    /// Has people see what the log may not show them.
    fn warn(&self, stage: &str, message: &str) {
        let message = printable(&self.masker.mask(message)).into_owned();
        match self.printer.format {
            Format::Github => github::warn(&self.printer, stage, &message),
            Format::Human if !self.printer.quiet => {
                self.screen.suspend(|| self.printer.people(format!("{stage}: warning: {message}\n")));
            }
            Format::Human | Format::Json | Format::Sarif => {}
        }
    }

    /// Reports the whole, once nothing more happens, and gives the exit code. What cannot be written keeps nothing else
    /// from being written, is told, and is a failure.
    pub(super) fn close(mut self, code: ExitCode, patience: impl Fn() -> Duration) -> ExitCode {
        if let Some(progress) = self.progress.take() {
            progress.close();
        }
        if self.printer.format == Format::Human {
            self.printer.people(table::table(&self.summaries, &self.masker));
        }
        let mut faults = self.lines.close(&patience);
        let mut code = worst(code, &faults);
        if self.printer.format == Format::Github {
            faults.extend(github::close(&self.summaries, code, &self.run_id, &self.masker).err());
            code = worst(code, &faults);
        }
        faults.iter().for_each(|fault| self.printer.error(fault));
        // stdout has been closed already, and its fault is told.
        let _ = self.printer.close_within(patience);
        code
    }
}

fn worst(code: ExitCode, faults: &[CliError]) -> ExitCode {
    ExitCode::worst(faults.iter().map(CliError::exit_code).chain([code]))
}
