//! A running portal.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlitePool;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::bigquery::BigQueryHandle;
use crate::connection::{Connection, CuttableListener};
use crate::fault::Fault;
use crate::options::Options;
use crate::portal::Portal;
use crate::router::router;
use crate::seen::SeenRequest;
use crate::shop::Shop;
use crate::{database, platform, seed};

/// How long a request may still take when the sandbox stops.
const GRACE: Duration = Duration::from_secs(5);

/// Why a sandbox did not start, or a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The share of candidates is none.
    #[error("the share of candidates is {0}, and must be from 0 to 1")]
    Candidates(f64),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The database cannot be opened or filled.
    #[error("cannot use the database: {0}")]
    Database(#[from] sqlx::Error),
    /// Data for a database that has some.
    #[error(
        "the database has rows already, and is given no others: name another file, or leave the data out"
    )]
    NotEmpty,
    /// A token cannot be signed.
    #[error("cannot sign the token: {0}")]
    Token(#[from] jsonwebtoken::errors::Error),
}

/// A running portal. It stops serving when dropped; [`Sandbox::stop`] waits for it.
pub struct Sandbox {
    portal: Arc<Portal>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<io::Result<()>>,
}

impl Sandbox {
    /// Opens the database, fills it if it is empty, and serves in a background task.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let address = options.listen;
        let listen_error = |source| SandboxError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let pool = database::open(&options.database).await?;
        seed::seed(&pool, &options).await?;
        platform::seed(&pool, &options).await?;

        let (stop, stopped) = watch::channel(false);
        let portal = Arc::new(Portal::new(pool, options, stopped));
        let service = router(Arc::clone(&portal)).into_make_service_with_connect_info::<Connection>();
        let until = Arc::clone(&portal);
        let server = axum::serve(CuttableListener(listener), service)
            .with_graceful_shutdown(async move { until.stopped().await });
        let server = tokio::spawn(server.into_future());
        Ok(Self { portal, address, stop, server })
    }

    /// Where the portal is, as `http://127.0.0.1:8700`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Has the portal misbehave; faults are tried in the order in which they were added.
    pub fn add_fault(&self, fault: Fault) {
        self.portal.faults.add(fault);
    }

    /// Has the portal behave again.
    pub fn clear_faults(&self) {
        self.portal.faults.clear();
    }

    /// The last 10,000 requests, in the order of their arrival.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.portal.seen.all()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.portal.seen.clear();
    }

    /// How BigQuery's jobs go.
    pub fn bigquery(&self) -> BigQueryHandle<'_> {
        self.portal.bigquery.handle()
    }

    /// The portal's database. In memory it has one connection: whoever holds it keeps the portal waiting.
    pub fn pool(&self) -> &SqlitePool {
        &self.portal.pool
    }

    /// The shop below `/rakuten`.
    pub fn shop(&self) -> &Shop {
        &self.portal.shop
    }

    /// Stops serving: cuts what a fault holds back, lets the rest end, and closes the database.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(GRACE, &mut self.server).await.is_err() {
            self.server.abort();
        }
        self.portal.pool.close().await;
    }
}
