use jiff::Timestamp;
use thiserror::Error;
use tokio::time::timeout_at;

use crate::clients::{Database, LastSaved, NetRun};
use crate::plan::{Plan, Rows, Save, Saves, Stage, Work};

use super::again::Attempts;
use super::bind::Connections;
use super::binder::{BindError, Binder};
use super::context::StageRun;
use super::event::Event;
use super::exchange::Failure;
use super::identity::Identity;
use super::sql::BoundScript;

/// The stages whose rows a stage reads by their run. It belongs to the run in which they succeeded last: its own where
/// that holds them, an earlier one where the stage is run without them.
#[derive(Clone, Default)]
pub(super) struct Continued {
    sources: Vec<Source>,
}

/// A stage whose rows are read by their run, and the database that has them.
#[derive(Clone)]
struct Source {
    stage: String,
    database: Database,
}

/// Why there is no run to continue; each text goes on from the name of the stage.
#[derive(Debug, PartialEq, Eq, Error)]
enum NoRun {
    /// No run of the stage has saved rows.
    #[error(
        "reads the rows of `{stage}` by their run, and no run of `{stage}` in this environment has succeeded: run `{stage}` \
         first"
    )]
    Never { stage: String },
    /// The last run that saved rows did not succeed.
    #[error(
        "reads the rows of `{stage}` by their run, and the last run that saved some, `{run_id}`, has not succeeded: run \
         `{stage}` first"
    )]
    Unfinished { stage: String, run_id: String },
    /// The stages succeeded in different runs.
    #[error(
        "reads the rows of one run, and `{}` succeeded last in `{}`, `{}` in `{}`: run both in one run first",
        .one.0, .one.1, .other.0, .other.1
    )]
    Different { one: (String, String), other: (String, String) },
    /// A record that is not one of this version's.
    #[error("`{text}`, in the table jobnet_saved for `{stage}`, is not a time")]
    BadTime { stage: String, text: String },
}

impl Continued {
    /// The stages that `continues` names, else those before the stage whose tables its SQL, `script`, names together with
    /// `:run_id` or `:job_start_at`.
    ///
    /// # Errors
    /// [`BindError`].
    pub(super) fn bind(
        plan: &Plan,
        stage: &Stage,
        script: Option<&BoundScript>,
        connections: &Connections,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let before = plan.saving_before(stage);
        let read = match &stage.continues {
            Some(named) => {
                before.into_iter().filter(|(saving, _)| named.contains(&saving.name)).collect::<Vec<_>>()
            }
            None => {
                let Some(script) = script.filter(|script| script.reads_run()) else {
                    return Ok(Self::default());
                };
                let database = database_of(&stage.work);
                let mut same: Vec<_> =
                    before.into_iter().filter(|(_, saves)| Some(&saves.database) == database).collect();
                let seen = |save: &Save| save.track && script.mentions(&format!("{}_seen", save.table.name));
                // What was seen is certainly read by its run; a table may be named for another reason beside it.
                if same.iter().any(|(_, saves)| saves.tables.iter().any(seen)) {
                    same.retain(|(_, saves)| saves.tables.iter().any(seen));
                } else {
                    same.retain(|(_, saves)| {
                        saves.tables.iter().any(|save| script.mentions(&save.table.name))
                    });
                }
                same
            }
        };
        let source = |(saving, saves): (&Stage, &Saves)| {
            let database = connections.database(&saves.database, binder)?.connected(&binder.place)?;
            Ok(Source { stage: saving.name.clone(), database: database.clone() })
        };
        Ok(Self { sources: read.into_iter().map(source).collect::<Result<_, BindError>>()? })
    }

    /// Finds the run that the stage belongs to, and has it be that run's.
    ///
    /// # Errors
    /// That there is none, which is told and no failure in a dry run.
    pub(super) async fn enter(&self, run: &StageRun, dry_run: bool) -> Result<(), Failure> {
        let mut found = Vec::new();
        for source in &self.sources {
            let last = timeout_at(run.deadline, source.last(run)).await;
            let last =
                last.unwrap_or_else(|_| Err(Failure { message: run.out_of_time(), temporary: true }))?;
            found.push((source.stage.clone(), last));
        }
        match continued(found, run.identity()) {
            Ok(identity) => {
                if let Some(identity) = identity.filter(|identity| identity.run_id != run.identity().run_id) {
                    run.tell(Event::Continued {
                        stage: run.stage.name.clone(),
                        run_id: identity.run_id.clone(),
                        job_start_at: identity.job_start_at,
                    });
                    run.continue_run(identity);
                }
                Ok(())
            }
            Err(reason) if dry_run => {
                let text = format!("as things are it would fail, since it {reason}");
                run.tell(Event::DryRun { stage: run.stage.name.clone(), text: run.masker.mask(&text) });
                Ok(())
            }
            Err(reason) => Err(Failure { message: reason.to_string(), temporary: false }),
        }
    }
}

