//! The machine's own gcloud before a stand-in of Google's APIs, which remembers what was asked and what came of it.
//!
//! What the stand-in shows is that gcloud takes each command, and what it sends. Whether Google would agree to that is
//! not shown: the stand-in refuses only what is there already or is not there.

mod cloud;
mod cloud_run;
mod scheduler;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::process::Command;

use self::cloud::Cloud;
use super::misbehaving::{self, Arrival, Server};
use super::{Ended, tools};

/// gcloud and the stand-in that it speaks with, alone: nothing else can be reached, and no credentials are asked for.
pub(crate) struct Gcloud {
    server: Server,
    cloud: Arc<Mutex<Cloud>>,
    /// gcloud's configuration, and the home of the scripts.
    home: tempfile::TempDir,
}

/// A request of gcloud's.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// `europe-west1-run.gcloud.invalid`: Cloud Run's has the region before it, the others are the service's name.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    /// Null where there was none.
    pub(crate) body: Value,
}

/// The services that are stood in for, by the names that gcloud's properties have for them.
const SERVICES: [&str; 7] = [
    "artifactregistry",
    "cloudresourcemanager",
    "cloudscheduler",
    "iam",
    "run",
    "secretmanager",
    "serviceusage",
];

impl Gcloud {
    /// An empty cloud; `None`, and the test is said to be skipped, where the machine has no gcloud.
    pub(crate) async fn start() -> Option<Self> {
        tools::or_skip(tools::program("gcloud"))?;
        let cloud = Arc::new(Mutex::new(Cloud::default()));
        let asked = Arc::clone(&cloud);
        let server = Server::start(move |arrival| {
            let answer = asked.lock().expect("no test panics here").answer(&Request::of(&arrival));
            async { answer }
        });
        let home = tempfile::tempdir().expect("a temporary directory");
        Some(Self { server: server.await, cloud, home })
    }

    /// The machine's gcloud, which is there where [`Gcloud::start`] gave something.
    pub(crate) fn program() -> PathBuf {
        tools::program("gcloud").expect("it was found before")
    }

    /// Lets every execution of a job fail from now on.
    pub(crate) fn failing(&self, job: &str) {
        self.cloud().failing.insert(job.to_owned());
    }

    /// Lets a secret, service account, repository or project of this name not be there. All others are.
    pub(crate) fn missing(&self, name: &str) {
        self.cloud().missing.insert(name.to_owned());
    }

    /// What gcloud needs in its environment to speak with the stand-in, besides `PATH`.
    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let home = self.home.path().display().to_string();
        let proxy = self.server.base_url();
        // gcloud puts "REGION-" before the host of Cloud Run, so the hosts cannot be addresses: the stand-in is the proxy
        // of hosts that do not exist. Nothing listens on port 9.
        let nowhere = "http://127.0.0.1:9";
        let mut env: Vec<(String, String)> = SERVICES
            .iter()
            .map(|service| {
                let variable = format!("CLOUDSDK_API_ENDPOINT_OVERRIDES_{}", service.to_uppercase());
                (variable, format!("http://{service}.gcloud.invalid/"))
            })
            .collect();
        env.extend(
            [
                ("CLOUDSDK_CONFIG", &*home),
                ("HOME", &home),
                ("CLOUDSDK_AUTH_DISABLE_CREDENTIALS", "true"),
                ("CLOUDSDK_CORE_DISABLE_PROMPTS", "1"),
                ("CLOUDSDK_CORE_DISABLE_FILE_LOGGING", "true"),
                ("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true"),
                ("CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK", "true"),
                ("http_proxy", &proxy),
                ("HTTP_PROXY", &proxy),
                ("https_proxy", nowhere),
                ("HTTPS_PROXY", nowhere),
                ("no_proxy", ""),
                ("NO_PROXY", ""),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        env
    }

    /// Runs a script by bash in a directory, with nothing in its environment but [`Gcloud::env`], `PATH` and `more`. A
    /// command of gcloud's takes about two seconds.
    pub(crate) async fn run<const N: usize>(
        &self,
        directory: &Path,
        script: &str,
        arguments: [&str; N],
        more: &[(&str, &str)],
    ) -> Ended {
        let output = Command::new("bash")
            .arg(script)
            .args(arguments)
            .current_dir(directory)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.env())
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        Ended::from(output.await.expect("bash is there"))
    }

    /// All requests so far, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.server.arrivals().iter().map(Request::of).collect()
    }

    /// The requests so far that are not just questions.
    pub(crate) fn writes(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.method != "GET").collect()
    }

    /// What is there: `jobs`, `triggers` and `policies`, each by its name from `projects/` on, as it was sent, without what
    /// Google or gcloud add by themselves. Two of them are equal where nothing was changed in between.
    pub(crate) fn state(&self) -> Value {
        self.cloud().state()
    }

    /// The names of the jobs that were executed, in order.
    pub(crate) fn executed(&self) -> Vec<String> {
        self.cloud().executed()
    }

    fn cloud(&self) -> std::sync::MutexGuard<'_, Cloud> {
        self.cloud.lock().expect("no test panics here")
    }
}

impl Request {
    /// A proxy is asked with the whole URL in place of a path.
    fn of(arrival: &Arrival) -> Self {
        let url = arrival.path.trim_start_matches("http://");
        let (host, path) = url.split_at(url.find('/').unwrap_or(url.len()));
        Self {
            method: arrival.method.clone(),
            host: host.to_owned(),
            path: path.to_owned(),
            query: url::form_urlencoded::parse(arrival.query.as_bytes()).into_owned().collect(),
            body: if arrival.body.is_empty() { Value::Null } else { arrival.json() },
        }
    }

    /// The region that stands before the host of Cloud Run.
    fn region(&self) -> &str {
        self.host.split_once("-run.").map_or("", |(region, _)| region)
    }
}

/// An answer as Google gives it.
fn answered(answer: Result<Value, Refusal>) -> misbehaving::Reply {
    let reply = match answer {
        Ok(value) => misbehaving::json(value.to_string()),
        Err(Refusal { code, status, message }) => {
            let error = serde_json::json!({"error": {"code": code, "status": status, "message": message}});
            misbehaving::status(code).body(error.to_string())
        }
    };
    reply.header("content-type", "application/json")
}

/// Why the stand-in does not do what it is asked.
#[derive(Debug)]
struct Refusal {
    code: u16,
    status: &'static str,
    message: String,
}

impl Refusal {
    fn not_found(what: &str) -> Self {
        Self { code: 404, status: "NOT_FOUND", message: format!("Resource '{what}' was not found.") }
    }

    fn already_exists(what: &str) -> Self {
        Self { code: 409, status: "ALREADY_EXISTS", message: format!("Resource '{what}' already exists.") }
    }

    fn unknown(request: &Request) -> Self {
        let message = format!("the stand-in knows no {} {}{}", request.method, request.host, request.path);
        // Not 501, as which gcloud would ask again and again.
        Self { code: 400, status: "INVALID_ARGUMENT", message }
    }
}
