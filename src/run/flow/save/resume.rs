use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clients::{Beginning, Progress, TableRef};
use crate::digest::sha256;
use crate::expr::Filter;
use crate::run::again::Attempts;
use crate::run::context::StageRun;
use crate::run::event::Event;
use crate::run::exchange::Failure;
use crate::run::flow::pages::Start;

use super::SaveTo;
use super::build::Builder;
use super::saver::Saver;
use super::table::TableRows;

/// After so long without a commit a run is over, and the next begins anew: what it would go on from is old news.
const GONE_AFTER: Duration = Duration::from_hours(12);

impl SaveTo {
    /// Looks at the tables, and goes on where a run before was cut off.
    pub(super) async fn open(
        self,
        run: &Arc<StageRun>,
        select: Option<Filter>,
    ) -> Result<(Builder, Saver, Start), Failure> {
        let mut tables = Vec::new();
        for save in &self.tables {
            let name = TableRef { schema: save.table.schema.clone(), name: save.table.name.clone() };
            let mut attempts = Attempts::at("looking at the table", run);
            let shape = loop {
                match self.database.describe(&name).await {
                    Ok(shape) => break shape,
                    Err(error) => attempts.again(error).await?,
                }
            };
            let rows = TableRows::new(save, shape);
            tables.push(rows.map_err(|error| Failure { message: error.to_string(), temporary: false })?);
        }
        let owner = run.identity().owner(&run.stage.name);
        let fingerprint = fingerprint(run);
        let tracked = tables.iter().filter(|table| table.track);
        let beginning = Beginning {
            owner: &owner,
            run_id: &run.identity().run_id,
            request_id: &run.request_id,
            tracked: tracked.map(|table| (&*table.shape, &table.key[..])).collect(),
        };
        let now = (run.clock)();
        // Who repeats on purpose wants all of it.
        let on_purpose = !run.key_salt.is_empty();
        let accept = |progress: &Progress| {
            !on_purpose
                && progress.fingerprint == fingerprint
                && is_recent(progress, now)
                && start_of(progress).is_some()
        };
        let mut attempts = Attempts::at("beginning to save", run);
        let progress = loop {
            match self.database.begin(&beginning, accept).await {
                Ok(progress) => break progress,
                Err(error) => attempts.again(error).await?,
            }
        };
        let start = progress.as_ref().and_then(start_of).unwrap_or_default();
        if let Some(progress) = &progress {
            run.tell(Event::Resumed {
                stage: run.stage.name.clone(),
                committed_at: progress.committed_at.clone(),
            });
        }
        let saver =
            Saver::new(Arc::clone(run), self.database, owner, fingerprint, &tables, start.clone(), progress);
        Ok((Builder { select, tables }, saver, start))
    }
}

/// What the stage does: the progress of a stage that did something else is not its own.
fn fingerprint(run: &StageRun) -> String {
    sha256(format!("{:?}", run.stage.work))
}

fn is_recent(progress: &Progress, now: Timestamp) -> bool {
    let age = progress.committed_at.parse().map(|at: Timestamp| now.duration_since(at));
    age.is_ok_and(|age| age < SignedDuration::try_from(GONE_AFTER).unwrap_or(SignedDuration::MAX))
}

fn start_of(progress: &Progress) -> Option<Start> {
    serde_json::from_str(&progress.place).ok()
}
