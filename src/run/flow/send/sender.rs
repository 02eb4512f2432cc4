use std::num::NonZeroU32;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::expr::{Bindings, parse_json};
use crate::run::bind::BoundRequest;
use crate::run::context::StageRun;
use crate::run::exchange::exchange;
use crate::run::joined::joined;
use crate::run::read::Reading;
use crate::run::tally::Exchanged;

use super::batch::Batch;

/// Sends batches, so many at once.
pub(super) struct Sender {
    shared: Arc<SendShared>,
    permits: Arc<Semaphore>,
    under_way: JoinSet<()>,
}

struct SendShared {
    run: Arc<StageRun>,
    request: BoundRequest,
    /// Expressions see the item itself, not an array of it.
    each: bool,
}

impl Sender {
    pub(super) fn new(
        run: Arc<StageRun>,
        request: BoundRequest,
        each: bool,
        concurrency: NonZeroU32,
    ) -> Self {
        Self {
            shared: Arc::new(SendShared { run, request, each }),
            permits: Arc::new(Semaphore::new(concurrency.get() as usize)),
            under_way: JoinSet::new(),
        }
    }

    /// Starts sending a batch, with what its expressions see beside it, as soon as there is room. After a stop was asked for it is left unsent.
    pub(super) async fn send(&mut self, batch: Batch, bindings: &Arc<Bindings>) {
        // The semaphore is never closed.
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else {
            return;
        };
        while let Some(ended) = self.under_way.try_join_next() {
            joined(ended);
        }
        if self.shared.run.stop.reason().is_some() {
            return;
        }
        let (shared, bindings) = (Arc::clone(&self.shared), Arc::clone(bindings));
        self.under_way.spawn(async move {
            shared.send(batch, &bindings).await;
            drop(permit);
        });
    }

    /// Waits for all that is under way.
    pub(super) async fn finish(mut self) {
        while let Some(ended) = self.under_way.join_next().await {
            joined(ended);
        }
    }
}

impl SendShared {
    async fn send(&self, batch: Batch, bindings: &Bindings) {
        let text = if self.each { batch.json } else { format!("[{}]", batch.json) };
        let prepared = parse_json(text.as_bytes(), None)
            .map_err(|error| error.to_string())
            .and_then(|items| self.request.prepare(&items, bindings).map_err(|error| error.to_string()));
        let items = u64::from(batch.items);
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(message) => {
                return self.run.with_tally(|tally| tally.add_failure(Some(items), false, &message));
            }
        };
        let reading = Reading { bindings, projection: None, wanted: false, end_on: &[] };
        match exchange(&self.run, &self.request, &prepared, &reading).await {
            Ok(received) => self.run.with_tally(|tally| {
                tally.add_response(&Exchanged {
                    declared: self.request.declared(),
                    counted: &received.counted,
                    body: &received.body,
                    items: Some(items),
                });
            }),
            Err(failure) => {
                self.run
                    .with_tally(|tally| tally.add_failure(Some(items), failure.temporary, &failure.message));
            }
        }
    }
}
