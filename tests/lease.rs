//! A lease lets one run of a stage and environment work at a time, wherever it is written down.

mod exclusion;
mod killed;
mod lost;
mod queue;
mod refused;
mod two_runs;

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::Notify;

use crate::common::Jobnet;
use crate::common::misbehaving::{Server, status};
use crate::common::postgres::{Database, Postgres};
use crate::common::s3::{Bucket, S3};
use crate::common::watched::Watched;

/// Where leases are written down in a test.
enum Memory {
    Sqlite(TempDir),
    Postgres(Database),
    File(TempDir),
    S3(Bucket),
}

impl Memory {
    fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    /// `None` where there is no PostgreSQL.
    async fn postgres() -> Option<Self> {
        Postgres::database().await.map(Self::Postgres)
    }

    /// `None` where there is no server that speaks S3.
    async fn s3() -> Option<Self> {
        S3::bucket().await.map(Self::S3)
    }

    /// The lines of a spec that name it `memory`, and what a lease says then.
    fn yaml(&self) -> (String, &'static str) {
        let below = |directory: &TempDir, name: &str| directory.path().join(name).display().to_string();
        match self {
            Self::Sqlite(directory) => {
                (format!("databases: {{memory: \"sqlite:{}\"}}", below(directory, "memory.db")), "database")
            }
            Self::Postgres(database) => {
                (format!("databases: {{memory: \"{}\"}}", database.url()), "database")
            }
            Self::File(directory) => {
                (format!("stores: {{memory: \"file:{}\"}}", below(directory, "raw")), "store")
            }
            Self::S3(bucket) => (format!("stores: {{memory: \"{}\"}}", bucket.url()), "store"),
        }
    }

    /// Stage `work` with a lease here and more keys, which posts to `/work`, and stage `after`, which needs it.
    fn jobnet(&self, server: &Server, ttl: &str, keys: &str) -> Jobnet {
        let (declared, place) = self.yaml();
        let spec = format!(
            "jobnet: v1\nname: test\n{declared}\napis: {{api: {{base_url: \"{}\"}}}}\nstages:\n  work:\n    \
             lease: {{{place}: memory, ttl: {ttl}}}\n{keys}    call: {{post: /work}}\n  after:\n    needs: [work]\n    \
             call: {{post: /after}}\nenvironments:\n  local: {{}}\n  other: {{}}\n",
            server.base_url()
        );
        self.on_spec(&spec).arguments(["--all"]).env("JOBNET_ENV", "local")
    }

    fn on_spec(&self, spec: &str) -> Jobnet {
        let jobnet = Jobnet::new(["run"]).file("jobnet.yaml", spec);
        match self {
            Self::S3(bucket) => {
                bucket.environment().iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value))
            }
            Self::Sqlite(_) | Self::Postgres(_) | Self::File(_) => jobnet,
        }
    }

    fn directory(&self) -> &Path {
        match self {
            Self::Sqlite(directory) | Self::File(directory) => directory.path(),
            Self::Postgres(_) | Self::S3(_) => panic!("it is not in a directory"),
        }
    }
}

/// A server at which the first request waits until the test lets it be answered.
struct Held {
    server: Server,
    answer: Arc<Notify>,
    arrived: Arc<Notify>,
}

impl Held {
    async fn start() -> Self {
        let answer = Arc::new(Notify::new());
        let arrived = Arc::new(Notify::new());
        let (wait, arrives) = (Arc::clone(&answer), Arc::clone(&arrived));
        let server = Server::start(move |arrival| {
            let (wait, arrives) = (Arc::clone(&wait), Arc::clone(&arrives));
            async move {
                if arrival.number == 1 {
                    arrives.notify_one();
                    wait.notified().await;
                }
                status(200)
            }
        })
        .await;
        Self { server, answer, arrived }
    }

    /// Starts a run, which works when this returns: its request has arrived.
    async fn begin(&self, jobnet: Jobnet) -> Watched {
        let mut running = Watched::start(jobnet);
        tokio::select! {
            () = self.arrived.notified() => running,
            line = running.line_with(["\"event\":\"summary\""]) => panic!("it ended before it worked: {line}"),
        }
    }

    /// How often the stage's work was asked for.
    fn works(&self) -> usize {
        self.server.arrivals().iter().filter(|arrival| arrival.path == "/work").count()
    }
}
