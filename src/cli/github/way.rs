use serde_json::json;

use crate::github::{Order, Rerun, Run, Why};

use super::super::args::Format;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::super::report::step::set_outputs;
use super::tell::{note, say_to_people};

/// In which way a run is run again.
pub(super) enum Way {
    /// By GitHub's rerun.
    Rerun(Rerun),
    /// As a new run, and why.
    Dispatch(Order, Why),
}

impl Way {
    /// By which of GitHub's requests.
    fn how(&self) -> &'static str {
        match self {
            Self::Rerun(_) => "rerun",
            Self::Dispatch(..) => "dispatch",
        }
    }

    fn why(&self) -> String {
        match self {
            Self::Rerun(Rerun::Whole) => "all of it, by GitHub's rerun".to_owned(),
            Self::Rerun(Rerun::Failed) => "what failed and what needs that, by GitHub's rerun".to_owned(),
            Self::Rerun(Rerun::Job(_)) => "from that stage on, by GitHub's rerun".to_owned(),
            Self::Dispatch(order, why) => {
                let branch = order.reference.as_deref().unwrap_or("the default branch");
                format!("as a new run of {} at the head of {branch}, since {why}", order.stages)
            }
        }
    }

    fn sentence(&self, run: &Run) -> String {
        format!("run {} runs again, {}", run.id, self.why())
    }

    /// Tells people and machines, before anybody is asked.
    pub(super) fn tell(&self, run: &Run, printer: &Printer) -> Result<(), CliError> {
        if printer.format != Format::Human {
            printer.json(&json!({
                "event": "rerun", "run_id": run.id, "how": self.how(), "why": self.why(), "url": run.html_url,
            }))?;
        }
        say_to_people(&self.sentence(run), &run.html_url, printer);
        Ok(())
    }

    /// Tells a step of GitHub Actions, once it is done.
    pub(super) fn note(&self, run: &Run, printer: &Printer) -> Result<(), CliError> {
        if printer.format == Format::Github {
            set_outputs(&[("how", self.how().to_owned())])?;
        }
        note(&self.sentence(run), &run.html_url, printer)
    }
}