impl Source {
    async fn last(&self, run: &StageRun) -> Result<LastSaved, Failure> {
        let owner = run.identity().owner(&self.stage);
        let mut attempts = Attempts::at(format!("looking for the last run of `{}`", self.stage), run);
        loop {
            match self.database.last_saved(&owner).await {
                Ok(last) => return Ok(last),
                Err(error) => attempts.again(error).await?,
            }
        }
    }
}

/// The one run that all of the stages succeeded in last; `None` where there are no stages.
fn continued(found: Vec<(String, LastSaved)>, own: &Identity) -> Result<Option<Identity>, NoRun> {
    let mut one: Option<(String, NetRun)> = None;
    for (stage, last) in found {
        let run = match last {
            LastSaved::Never => return Err(NoRun::Never { stage }),
            LastSaved::Unfinished(NetRun { run_id, .. }) => return Err(NoRun::Unfinished { stage, run_id }),
            LastSaved::Succeeded(run) => run,
        };
        match &one {
            Some((first, known)) if known.run_id != run.run_id => {
                let one = (first.clone(), known.run_id.clone());
                return Err(NoRun::Different { one, other: (stage, run.run_id) });
            }
            Some(_) => {}
            None => one = Some((stage, run)),
        }
    }
    let Some((stage, NetRun { run_id, job_start_at })) = one else { return Ok(None) };
    let start = job_start_at.parse::<Timestamp>();
    let job_start_at = start.map_err(|_| NoRun::BadTime { stage, text: job_start_at })?;
    Ok(Some(Identity { run_id, job_start_at, ..own.clone() }))
}

/// The database that a stage's statements are for.
fn database_of(work: &Work) -> Option<&String> {
    match work {
        Work::Sql(sql) => Some(&sql.database),
        work => match work.rows() {
            Some(Rows::Query(query)) => Some(&query.database),
            Some(Rows::Values(_) | Rows::Lines(_)) | None => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str, start: &str) -> NetRun {
        NetRun { run_id: id.to_owned(), job_start_at: start.to_owned() }
    }

    fn decided(found: &[(&str, LastSaved)]) -> String {
        let own = Identity {
            net: "net".to_owned(),
            env: "dev".to_owned(),
            run_id: "own".to_owned(),
            job_start_at: "2026-11-30T12:00:00Z".parse().unwrap(),
        };
        let found = found.iter().map(|(stage, last)| ((*stage).to_owned(), last.clone())).collect();
        match continued(found, &own) {
            Ok(None) => "own".to_owned(),
            Ok(Some(identity)) => format!("{} of {}", identity.run_id, identity.job_start_at),
            Err(reason) => reason.to_string(),
        }
    }

    #[test]
    fn a_stage_belongs_to_the_one_run_in_which_all_that_it_reads_succeeded_last() {
        let one = LastSaved::Succeeded(run("one", "2026-11-30T01:00:00.000Z"));
        let two = LastSaved::Succeeded(run("two", "2026-11-30T02:00:00.000Z"));
        let cut = LastSaved::Unfinished(run("two", "2026-11-30T02:00:00.000Z"));
        let odd = LastSaved::Succeeded(run("one", "yesterday"));
        for (found, expected) in [
            (vec![], "own"),
            (vec![("a", one.clone())], "one of 2026-11-30T01:00:00Z"),
            (vec![("a", one.clone()), ("b", one.clone())], "one of 2026-11-30T01:00:00Z"),
            (vec![("a", one.clone()), ("b", two)], "succeeded last in `one`, `b` in `two`"),
            (vec![("a", one.clone()), ("b", cut)], "`two`, has not succeeded: run `b` first"),
            (vec![("a", one), ("b", LastSaved::Never)], "no run of `b` in this environment has succeeded"),
            (vec![("a", odd)], "`yesterday`, in the table jobnet_saved for `a`, is not a time"),
        ] {
            let decided = decided(&found);
            assert!(decided.contains(expected), "{found:?}: {decided}");
        }
    }
}
