//! Statements with their values, and the stage kind `sql`.

mod faulty;
mod job;
mod line_error;
mod problem;
mod script;
mod statements;

use crate::clients::{BigQuery, Database};
use crate::diag::Source;
use crate::plan::{self, SqlSource};

use super::again::Attempts;
use super::bind_outside::BoundDatabase;
use super::binder::{BindError, Binder};
use super::context::StageRun;
use super::exchange::Failure;
use super::net::Net;

pub use faulty::FaultySql;
pub(super) use problem::SqlProblem;
pub(super) use script::{BoundScript, Names};
pub(super) use statements::{enclosed, faulty, read, script, span};

/// A stage of the kind `sql` with all its values.
#[derive(Clone)]
pub(super) struct Sql {
    script: BoundScript,
    target: Target,
}

/// What carries statements out.
#[derive(Clone)]
enum Target {
    Connected(Database),
    BigQuery(BigQuery),
}

impl Sql {
    /// The names of all counts.
    pub(super) const COUNTS: [&str; 1] = ["affected"];

    /// Reads the statements and puts the values in.
    ///
    /// # Errors
    /// [`BindError`].
    pub(super) fn bind(sql: &plan::Sql, net: &Net<'_>, binder: &Binder<'_>) -> Result<Self, BindError> {
        let at = Binder { place: format!("{}.sql", binder.place), values: binder.values };
        let source = match &sql.source {
            SqlSource::Text(text) => Source::new(format!("{}.query", at.place), text.clone()),
            SqlSource::File(file) => {
                let absent = || at.absent("file", "an optional name in it");
                read(at.text("file", file)?.ok_or_else(absent)?, &*net.files, &at)?
            }
        };
        let database = net.connections.database(&sql.database, &at)?;
        let names = Names { vars: &sql.vars, declared: Some(&net.plan.declared) };
        let script = BoundScript::bind(source, names, database.dialect(), &at)?;
        let target = match database {
            BoundDatabase::Sql(database) => Target::Connected(database.clone()),
            BoundDatabase::BigQuery(bigquery) => Target::BigQuery(bigquery.clone()),
            BoundDatabase::Supabase(_) => {
                return Err(database.unsuitable(&at.place, "a PostgreSQL, SQLite or BigQuery database"));
            }
        };
        Ok(Self { script, target })
    }

    /// Its statements.
    pub(super) fn script(&self) -> &BoundScript {
        &self.script
    }

    /// Carries out the statements and counts the rows that they changed.
    pub(super) async fn run(self, run: &StageRun) {
        if run.stop.reason().is_some() {
            return;
        }
        let done = match &self.target {
            Target::Connected(database) => self.execute(run, database).await,
            Target::BigQuery(bigquery) => job::run(run, bigquery, &self.script).await,
        };
        run.with_tally(|tally| match done {
            Ok(affected) => {
                tally.add_count(Self::COUNTS[0], affected);
            }
            Err(failure) => tally.break_off(failure.temporary, &failure.message),
        });
    }

    /// What was not carried out is tried again as a whole. What may have been is not: see
    /// [`DatabaseError::Uncertain`](crate::clients::DatabaseError::Uncertain).
    async fn execute(&self, run: &StageRun, database: &Database) -> Result<u64, Failure> {
        let statements = self.script.bound(run.identity());
        let mut attempts = Attempts::at(self.script.name(), run);
        loop {
            match database.execute(&statements).await {
                Ok(affected) => return Ok(self.script.changed(&affected)),
                Err(error) => attempts.again(self.script.located(error)).await?,
            }
        }
    }

    /// What it would do, as far as the database can tell without doing it.
    ///
    /// # Errors
    /// Statements that the database cannot read.
    pub(super) async fn rehearse(&self, run: &StageRun) -> Result<Vec<String>, Failure> {
        let name = self.script.name();
        match &self.target {
            Target::Connected(database) => {
                let statements = self.script.bound(run.identity());
                let mut attempts = Attempts::at(name, run);
                while let Err(error) = database.prepare(&statements).await {
                    attempts.again(self.script.located(error)).await?;
                }
                Ok(vec![format!(
                    "would carry out {} statement(s) of {name}, which the database can read",
                    statements.len()
                )])
            }
            Target::BigQuery(bigquery) => {
                let bytes = job::rehearse(run, bigquery, &self.script).await?;
                Ok(vec![format!("would carry out {name}, which reads {bytes} bytes")])
            }
        }
    }
}
