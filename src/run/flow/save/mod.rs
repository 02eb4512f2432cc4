//! Rows of the chosen items, saved into tables: made of each page, gathered, and committed together with the place where a
//! run that is cut off goes on. While one commit is under way the next pages are read and their rows made.

mod build;
mod cell;
mod error;
mod pending;
mod refusals;
mod resume;
mod saver;
mod table;

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::clients::Database;
use crate::expr::{Bindings, Filter};
use crate::plan::{Save, Saves};
use crate::run::bind::Connections;
use crate::run::binder::{BindError, Binder};
use crate::run::context::StageRun;
use crate::run::event::Event;
use crate::run::exchange::Failure;
use crate::run::joined::joined;
use crate::run::rows::Rows;

use super::pages::{Fetched, Pages};

/// The tables that items are saved into, with all values.
#[derive(Clone)]
pub(super) struct SaveTo {
    database: Database,
    tables: Vec<Save>,
}

impl SaveTo {
    pub(super) fn bind(saves: &Saves, connections: &Connections, to: &Binder<'_>) -> Result<Self, BindError> {
        let database = connections.database(&saves.database, to)?;
        Ok(Self { database: database.connected(&to.place)?.clone(), tables: saves.tables.clone() })
    }

    /// The names of all counts.
    pub(super) fn count_names(&self) -> Vec<&'static str> {
        let deleted = self.tables.iter().any(|table| !table.replace.is_empty()).then_some("deleted");
        ["inserted", "updated", "unchanged"].into_iter().chain(deleted).collect()
    }

    /// The keys of items that rows are made from, where that is known.
    pub(super) fn keys(&self) -> Option<BTreeSet<String>> {
        let mut keys = BTreeSet::new();
        for filter in self.tables.iter().flat_map(|table| table.rows.filters()) {
            keys.extend(filter.reads().keys_of_item()?.iter().cloned());
        }
        Some(keys)
    }

    /// Saves the rows of what is read, until there is no more or a stop.
    ///
    /// # Errors
    /// Why it cannot go on. What is committed stays, and the next run goes on from there.
    pub(super) async fn run(
        self,
        run: &Arc<StageRun>,
        pages: Pages,
        rows: Option<Rows>,
        select: Option<Filter>,
        bindings: Bindings,
    ) -> Result<(), Failure> {
        let (builder, mut saver, start) = self.open(run, select).await?;
        let builder = Arc::new(builder);
        let keep = pages.keep().cloned();
        let (sender, mut fetched) = mpsc::channel(1);
        let fetching = tokio::spawn(pages.fetch(Arc::clone(run), rows, bindings, start, sender));
        let fetching = AbortOnDropHandle::new(fetching);
        loop {
            let next = tokio::select! {
                next = fetched.recv() => next,
                // What waits is committed also while the other side takes its time.
                () = saver.due() => {
                    saver.begin_commit().await?;
                    continue;
                }
            };
            let Some(next) = next else { break };
            match next {
                Fetched::Page(page) => {
                    // Making rows computes; it must not keep the next page from being read.
                    let maker = Arc::clone(&builder);
                    let built = joined(tokio::task::spawn_blocking(move || maker.build(page)).await);
                    run.with_tally(|tally| {
                        tally.pick(built.picked);
                        built.failures.iter().for_each(|message| tally.add_failure(Some(1), false, message));
                    });
                    run.tell(Event::Picked { stage: run.stage.name.clone(), items: built.picked });
                    saver.add(built, &builder);
                }
                Fetched::RowEnd(end) => {
                    end.tell(run);
                    saver.end_row(&end, &builder);
                }
                Fetched::Passed(bindings) => saver.pass_row(&bindings, &builder),
                Fetched::Anew => saver.begin_anew(),
            }
            if run.stop.reason().is_some() {
                break;
            }
            if saver.is_full() {
                saver.begin_commit().await?;
            }
        }
        saver.commit().await?;
        drop(fetched);
        joined(fetching.await)?;
        if run.stop.reason().is_none() {
            saver.finish(keep.as_ref()).await?;
        }
        Ok(())
    }
}
