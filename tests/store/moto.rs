//! To be replaced by what the tests share to start an S3 server.

use std::process::Stdio;
use std::time::Duration;

use aws_config::{ConfigLoader, Region};
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::config::retry::RetryConfig;
use jobnet::clients::{Store, StoreUrl, aws_loader};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::common::is_there;

/// A server that speaks S3, with the bucket `my-bucket`. It ends with the test.
pub(super) struct Moto {
    url: String,
    _process: Child,
}

impl Moto {
    /// Nothing where the program is not there.
    pub(super) async fn start(test: &str) -> Option<Self> {
        if !is_there("moto_server", test) {
            return None;
        }
        let mut process = Command::new("moto_server")
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let url = loop {
            let line = lines.next_line().await.unwrap().expect("moto says where it is");
            if let Some((_, url)) = line.split_once("Running on ") {
                break url.to_owned();
            }
        };
        // A pipe that nobody reads would stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let moto = Self { url, _process: process };
        let client = aws_sdk_s3::Client::new(&loader(&moto.url).load().await);
        client.create_bucket().bucket("my-bucket").send().await.unwrap();
        Some(moto)
    }

    pub(super) async fn store(&self, url: &str) -> Store {
        store_at(url, loader(&self.url)).await
    }
}

/// jobnet's way to ask, with waits as short as can be, and with credentials that a test gives.
pub(super) fn loader(endpoint: &str) -> ConfigLoader {
    aws_loader(None)
        .unwrap()
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::for_tests())
        .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::ZERO))
}

pub(super) async fn store_at(url: &str, loader: ConfigLoader) -> Store {
    let StoreUrl::S3(location) = StoreUrl::parse(url).unwrap() else { panic!("{url} is not in S3") };
    Store::s3(&location, &loader.load().await).unwrap()
}
