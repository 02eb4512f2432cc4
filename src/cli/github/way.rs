use serde_json::json;

use crate::github::{Again, Order, Run};

use super::super::args::Format;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::super::report::step::set_outputs;
use super::tell::{note, say_to_people};

/// Which way a run is run again, and why.
pub(super) struct Way<'a> {
    run: &'a Run,
    /// By which of GitHub's requests.
    how: &'static str,
    why: String,
}

impl<'a> Way<'a> {
    pub(super) fn of(run: &'a Run, again: &Again, order: Option<&Order>) -> Self {
        let (how, why) = match again {
            Again::Whole => ("rerun", "all of it, by GitHub's rerun".to_owned()),
            Again::Failed => ("rerun", "what failed and what needs that, by GitHub's rerun".to_owned()),
            Again::Job(_) => ("rerun", "from that stage on, by GitHub's rerun".to_owned()),
            Again::New(why) => {
                let stages = order.map_or("", |order| &order.stages);
                let branch = order.and_then(|order| order.reference.as_deref());
                let branch = branch.unwrap_or("the default branch");
                ("dispatch", format!("as a new run of {stages} at the head of {branch}, since {why}"))
            }
        };
        Self { run, how, why }
    }

    fn sentence(&self) -> String {
        format!("run {} runs again, {}", self.run.id, self.why)
    }

    /// Tells people and machines, before anybody is asked.
    pub(super) fn tell(&self, printer: &Printer) -> Result<(), CliError> {
        let Self { run, how, why } = self;
        if printer.format != Format::Human {
            printer.json(&json!({
                "event": "rerun", "run_id": run.id, "how": how, "why": why, "url": run.html_url,
            }))?;
        }
        say_to_people(&self.sentence(), &run.html_url, printer);
        Ok(())
    }

    /// Tells a step of GitHub Actions, before anything is started.
    pub(super) fn note(&self, printer: &Printer) -> Result<(), CliError> {
        if printer.format == Format::Github {
            set_outputs(&[("how", self.how.to_owned())])?;
        }
        note(&self.sentence(), &self.run.html_url, printer)
    }
}
