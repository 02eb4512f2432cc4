//! The collecting stages of the shop's net through accidents: killed at any point, their database or their store gone.

mod books;
mod gone;
mod kill;

use std::path::Path;

use jobnet_sandbox::{Options, Sandbox};

use crate::common::Jobnet;
use crate::common::base::Base;
use crate::common::s3::{Bucket, S3};

/// A small shop: three rankings, and few items.
async fn shop() -> Sandbox {
    let options = Options { shop_genres: 3, shop_items: 8, ..Options::default() };
    Sandbox::start(options).await.expect("the sandbox starts")
}

/// Where pages are kept.
enum Raw {
    File(tempfile::TempDir),
    S3(Bucket),
}

impl Raw {
    fn file() -> Self {
        Self::File(tempfile::tempdir().expect("a temporary directory"))
    }

    async fn s3() -> Option<Self> {
        S3::bucket().await.map(Self::S3)
    }

    fn url(&self) -> String {
        match self {
            Self::File(directory) => format!("file:{}", directory.path().display()),
            Self::S3(bucket) => bucket.url(),
        }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::File(_) => Vec::new(),
            Self::S3(bucket) => bucket.environment().to_vec(),
        }
    }
}

/// The net of the example, up to its items, with waits between attempts that are too short to notice.
fn net(sandbox: &Sandbox, base: &Base, raw: &Raw) -> Jobnet {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/batch-etl");
    let spec = std::fs::read_to_string(example.join("jobnet.yaml")).expect("the example's spec");
    // The shop's genres are those of the test, and the database is one by its URL.
    let spec = spec
        .replace("    rate: ${RAKUTEN_RATE}", "    retry: {backoff: [0s]}\n    rate: ${RAKUTEN_RATE}")
        .replace("    databases: {main: \"sqlite:var/batch-etl.db\"}\n", "")
        .replace("dir: migrations", &format!("dir: {}/migrations", example.display()));
    let jobnet = Jobnet::on_spec(&spec, ["schema", "ranking", "item", "--format", "json"])
        .env("RAKUTEN_BASE", &format!("{}/rakuten", sandbox.base_url()))
        .env("RAKUTEN_APP_ID", "11111111-1111-4111-8111-111111111111")
        .env("RAKUTEN_ACCESS_KEY", "key")
        .env("DATABASE_URL", &base.url())
        .env("RAW_STORE", &raw.url());
    raw.environment().iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value))
}
