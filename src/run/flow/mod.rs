//! Pages of items, a choice among them, and requests that carry the chosen on: three steps that work at once, each
//! waiting for the next where that is slower, so that memory holds a few pages and the batches that are not full.

mod batch;
mod lines;
mod next;
mod pages;
mod pick;
mod rows;
mod send;

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::expr::{Bindings, Filter, Projection, Template};
use crate::plan;

use self::batch::Batcher;
use self::pages::Pages;
use self::pick::Picker;
use self::rows::Rows;
use self::send::Sender;
use super::bind::{BoundRequest, Connections};
use super::binder::{BindError, Binder};
use super::context::StageRun;
use super::event::Event;
use super::joined::joined;

/// A flow with all its values.
pub(super) struct Flow {
    rows: Option<Rows>,
    pages: Pages,
    select: Option<Filter>,
    /// The keys that requests are made from; all where that is not known.
    sent_keys: Option<BTreeSet<String>>,
    request: BoundRequest,
    /// How many items a request carries; `None` for one request an item.
    batch: Option<NonZeroU32>,
    group_by: Option<Filter>,
    concurrency: NonZeroU32,
}

impl Flow {
    pub(super) fn bind(
        flow: &plan::Flow,
        connections: &Connections,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let at =
            |place: &str| Binder { place: format!("{}.flow.{place}", binder.place), values: binder.values };
        let (from, to) = (at("from"), at("to"));
        let source = BoundRequest::bind(&flow.from.request, connections, &from)?;
        let request = BoundRequest::bind(&flow.to.request, connections, &to)?;
        let (batch, group_by) = match &flow.to.size {
            plan::Size::Each => (None, None),
            plan::Size::Batch { most, group_by } => {
                (Some(to.late("batch", most)?.unwrap_or(NonZeroU32::MIN)), group_by.as_deref().cloned())
            }
        };
        let sent_keys = sent_keys(&flow.to);
        let each = at("for_each");
        Ok(Self {
            rows: flow.for_each.as_ref().map(|rows| Rows::bind(rows, &each)).transpose()?,
            pages: Pages::bind(&flow.from, source, projection(flow, sent_keys.as_ref()), &from)?,
            select: flow.select.clone(),
            sent_keys,
            request,
            batch,
            group_by,
            concurrency: to.late("concurrency", &flow.to.concurrency)?.unwrap_or(NonZeroU32::MIN),
        })
    }

    /// The names of all counts.
    pub(super) fn count_names(&self) -> Vec<&str> {
        self.request.counts.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Runs the flow until the last page is sent, a page cannot be read, or a stop.
    pub(super) async fn run(self, run: &Arc<StageRun>, bindings: Bindings) {
        let (page_sender, mut page_receiver) = mpsc::channel(1);
        let fetching = self.pages.fetch(Arc::clone(run), self.rows, bindings.clone(), page_sender);
        let fetching = AbortOnDropHandle::new(tokio::spawn(fetching));
        let mut picker = Picker::new(self.select, self.group_by, self.sent_keys);
        let mut batcher = Batcher::new(self.batch);
        let mut sender = Sender::new(Arc::clone(run), self.request, self.batch.is_none(), self.concurrency);
        let (mut row, mut bindings) = (None, Arc::new(bindings));
        while let Some(page) = page_receiver.recv().await {
            // A request is of one row: its expressions see it.
            if page.row != row {
                for batch in batcher.drain() {
                    sender.send(batch, &bindings).await;
                }
            }
            (row, bindings) = (page.row, Arc::clone(&page.bindings));
            // Choosing computes; it must not keep the next page from being read.
            let picking = tokio::task::spawn_blocking(move || {
                let picked = picker.pick(page);
                (picker, picked)
            });
            let (returned, picked) = joined(picking.await);
            picker = returned;
            run.with_tally(|tally| {
                tally.pick(picked.items.len() as u64 + picked.failures.len() as u64);
                picked.failures.iter().for_each(|message| tally.add_failure(Some(1), false, message));
            });
            run.tell(Event::Picked { stage: run.stage.name.clone(), items: picked.items.len() as u64 });
            for item in picked.items {
                if let Some(batch) = batcher.push(item) {
                    sender.send(batch, &bindings).await;
                }
            }
            if run.stop.reason().is_some() {
                break;
            }
        }
        if run.stop.reason().is_none() {
            for batch in batcher.drain() {
                sender.send(batch, &bindings).await;
            }
        }
        sender.finish().await;
        drop(page_receiver);
        if let Err(failure) = joined(fetching.await) {
            run.with_tally(|tally| tally.break_off(failure.temporary, &failure.message));
        }
    }
}

/// Which part of the pages anything looks at, where that can be told from the expressions: nothing else of them needs to
/// be built.
fn projection(flow: &plan::Flow, sent: Option<&BTreeSet<String>>) -> Option<Projection> {
    let path = flow.from.items.reads().as_path().filter(|path| !path.is_empty())?;
    if let Some(next) = flow.from.next.as_ref().and_then(|paging| paging.next.filter())
        && next.reads().keys_of_item().is_none_or(|keys| keys.contains(&path[0]))
    {
        return None;
    }
    let mut keys = sent?.clone();
    if let Some(select) = &flow.select {
        keys.extend(select.reads().keys_of_condition()?.iter().cloned());
    }
    if let plan::Size::Batch { group_by: Some(group_by), .. } = &flow.to.size {
        keys.extend(group_by.reads().keys_of_item()?.iter().cloned());
    }
    Some(Projection { path: path.to_vec(), keys })
}

/// The keys of the chosen items that their requests are made from, where that can be told: nothing else of them needs to
/// be kept.
fn sent_keys(to: &plan::Send) -> Option<BTreeSet<String>> {
    let each = matches!(to.size, plan::Size::Each);
    let templates = to.request.query.iter().map(|(_, template)| template).chain([&to.request.path]);
    let mut keys = BTreeSet::new();
    for filter in templates.flat_map(Template::filters).chain(&to.request.body) {
        let reads = filter.reads();
        keys.extend(if each { reads.keys_of_item() } else { reads.keys_of_batch() }?.iter().cloned());
    }
    Some(keys)
}
