//! An account of AWS's, served by moto: a server of its own, since from some moment on it holds all who ask to their policies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use jobnet::clients::{HttpClient, Outgoing};
use serde_json::Value;
use tokio::process::Command;

use super::leash::Leash;
use super::{s3, tools};

const PATIENCE: Duration = Duration::from_secs(20);

/// The account, which ends with the test.
pub(crate) struct Account {
    endpoint: String,
    aws: PathBuf,
    _leash: Leash,
}

impl Account {
    /// An empty account, in which anybody may do anything; `None`, having said so, where there is no moto or no `aws`.
    pub(crate) async fn open() -> Option<Self> {
        let aws = tools::or_skip(tokio::task::spawn_blocking(tools::aws).await.expect("no panic"))?;
        let changed = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/aws");
        let (endpoint, leash) = tools::or_skip(s3::moto(tools::own_moto_server, changed).await)?;
        Some(Self { endpoint, aws, _leash: leash })
    }

    /// The process environment that leads to the account. The first `aws` knows the region by another name, and finds the
    /// files of who runs the tests even without `HOME`.
    pub(crate) fn env(&self) -> BTreeMap<&'static str, String> {
        let own = [
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_DEFAULT_OUTPUT", "json"),
        ];
        let own = own.map(|(name, value)| (name, value.to_owned()));
        s3::environment(&self.endpoint, s3::KEY).into_iter().chain(own).collect()
    }

    /// The program `aws`.
    pub(crate) fn program(&self) -> &Path {
        &self.aws
    }

    /// What `aws` answers, as JSON; null where it says nothing.
    pub(crate) async fn asks(&self, words: &[&str]) -> Value {
        let output = Command::new(&self.aws)
            .args(words)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.env())
            .stdin(Stdio::null())
            .output();
        let output = output.await.expect("aws starts");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        if output.stdout.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&output.stdout).expect("JSON")
        }
    }

    /// The process environment of who takes on a role. [`Account::obey`] holds them to its policies.
    pub(crate) async fn as_role(&self, name: &str) -> [(&'static str, String); 5] {
        let arn = format!("arn:aws:iam::123456789012:role/{name}");
        let words = ["sts", "assume-role-with-web-identity", "--role-session-name", "jobnet"];
        let who = ["--web-identity-token", "github", "--role-arn", &arn];
        let answer = self.asks(&[words, who].concat()).await;
        let credential = |name: &str| answer["Credentials"][name].as_str().expect(name).to_owned();
        [
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", credential("AccessKeyId")),
            ("AWS_SECRET_ACCESS_KEY", credential("SecretAccessKey")),
            ("AWS_SESSION_TOKEN", credential("SessionToken")),
        ]
    }

    /// Has all who ask be held to their policies from now on, or nobody
    /// (<https://docs.getmoto.org/en/latest/docs/iam.html>).
    pub(crate) async fn obey(&self, policies: bool) {
        let request = Outgoing {
            method: "POST".parse().expect("a method"),
            url: format!("{}/moto-api/reset-auth", self.endpoint).parse().expect("a URL"),
            headers: [("content-type".parse().expect("a name"), "text/plain".parse().expect("a value"))]
                .into_iter()
                .collect(),
            body: Some(if policies { "0" } else { "inf" }.into()),
        };
        let client = HttpClient::new(PATIENCE, None).expect("a client");
        assert_eq!(client.send(request, PATIENCE).await.expect("moto answers").status, 200);
    }
}
