use std::collections::HashMap;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::run::{Event, Outcome, Summary};
use crate::secret::Masker;

use super::table::duration;

/// One line a stage: pages, picked, sent, failed, retries, and what it is waiting for; of a command, the lines that it
/// wrote.
pub(super) struct Progress {
    lines: MultiProgress,
    stages: HashMap<String, Line>,
}

#[derive(Debug)]
struct Line {
    bar: ProgressBar,
    pages: u64,
    picked: u64,
    sent: u64,
    failed: u64,
    retries: u64,
    /// Lines that its command wrote.
    written: u64,
    /// What it waits for, and until when.
    waiting: Option<(String, Instant)>,
}

impl Progress {
    pub(super) fn new(lines: MultiProgress) -> Self {
        Self { lines, stages: HashMap::new() }
    }

    pub(super) fn hear(&mut self, event: &Event, masker: &Masker) {
        match event {
            Event::StageStarted { stage, .. } => {
                let bar = self.lines.add(ProgressBar::new_spinner().with_style(style()));
                bar.set_prefix(stage.clone());
                bar.enable_steady_tick(Duration::from_millis(120));
                let line = Line {
                    bar,
                    pages: 0,
                    picked: 0,
                    sent: 0,
                    failed: 0,
                    retries: 0,
                    written: 0,
                    waiting: None,
                };
                line.show();
                // That of an attempt before has shown what was waited for since.
                if let Some(before) = self.stages.insert(stage.clone(), line) {
                    before.bar.finish_and_clear();
                }
            }
            Event::Request(request) => self.change(&request.stage, |line| {
                let good = request.error.is_none();
                line.retries += u64::from(request.attempt > 1);
                let failed = request.metrics.get("failed").copied().unwrap_or(0);
                line.failed = line.failed.saturating_add(failed).saturating_add(u64::from(request.gave_up));
                if good && request.method == "GET" {
                    line.pages += 1;
                } else if good {
                    line.sent += 1;
                }
                line.waiting.take_if(|(_, until)| *until <= Instant::now());
            }),
            Event::Picked { stage, items } => self.change(stage, |line| line.picked += items),
            Event::Resumed { .. }
            | Event::Continued { .. }
            | Event::DryRun { .. }
            | Event::Warning { .. } => {}
            Event::Output { stage, .. } => self.change(stage, |line| line.written += 1),
            Event::Waiting(waiting) => {
                let text = format!("{} ({})", masker.mask(&waiting.reason), duration(waiting.wait));
                let until = Instant::now() + waiting.wait;
                self.change(&waiting.stage, |line| line.waiting = Some((text, until)));
            }
            Event::AttemptFinished(summary) => self.tell_end(summary),
            Event::StageFinished(summary) => {
                if let Some(line) = self.stages.remove(&summary.stage) {
                    line.bar.finish_and_clear();
                }
                self.tell_end(summary);
            }
        }
    }

    /// A line above the live ones. Where there is no terminal the closing table says the same.
    fn tell_end(&self, summary: &Summary) {
        let mark = match summary.outcome {
            Outcome::Succeeded => "✓",
            Outcome::Skipped => "–",
            Outcome::Failed | Outcome::Unavailable | Outcome::Stopped(_) => "✗",
        };
        let counts = super::table::counts(&summary.metrics);
        let duration = duration(summary.duration);
        let _ = self.lines.println(format!("{mark} {:20} {duration:>6}  {counts}", summary.stage));
    }

    fn change(&mut self, stage: &str, change: impl FnOnce(&mut Line)) {
        if let Some(line) = self.stages.get_mut(stage) {
            change(line);
            line.show();
        }
    }

    /// Takes the lines away.
    pub(super) fn close(self) {
        // A terminal that is gone needs no clearing.
        let _ = self.lines.clear();
    }
}

impl Line {
    fn show(&self) {
        let Self { pages, picked, sent, failed, retries, .. } = self;
        let mut text =
            format!("pages {pages} · picked {picked} · sent {sent} · failed {failed} · retries {retries}");
        if self.written > 0 {
            text = format!("lines {}", self.written);
        }
        if let Some((waiting, _)) = &self.waiting {
            text.push_str(" · waiting: ");
            text.push_str(waiting);
        }
        self.bar.set_message(text);
    }
}

fn style() -> ProgressStyle {
    // The template is constant and checked by a test.
    ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

const TEMPLATE: &str = "{spinner} {prefix:20} {elapsed:>4}  {wide_msg}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_good() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
