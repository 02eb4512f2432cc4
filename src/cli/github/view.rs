use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::SignedDuration;
use serde_json::json;

use crate::github::{Conclusion, Job, Run, Sight, State};

use super::super::args::Format;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::super::report::duration;
use super::super::report::github::without_commands;
use super::super::report::step::{add_to_summary, in_markdown};
use super::tell::{hand_on, say};

/// How the jobs of a run are shown while it is followed: live on a terminal, a line a change elsewhere, and a JSON object
/// a change for machines.
pub(super) struct View {
    printer: Printer,
    lines: MultiProgress,
    states: HashMap<u64, State>,
    bars: HashMap<u64, ProgressBar>,
    run: Option<State>,
    /// True until the run is handed on to a step.
    hands_on: bool,
}

const TEMPLATE: &str = "{spinner} {prefix:20} {elapsed:>4}  {wide_msg}";

impl View {
    /// `hands_on` is true where nobody has handed the run on to a step before.
    pub(super) fn new(printer: &Printer, lines: MultiProgress, hands_on: bool) -> Self {
        let (states, bars) = (HashMap::new(), HashMap::new());
        Self { printer: printer.clone(), lines, states, bars, run: None, hands_on }
    }

    /// Shows what has changed since the last look.
    pub(super) fn see(&mut self, Sight { run, jobs }: &Sight) -> Result<(), CliError> {
        let state = run.state();
        if std::mem::take(&mut self.hands_on) {
            // There is such a run.
            hand_on(Some(run.id), &run.html_url, &self.printer)?;
        }
        // Its end is told by whoever followed it.
        if self.run.as_ref() != Some(&state) && state.conclusion().is_none() {
            // Nobody but somebody else can end this.
            let rule = ", for an approval or for another rule of its environment";
            let why =
                if state == State::Waiting { format!("{rule}: {}", run.html_url) } else { String::new() };
            self.say(&format!("run {}: {state}{why}", run.id));
            self.run = Some(state);
        }
        for job in jobs {
            let state = job.state();
            if self.states.get(&job.id) != Some(&state) {
                self.change(run, job, &state)?;
                self.states.insert(job.id, state);
            }
        }
        Ok(())
    }

    fn change(&mut self, run: &Run, job: &Job, state: &State) -> Result<(), CliError> {
        if self.printer.format != Format::Human {
            self.printer.json(&json!({
                "event": "job", "run_id": run.id, "attempt": run.run_attempt, "job": job.name(),
                "state": state.to_string(), "duration_ms": job.duration().map(milliseconds), "url": job.html_url,
            }))?;
        }
        if self.is_live() {
            self.draw(job, state);
        } else if let State::Ended(conclusion) = state {
            self.say(&ended(job, conclusion));
        } else {
            // What begins with a job's name may be a workflow command.
            self.say(&format!("· {}: {state}", job.name()));
        }
        Ok(())
    }

    fn draw(&mut self, job: &Job, state: &State) {
        if let State::Ended(conclusion) = state {
            if let Some(bar) = self.bars.remove(&job.id) {
                bar.finish_and_clear();
            }
            // A terminal that is gone shows nothing.
            let _ = self.lines.println(ended(job, conclusion));
            return;
        }
        let lines = &self.lines;
        let bar = self.bars.entry(job.id).or_insert_with(|| {
            let bar = lines.add(ProgressBar::new_spinner().with_style(style()).with_prefix(job.name()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        bar.set_message(state.to_string());
        bar.reset_elapsed();
    }

    fn is_live(&self) -> bool {
        self.printer.format == Format::Human && !self.printer.quiet && !self.lines.is_hidden()
    }

    /// A line for people, above what is live.
    fn say(&self, line: &str) {
        let line =
            if self.printer.format == Format::Github { without_commands(line) } else { line.to_owned() };
        if self.printer.format != Format::Json && !self.printer.quiet {
            self.lines.suspend(|| self.printer.people(format!("{line}\n")));
        }
    }

    /// Tells the run's end.
    pub(super) fn close(self, Sight { run, jobs }: &Sight, conclusion: &Conclusion) -> Result<(), CliError> {
        let Self { lines, printer, .. } = self;
        // A terminal that is gone needs no clearing.
        let _ = lines.clear();
        let (end, took) = (conclusion.as_str(), run.duration());
        if printer.format != Format::Human {
            printer.json(&json!({
                "event": "run", "run_id": run.id, "attempt": run.run_attempt, "state": end,
                "duration_ms": took.map(milliseconds), "url": run.html_url,
            }))?;
        }
        let took = took.map(|took| format!(", {}", length(took))).unwrap_or_default();
        let sentence = format!("{} run {}: {end}{took}", mark(conclusion), run.id);
        say(&sentence, &run.html_url, &printer)?;
        if printer.format == Format::Github {
            add_to_summary(&table(jobs))?;
        }
        Ok(())
    }
}

/// The jobs of a run, for the job summary.
fn table(jobs: &[Job]) -> String {
    let mut text = "| job | outcome | time |\n|---|---|--:|\n".to_owned();
    for job in jobs {
        let name = in_markdown(&job.name());
        let name = job.html_url.as_ref().map_or_else(|| name.clone(), |url| format!("[{name}]({url})"));
        let took = job.duration().map_or_else(|| "–".to_owned(), length);
        let _ = writeln!(text, "| {name} | {} | {took} |", in_markdown(&job.state().to_string()));
    }
    text + "\n"
}

fn ended(job: &Job, conclusion: &Conclusion) -> String {
    let took = job.duration().map(length).unwrap_or_default();
    format!("{} {:20} {took:>6}  {}", mark(conclusion), job.name(), conclusion.as_str()).trim_end().to_owned()
}

fn mark(conclusion: &Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Success => "✓",
        Conclusion::Skipped | Conclusion::Neutral => "–",
        _ => "✗",
    }
}

/// A length of time as people say it; clocks of several machines may make it less than nothing.
pub(super) fn length(length: SignedDuration) -> String {
    duration(Duration::try_from(length).unwrap_or_default())
}

pub(super) fn milliseconds(length: SignedDuration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

fn style() -> ProgressStyle {
    // The template is constant and checked by a test.
    ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_good() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
