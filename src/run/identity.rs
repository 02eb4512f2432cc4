use std::sync::Arc;

use jiff::Timestamp;

use crate::clients::{NetRun, Owner};
use crate::expr::{Text, Value};

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A time as it is written into databases.
pub(super) fn millis(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Which run of the net this is: the same for all its stages, wherever they run.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The net.
    pub net: String,
    /// The environment.
    pub env: String,
    /// The run's id.
    pub run_id: String,
    /// When the net's run began.
    pub job_start_at: Timestamp,
}

impl Identity {
    /// When the net's run began, to the second, as RFC 3339 writes it.
    pub(super) fn job_start_text(&self) -> String {
        format!("{:.0}", self.job_start_at)
    }

    /// When the net's run began, with the milliseconds that every time in a database has: in SQLite times are texts,
    /// and are compared as such.
    pub(super) fn job_start_millis(&self) -> String {
        millis(self.job_start_at)
    }

    /// A stage of this net and environment, as what outlasts a run knows it.
    pub(super) fn owner(&self, stage: &str) -> Owner {
        Owner { net: self.net.clone(), env: self.env.clone(), stage: stage.to_owned() }
    }

    /// The run as the databases that its stages save into record it.
    pub(super) fn net_run(&self) -> NetRun {
        NetRun { run_id: self.run_id.clone(), job_start_at: self.job_start_millis() }
    }

    /// `$run`: what a stage's expressions know of the run.
    pub(super) fn jq_run(&self, stage: &str) -> Value {
        let start = self.job_start_at;
        let entries = [
            ("id", self.run_id.clone()),
            ("stage", stage.to_owned()),
            ("env", self.env.clone()),
            ("job_start_at", self.job_start_text()),
            ("date", start.strftime("%Y-%m-%d").to_string()),
        ];
        Value::object(
            entries.map(|(name, value)| (Text::from(name), Value::from(value))).into_iter().collect(),
        )
    }
}
