//! The stage kind `migrate`: ordered SQL files, each applied once.

mod file;
mod history;

use indexmap::IndexMap;

use crate::clients::{Applied, Applier, Database, Migrated};
use crate::plan;

use self::file::File;
use self::history::{HistoryError, pending};

use super::again::Attempts;
use super::binder::{BindError, Binder};
use super::context::StageRun;
use super::exchange::Failure;
use super::net::Net;

pub use file::MigrationNameError;

/// A stage of the kind `migrate`, with its files read.
pub(super) struct Migrate {
    files: Vec<File>,
    database: Database,
}

impl Migrate {
    /// The names of all counts.
    pub(super) const COUNTS: [&str; 2] = ["applied", "already"];

    /// Reads the files.
    ///
    /// # Errors
    /// [`BindError`].
    pub(super) fn bind(
        migrate: &plan::Migrate,
        net: &Net<'_>,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let at = Binder { place: format!("{}.migrate", binder.place), values: binder.values };
        let database = net.connections.databases.get(&migrate.database);
        let database = database.ok_or_else(|| at.absent("database", &migrate.database))?;
        let dir = at.text("dir", &migrate.dir)?.ok_or_else(|| at.absent("dir", "an optional name in it"))?;
        let files = File::all(&dir, database.dialect(), &*net.files, &at)?;
        Ok(Self { files, database: database.connected(&at.place)?.clone() })
    }

    /// Applies what the database does not have. After one that fails the rest are not applied: they may build on it.
    pub(super) async fn run(self, run: &StageRun) {
        if run.stop.reason().is_some() {
            return;
        }
        let mut left = 0;
        if let Err(failure) = self.apply_all(run, &mut left).await {
            run.with_tally(|tally| {
                tally.break_off(failure.temporary, &failure.message);
                if left > 0 {
                    tally.note(&format!("{left} migration(s) after the failed one were not applied"));
                }
            });
        }
    }

    async fn apply_all(&self, run: &StageRun, left: &mut usize) -> Result<(), Failure> {
        let applied = self.applied(run).await?;
        let pending = pending(&self.files, &applied).map_err(final_failure)?;
        count(run, "already", self.files.len() - pending.len());
        for (place, file) in pending.iter().enumerate() {
            if run.stop.reason().is_some() {
                return Ok(());
            }
            *left = pending.len() - place - 1;
            match self.apply(run, file).await? {
                Migrated::Now | Migrated::Unheard => count(run, "applied", 1),
                Migrated::Before => count(run, "already", 1),
                Migrated::Otherwise => {
                    return Err(final_failure(HistoryError::Edited(file.source.name.clone())));
                }
            }
        }
        Ok(())
    }

    async fn applied(&self, run: &StageRun) -> Result<Vec<Applied>, Failure> {
        let mut attempts = Attempts::at("the applied migrations cannot be listed", run);
        loop {
            match self.database.migrations().await {
                Ok(applied) => return Ok(applied),
                Err(error) => attempts.again(error).await?,
            }
        }
    }

    async fn apply(&self, run: &StageRun, file: &File) -> Result<Migrated, Failure> {
        let mut attempts = Attempts::at(&*file.source.name, run);
        loop {
            let now = format!("{:.3}", (run.clock)());
            let applier = Applier { run_id: &run.identity.run_id, now: &now };
            match self.database.migrate(&file.migration, &applier).await {
                Ok(migrated) => return Ok(migrated),
                Err(error) => attempts.again(file.located(error)).await?,
            }
        }
    }
}

fn count(run: &StageRun, name: &str, count: usize) {
    let counts = IndexMap::from([(name.to_owned(), count as u64)]);
    run.with_tally(|tally| tally.add_answer(&counts, false));
}

fn final_failure(error: HistoryError) -> Failure {
    Failure { message: error.to_string(), temporary: false }
}
