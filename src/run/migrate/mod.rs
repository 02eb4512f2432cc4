//! The stage kind `migrate`: ordered SQL files, each applied once.

mod comment;
mod enclosed;
mod failed;
mod file;
mod history;
mod target;

use crate::clients::{Applied, Migrated};
use crate::plan;

use self::file::File;
use self::history::{HistoryError, pending};
use self::target::Target;

use super::bind_outside::BoundDatabase;
use super::binder::{BindError, Binder};
use super::context::StageRun;
use super::exchange::Failure;
use super::net::Net;

pub use file::MigrationNameError;

/// A stage of the kind `migrate`, with its files read.
#[derive(Clone)]
pub(super) struct Migrate {
    files: Vec<File>,
    target: Target,
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
        let database = net.connections.database(&migrate.database, &at)?;
        let dir = at.text("dir", &migrate.dir)?.ok_or_else(|| at.absent("dir", "an optional name in it"))?;
        let target = match database {
            BoundDatabase::Sql(database) => Target::Connected(database.clone()),
            BoundDatabase::Supabase(supabase) => Target::Supabase(supabase.clone()),
            BoundDatabase::BigQuery(_) => {
                return Err(database.unsuitable(&at.place, "a PostgreSQL, SQLite or Supabase database"));
            }
        };
        let kind = (database.dialect(), target.session());
        Ok(Self { files: File::all(&dir, kind, &*net.files, &at)?, target })
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

    /// The files that are still to be applied, all of which can be.
    fn pending(&self, applied: &[Applied]) -> Result<Vec<&File>, Failure> {
        let pending = pending(&self.files, applied).map_err(|error| final_failure(&error))?;
        let refused = pending.iter().find_map(|file| Some((file, file.refused()?)));
        match refused {
            None => Ok(pending),
            Some((file, failed)) => {
                Err(Failure { message: format!("{}: {failed}", file.source.name), temporary: false })
            }
        }
    }

    async fn apply_all(&self, run: &StageRun, left: &mut usize) -> Result<(), Failure> {
        self.target.prepare(run).await?;
        let applied = self.target.applied(run).await?;
        let pending = self.pending(&applied)?;
        count(run, "already", self.files.len() - pending.len());
        for (place, file) in pending.iter().enumerate() {
            if run.stop.reason().is_some() {
                return Ok(());
            }
            *left = pending.len() - place - 1;
            match self.target.apply(run, file).await? {
                Migrated::Now | Migrated::Unheard => count(run, "applied", 1),
                Migrated::Before => count(run, "already", 1),
                Migrated::Otherwise => {
                    return Err(final_failure(&HistoryError::Edited(file.source.name.clone())));
                }
            }
        }
        Ok(())
    }

    /// What it would apply.
    ///
    /// # Errors
    /// As [`Migrate::run`] has before it applies anything.
    pub(super) async fn rehearse(&self, run: &StageRun) -> Result<Vec<String>, Failure> {
        let applied = self.target.applied(run).await?;
        let pending = self.pending(&applied)?;
        if pending.is_empty() {
            return Ok(vec![format!("nothing is to be applied: {} migration(s) are", self.files.len())]);
        }
        Ok(pending.iter().map(|file| format!("would apply {}", file.shown())).collect())
    }
}

fn count(run: &StageRun, name: &str, count: usize) {
    run.with_tally(|tally| tally.add_count(name, count as u64));
}

fn final_failure(error: &HistoryError) -> Failure {
    Failure { message: error.to_string(), temporary: false }
}
