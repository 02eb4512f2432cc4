use crate::clients::{Applied, Applier, Database, Enclosure, Migrated, Supabase};
use crate::run::again::Attempts;
use crate::run::context::StageRun;
use crate::run::exchange::Failure;
use crate::run::identity::millis;

use super::enclosed::Session;
use super::failed::{Failed, Refused};
use super::file::File;

const LISTING: &str = "the applied migrations cannot be listed";

/// What migrations are applied to.
#[derive(Clone)]
pub(super) enum Target {
    Connected(Database),
    Supabase(Supabase),
}

impl Target {
    /// What becomes of the session between two statements outside a transaction.
    pub(super) fn session(&self) -> Session {
        match self {
            Self::Connected(_) => Session::One,
            Self::Supabase(_) => Session::Each,
        }
    }

    /// Makes what is needed beforehand.
    pub(super) async fn prepare(&self, run: &StageRun) -> Result<(), Failure> {
        let Self::Supabase(supabase) = self else { return Ok(()) };
        let mut attempts = Attempts::at("the table of migrations cannot be made", run);
        let mut attempt = 1;
        while let Err(error) = supabase.prepare(&|sent| run.sent(sent, attempt)).await {
            attempts.again(error).await?;
            attempt += 1;
        }
        Ok(())
    }

    /// The migrations that were applied.
    pub(super) async fn applied(&self, run: &StageRun) -> Result<Vec<Applied>, Failure> {
        let supabase = match self {
            Self::Supabase(supabase) => supabase,
            Self::Connected(database) => {
                let mut attempts = Attempts::at(LISTING, run);
                loop {
                    match database.migrations().await {
                        Ok(applied) => return Ok(applied),
                        Err(error) => attempts.again(error).await?,
                    }
                }
            }
        };
        let mut attempts = Attempts::at(LISTING, run);
        let mut attempt = 1;
        loop {
            match supabase.migrations(&|sent| run.sent(sent, attempt)).await {
                Ok(applied) => return Ok(applied),
                // As in a rehearsal, which makes nothing.
                Err(error) if error.is_absent() => return Ok(Vec::new()),
                Err(error) => attempts.again(error).await?,
            }
            attempt += 1;
        }
    }

    /// Applies a migration.
    pub(super) async fn apply(&self, run: &StageRun, file: &File) -> Result<Migrated, Failure> {
        match self {
            Self::Connected(database) => {
                let mut attempts = Attempts::at(&*file.source.name, run);
                loop {
                    let now = millis((run.clock)());
                    let applier = Applier { run_id: &run.identity().run_id, now: &now };
                    match database.migrate(&file.migration, &applier).await {
                        Ok(migrated) => return Ok(migrated),
                        Err(error) => attempts.again(file.located(error)).await?,
                    }
                }
            }
            Self::Supabase(supabase) => {
                if file.migration.enclosure == Enclosure::Nothing {
                    execute_by_api(run, supabase, file).await?;
                }
                self.apply_by_api(run, supabase, file).await
            }
        }
    }

    /// Applies a migration with its record, or records one whose statements are done. A request whose answer was lost may
    /// have been carried out: the list tells before it is sent again.
    async fn apply_by_api(
        &self,
        run: &StageRun,
        supabase: &Supabase,
        file: &File,
    ) -> Result<Migrated, Failure> {
        let migration = &file.migration;
        let mut attempts = Attempts::at(&*file.source.name, run);
        let mut attempt = 1;
        loop {
            let observe = |sent| run.sent(sent, attempt);
            let done = match migration.enclosure {
                Enclosure::Transaction => supabase.migrate(migration, &observe).await,
                Enclosure::Nothing => supabase.record(migration, &observe).await,
            };
            let Err(error) = done else { return Ok(Migrated::Now) };
            if error.may_be_done()
                && let Some(done) =
                    self.applied(run).await?.into_iter().find(|done| done.version == migration.version)
            {
                return Ok(match done.checksum {
                    Some(record) if !migration.checksum.matches(&record) => Migrated::Otherwise,
                    // Another run may have been quicker: the record does not say which it was.
                    Some(_) | None if error.is_temporary() => Migrated::Unheard,
                    Some(_) | None => Migrated::Before,
                });
            }
            attempts.again(Refused(error)).await?;
            attempt += 1;
        }
    }
}

/// Carries out the statements of a file outside a transaction, each as a request of its own. One that may have been
/// carried out is not sent again.
async fn execute_by_api(run: &StageRun, supabase: &Supabase, file: &File) -> Result<(), Failure> {
    for (place, statement) in file.migration.statements.iter().enumerate() {
        let mut attempts = Attempts::at(&*file.source.name, run);
        let mut attempt = 1;
        while let Err(error) = supabase.execute(statement, &|sent| run.sent(sent, attempt)).await {
            let failed = Failed::partly(error.to_string(), place, &file.lines, Vec::new());
            let message = format!("{}: {failed}", file.source.name);
            if !error.is_undone() {
                return Err(Failure { message, temporary: false });
            }
            attempts.again(error).await.map_err(|failure| match place {
                0 => failure,
                // The engine would have the next run repeat what is done.
                _ => Failure { message, temporary: false },
            })?;
            attempt += 1;
        }
    }
    Ok(())
}
