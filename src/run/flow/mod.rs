//! Pages of items, a choice among them, and where the chosen go: steps that work at once, each waiting for the next where
//! that is slower, so that memory holds a few pages and the batches that are not full.

mod going_on;
mod keep;
mod next;
mod pages;
mod paging;
mod same;
mod save;
mod send;
mod skipping;
mod unfollowed;

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::expr::{Bindings, Filter, Projection};
use crate::plan;

use self::pages::{Pages, Start};
use self::save::SaveTo;
use self::send::SendTo;
use super::bind::{BoundRequest, Connections};
use super::binder::{BindError, Binder};
use super::context::StageRun;
use super::joined::joined;
use super::rows::Rows;
use super::sql::BoundScript;
use super::tally::Measure;

/// A flow with all its values.
#[derive(Clone)]
pub(super) struct Flow {
    rows: Option<Rows>,
    pages: Pages,
    select: Option<Filter>,
    to: To,
}

#[derive(Clone)]
enum To {
    Send(Box<SendTo>),
    Save(Box<SaveTo>),
}

impl To {
    /// The keys of the chosen items that are looked at, all where that is not known.
    fn keys(&self) -> Option<BTreeSet<String>> {
        match self {
            Self::Send(send) => {
                let mut keys = send.keys.clone()?;
                if let Some(group_by) = &send.group_by {
                    keys.extend(group_by.reads().keys_of_item()?.iter().cloned());
                }
                Some(keys)
            }
            Self::Save(save) => save.keys(),
        }
    }
}

impl Flow {
    pub(super) fn bind(
        flow: &plan::Flow,
        connections: &Connections,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let at =
            |place: &str| Binder { place: format!("{}.flow.{place}", binder.place), values: binder.values };
        let (from, to, each) = (at("from"), at("to"), at("for_each"));
        let source = BoundRequest::bind(&flow.from.request, connections, &from)?;
        let to = match &flow.to {
            plan::To::Send(send) => To::Send(Box::new(SendTo::bind(send, connections, &to)?)),
            plan::To::Save(saves) => To::Save(Box::new(SaveTo::bind(saves, connections, &to)?)),
        };
        let rows = flow.for_each.as_ref().map(|rows| Rows::bind(rows, connections, &each)).transpose()?;
        let pages = Pages::bind(&flow.from, source, projection(flow, &to), connections, &from)?;
        Ok(Self { rows, pages, select: flow.select.clone(), to })
    }

    /// How many of its items there are to fail.
    pub(super) fn measure(&self) -> Measure {
        match self.to {
            To::Send(_) => Measure::Sent,
            To::Save(_) => Measure::Chosen,
        }
    }

    /// The query whose rows the items are read for, where there is one.
    pub(super) fn row_query(&self) -> Option<&BoundScript> {
        self.rows.as_ref().and_then(Rows::query)
    }

    /// The names of all counts.
    pub(super) fn count_names(&self) -> Vec<&str> {
        match &self.to {
            To::Send(send) => send.count_names(),
            To::Save(save) => save.count_names(),
        }
    }

    /// Runs the flow until the last page is dealt with, a page cannot be read, or a stop.
    pub(super) async fn run(self, run: &Arc<StageRun>, bindings: Bindings) {
        match self.to {
            To::Send(send) => {
                let (sender, mut fetched) = mpsc::channel(1);
                let keep = self.pages.keep().cloned();
                let fetching =
                    self.pages.fetch(Arc::clone(run), self.rows, bindings.clone(), Start::default(), sender);
                let fetching = AbortOnDropHandle::new(tokio::spawn(fetching));
                let manifest = send.run(run, self.select, bindings, &mut fetched).await;
                drop(fetched);
                if let Err(failure) = joined(fetching.await) {
                    failure.break_off(run);
                }
                if let Some(keep) = keep {
                    keep.close(run, &manifest).await;
                }
            }
            To::Save(save) => {
                // Large, and once a stage.
                let saving = Box::pin(save.run(run, self.pages, self.rows, self.select, bindings));
                if let Err(failure) = saving.await {
                    failure.break_off(run);
                }
            }
        }
    }
}

/// Which part of the pages anything looks at, where that can be told from the expressions: nothing else of them needs to
/// be built.
fn projection(flow: &plan::Flow, to: &To) -> Option<Projection> {
    let path = flow.from.items.reads().as_path().filter(|path| !path.is_empty())?;
    let mut beside = flow.from.next.iter().flat_map(plan::Paging::filters);
    if beside.any(|filter| filter.reads().keys_of_item().is_none_or(|keys| keys.contains(&path[0]))) {
        return None;
    }
    let mut keys = to.keys()?;
    if let Some(select) = &flow.select {
        keys.extend(select.reads().keys_of_condition()?.iter().cloned());
    }
    Some(Projection { path: path.to_vec(), keys })
}
