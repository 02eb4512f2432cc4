//! Requests that carry the chosen items on, in batches, several at once.

mod batch;
mod pick;
mod sender;

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::expr::{Bindings, Filter, Template};
use crate::plan;
use crate::run::bind::{BoundRequest, Connections};
use crate::run::binder::{BindError, Binder};
use crate::run::context::StageRun;
use crate::run::event::Event;
use crate::run::joined::joined;

use self::batch::Batcher;
use self::pick::Picker;
use self::sender::Sender;
use super::pages::Fetched;

/// Where items go by requests, with all its values.
#[derive(Clone)]
pub(super) struct SendTo {
    /// The keys that requests are made from; all where that is not known.
    pub(super) keys: Option<BTreeSet<String>>,
    pub(super) group_by: Option<Filter>,
    request: BoundRequest,
    /// How many items a request carries; `None` for one request an item.
    batch: Option<NonZeroU32>,
    concurrency: NonZeroU32,
}

impl SendTo {
    pub(super) fn bind(
        send: &plan::Send,
        connections: &Connections,
        to: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let request = BoundRequest::bind(&send.request, connections, to)?;
        let (batch, group_by) = match &send.size {
            plan::Size::Each => (None, None),
            plan::Size::Batch { most, group_by } => {
                (Some(to.late("batch", most)?.unwrap_or(NonZeroU32::MIN)), group_by.as_deref().cloned())
            }
        };
        Ok(Self {
            keys: sent_keys(send),
            group_by,
            request,
            batch,
            concurrency: to.late("concurrency", &send.concurrency)?.unwrap_or(NonZeroU32::MIN),
        })
    }

    /// The names of all counts.
    pub(super) fn count_names(&self) -> Vec<&str> {
        self.request.counts.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Carries on what is fetched, until there is no more or a stop, and gives the lines of the manifest.
    pub(super) async fn run(
        self,
        run: &Arc<StageRun>,
        select: Option<Filter>,
        bindings: Bindings,
        fetched: &mut mpsc::Receiver<Fetched>,
    ) -> Vec<String> {
        let mut picker = Picker::new(select, self.group_by, self.keys);
        let mut batcher = Batcher::new(self.batch);
        let mut sender = Sender::new(Arc::clone(run), self.request, self.batch.is_none(), self.concurrency);
        let mut bindings = Arc::new(bindings);
        let mut manifest = Vec::new();
        while let Some(fetched) = fetched.recv().await {
            let page = match fetched {
                Fetched::Page(page) => page,
                Fetched::Anew | Fetched::Passed(_) => continue,
                // A request is of one row: its expressions see it.
                Fetched::RowEnd(end) => {
                    for batch in batcher.drain() {
                        sender.send(batch, &bindings).await;
                    }
                    end.tell(run);
                    continue;
                }
            };
            manifest.extend(page.kept.clone());
            bindings = Arc::clone(&page.bindings);
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
        manifest
    }
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
