//! The example `batch-etl` against the sandbox's shop: on SQLite with a directory, and on PostgreSQL with S3.

mod again;
mod changes;
mod parts;
mod recovery;
mod side_by_side;
mod thresholds;

use std::collections::{BTreeMap, BTreeSet};

use jobnet_sandbox::{Options, Sandbox, Shop};
use serde_json::Value;
use tempfile::TempDir;

use crate::common::base::Base;
use crate::common::files::{copy, example, visible};
use crate::common::s3::{Bucket, S3};
use crate::common::{Ended, Jobnet};

/// The stages that need one another, in their order.
const STAGES: [&str; 5] = ["ranking", "item", "genre", "tag", "is_active"];

/// Every table with the text that tells one of its rows from another, and what may change in it.
const TABLES: [(&str, &str, &str); 5] = [
    ("stg_ranking", "genre_id || ' ' || rank", "''"),
    ("stg_item", "item_code", "coalesce(cast(is_active as text), '')"),
    ("stg_item_tag", "item_code || ' ' || tag_id", "''"),
    ("stg_genre", "genre_id", "''"),
    ("stg_tag", "tag_id", "''"),
];

/// Where the raw pages are.
enum Store {
    Directory(TempDir),
    Bucket(Bucket),
}

/// A copy of the example beside a shop, with a database and a store of its own.
struct Etl {
    directory: TempDir,
    sandbox: Sandbox,
    base: Base,
    store: Store,
}

impl Etl {
    /// Beside a shop that is set up so. `None`, having said so, where the store cannot be.
    async fn open(base: Base, options: Options) -> Option<Self> {
        let store = match base {
            Base::Sqlite { .. } => Store::Directory(tempfile::tempdir().unwrap()),
            Base::Postgres(_) => Store::Bucket(S3::bucket().await?),
        };
        let directory = tempfile::tempdir().unwrap();
        copy(&example("batch-etl"), directory.path());
        let sandbox = Sandbox::start(options).await.unwrap();
        Some(Self { directory, sandbox, base, store })
    }

    fn shop(&self) -> &Shop {
        self.sandbox.shop()
    }

    /// `jobnet run` in the environment `dev`.
    fn jobnet<const N: usize>(&self, arguments: [&str; N]) -> Jobnet {
        self.jobnet_in("dev", arguments)
    }

    /// `jobnet run` in an environment.
    fn jobnet_in<const N: usize>(&self, env: &str, arguments: [&str; N]) -> Jobnet {
        let spec = self.directory.path().join("jobnet.yaml");
        let jobnet = Jobnet::new(["run", "--env", env, "--spec", spec.to_str().unwrap()])
            .arguments(arguments)
            .env("DATABASE_URL", &self.base.url())
            .env("RAKUTEN_BASE", &format!("{}/rakuten", self.sandbox.base_url()))
            .env("RAKUTEN_RATE", "1000/s")
            .env("RAKUTEN_APP_ID", "5f3c2f4e-3c5b-4e0e-9a51-0d8f8a1f6f11")
            .env("RAKUTEN_ACCESS_KEY", "key");
        match &self.store {
            Store::Directory(directory) => {
                jobnet.env("RAW_STORE", &format!("file:{}", directory.path().display()))
            }
            Store::Bucket(bucket) => bucket
                .environment()
                .iter()
                .fold(jobnet.env("S3_BUCKET_RAW", bucket.name()), |jobnet, (name, value)| {
                    jobnet.env(name, value)
                }),
        }
    }

    async fn run<const N: usize>(&self, arguments: [&str; N]) -> Ended {
        self.jobnet(arguments).run().await
    }

    /// Runs the whole net, which succeeds.
    async fn run_all(&self) -> Ended {
        let ended = self.run(["--all"]).await;
        assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
        ended
    }

    /// The kept pages, by their keys.
    async fn pages(&self) -> BTreeMap<String, Vec<u8>> {
        let mut objects = match &self.store {
            Store::Directory(directory) => visible(directory.path()),
            Store::Bucket(bucket) => bucket.objects().await,
        };
        objects.retain(|key, _| !key.contains("_manifests/"));
        objects
    }

    /// Every row of every table by its table and key, with what tells whether it was written again: its content's hash,
    /// when and by which run it was saved and, where the database has it, the version of the row.
    async fn rows(&self) -> BTreeMap<String, String> {
        let version = match self.base {
            Base::Sqlite { .. } => "''",
            Base::Postgres(_) => "cast(xmin as text) || cast(ctid as text)",
        };
        let mut rows = BTreeMap::new();
        for (table, key, more) in TABLES {
            let stamps = format!("content_hash, cast(saved_at as text), run_id, {more}, {version}");
            for row in self.base.rows(&format!("select '{table} ' || {key}, {stamps} from {table}")).await {
                let (key, stamps) = row.split_once('|').unwrap();
                rows.insert(key.to_owned(), stamps.to_owned());
            }
        }
        rows
    }

    /// The one text that a query gives.
    async fn text(&self, query: &str) -> String {
        self.base.rows(query).await.concat()
    }

    /// How many rows there are of a table and a condition.
    async fn count(&self, rows: &str) -> usize {
        self.text(&format!("select cast(count(*) as text) from {rows}")).await.parse().unwrap()
    }
}

/// The keys of what is in one of both alone, or differs.
fn differing<V: PartialEq>(before: &BTreeMap<String, V>, after: &BTreeMap<String, V>) -> Vec<String> {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    keys.into_iter().filter(|&key| before.get(key) != after.get(key)).cloned().collect()
}

/// A shop of two genres with 18 and 72 ranks, some of the items in both.
fn two_genres() -> Options {
    Options { shop_genres: 2, ..Options::default() }
}

/// A shop with one genre of a hundred items, so that each is one per cent.
fn a_hundred_items() -> Options {
    Options { shop_genres: 1, shop_items: 200, ..Options::default() }
}

/// The ids of the first ranked genres of every shop.
const FIRST: u64 = 100_101;
const SECOND: u64 = 100_102;

/// What a stage counted.
fn counted(ended: &Ended, stage: &str, name: &str) -> u64 {
    ended.summary(stage)["metrics"][name].as_u64().unwrap_or_else(|| panic!("{stage} counts no {name}"))
}

/// How the stages ended, in their order.
fn outcomes(ended: &Ended) -> [String; 5] {
    STAGES.map(|stage| match &ended.summary(stage)["outcome"] {
        Value::String(outcome) => outcome.clone(),
        other => panic!("{stage} ended {other}"),
    })
}
