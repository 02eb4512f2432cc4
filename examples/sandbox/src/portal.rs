//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use sqlx::SqlitePool;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::bigquery::BigQuery;
use crate::fault::Faults;
use crate::idempotency::InFlight;
use crate::options::Options;
use crate::seen::Seen;
use crate::shop::Shop;
use crate::supabase::Supabase;

pub(crate) struct Portal {
    pub(crate) pool: SqlitePool,
    pub(crate) options: Options,
    pub(crate) faults: Faults,
    pub(crate) seen: Seen,
    pub(crate) shop: Arc<Shop>,
    pub(crate) in_flight: InFlight,
    pub(crate) supabase: Supabase,
    pub(crate) bigquery: BigQuery,
    /// Issued tokens of an earlier generation are taken for expired.
    token_generation: AtomicU64,
    stop: watch::Receiver<bool>,
}

impl Portal {
    pub(crate) fn new(pool: SqlitePool, mut options: Options, stop: watch::Receiver<bool>) -> Self {
        let faults = Faults::new(std::mem::take(&mut options.faults));
        Self {
            shop: Arc::new(Shop::new(&options)),
            pool,
            options,
            faults,
            seen: Seen::default(),
            in_flight: InFlight::default(),
            supabase: Supabase::default(),
            bigquery: BigQuery::default(),
            token_generation: AtomicU64::new(0),
            stop,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.options.clock)()
    }

    pub(crate) fn token_generation(&self) -> u64 {
        self.token_generation.load(Ordering::Acquire)
    }

    pub(crate) fn expire_tokens(&self) {
        self.token_generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Waits until the sandbox stops.
    pub(crate) async fn stopped(&self) {
        // An error means that the sandbox was dropped, which stops it too.
        let _ = self.stop.clone().wait_for(|stop| *stop).await;
    }

    /// Waits until then, or until the sandbox stops.
    pub(crate) async fn sleep_until(&self, at: Instant) {
        tokio::select! {
            () = tokio::time::sleep_until(at) => {}
            () = self.stopped() => {}
        }
    }
}
