//! S3's protocol, served by moto: a bucket for every test, in one server of the process.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use tokio::sync::OnceCell;

use super::leash::Leash;
use super::s3_faults::Faults;
use super::tools;

/// Runs the server until stdin ends. Nothing but the server holds the pipe of its output, so that its end is seen.
const SERVE: &str =
    r#"PYTHONPATH="$2" "$1" -H 127.0.0.1 -p 0 2>&1 & exec >/dev/null; read -r _; kill $!; wait $!"#;

/// Who asks moto, which takes any.
pub(super) const KEY: &str = "test";

struct Server {
    endpoint: String,
    buckets: AtomicU32,
    _leash: Leash,
}

impl Server {
    /// The error says what is missing.
    async fn start() -> Result<Self, String> {
        let (endpoint, leash) = moto(tools::moto_server, "").await?;
        Ok(Self { endpoint, buckets: AtomicU32::new(1), _leash: leash })
    }
}

/// A new server of this program, and the URL that it has. Python looks for modules in `python_path` first. The error says
/// what is missing.
pub(super) async fn moto(
    program: fn() -> Result<PathBuf, String>,
    python_path: &'static str,
) -> Result<(String, Leash), String> {
    tokio::task::spawn_blocking(move || {
        let program = program()?;
        let held = Leash::hold(SERVE, &[&program.to_string_lossy(), python_path], None, "Running on");
        let (leash, line) = held.expect("moto starts");
        Ok((line.split_whitespace().last().expect("it has a URL").to_owned(), leash))
    })
    .await
    .expect("no panic")
}

/// A test's own bucket.
pub(crate) struct Bucket {
    endpoint: String,
    name: String,
    /// The credentials: an access key's id, and its secret as well.
    key: &'static str,
}

/// The store that all tests share.
pub(crate) struct S3;

impl S3 {
    /// A new, empty bucket; `None`, having said so, where there is no moto.
    pub(crate) async fn bucket() -> Option<Bucket> {
        static SHARED: OnceCell<Result<Server, String>> = OnceCell::const_new();
        let server = tools::or_skip(SHARED.get_or_init(Server::start).await.as_ref())?;
        let name = format!("bucket-{}", server.buckets.fetch_add(1, Ordering::Relaxed));
        let bucket = Bucket { endpoint: server.endpoint.clone(), name, key: KEY };
        bucket.client().create_bucket().bucket(&bucket.name).send().await.expect("a new bucket");
        Some(bucket)
    }
}

impl Bucket {
    /// A bucket of another server, for who asks with this key.
    pub(super) fn at(endpoint: String, name: &str, key: &'static str) -> Self {
        Self { endpoint, name: name.to_owned(), key }
    }

    /// `bucket-…`
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The server's URL.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A place in the bucket: `s3://bucket-…/prefix`.
    pub(crate) fn url(&self) -> String {
        format!("s3://{}/prefix", self.name)
    }

    /// The process environment that leads to the server.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        environment(&self.endpoint, self.key)
    }

    /// A proxy before the server, which answers wrongly what the test says.
    pub(crate) async fn faults(&self) -> Faults {
        Faults::before(&self.endpoint).await
    }

    /// Writes an object, past jobnet.
    pub(crate) async fn put(&self, key: &str, body: &[u8]) {
        let put = self.client().put_object().bucket(&self.name).key(key).body(body.to_vec().into());
        put.send().await.expect("the object is written");
    }

    /// All objects, by their whole keys.
    pub(crate) async fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let client = self.client();
        let mut pages = client.list_objects_v2().bucket(&self.name).into_paginator().send();
        let mut objects = BTreeMap::new();
        while let Some(page) = pages.next().await {
            for object in page.expect("a list").contents() {
                let key = object.key().expect("an object has a key");
                let read = client.get_object().bucket(&self.name).key(key).send().await.expect("an object");
                let body = read.body.collect().await.expect("a body").to_vec();
                objects.insert(key.to_owned(), body);
            }
        }
        objects
    }

    fn client(&self) -> Client {
        let credentials = Credentials::builder()
            .access_key_id(self.key)
            .secret_access_key(self.key)
            .provider_name("test")
            .build();
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.endpoint)
            .force_path_style(true)
            .region(Region::from_static("us-east-1"))
            .credentials_provider(credentials)
            .http_client(aws_smithy_http_client::Builder::new().build_http());
        Client::from_conf(config.build())
    }
}

pub(super) fn environment(endpoint: &str, key: &str) -> [(&'static str, String); 4] {
    [
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_ACCESS_KEY_ID", key.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", key.to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
    ]
}
