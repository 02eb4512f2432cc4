//! GitHub's own description of its REST API (`@octokit/openapi`), and Prism, which holds requests to it.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use jobnet::clients::{HttpClient, Outgoing};
use serde_json::Value;

use super::leash::Leash;
use super::misbehaving::Arrival;
use super::tools;

/// What our requests are about.
const PATHS: [&str; 8] = [
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/actions/",
    "/repos/{owner}/{repo}/branches/{branch}/protection",
    "/repos/{owner}/{repo}/check-suites/",
    "/repos/{owner}/{repo}/check-runs/",
    "/repos/{owner}/{repo}/commits/{ref}",
    "/repos/{owner}/{repo}/environments/{environment_name}",
    "/user",
];

const PATIENCE: Duration = Duration::from_mins(1);

/// Serves the description until its input ends: `$1` is node, `$2` Prism, `$3` the description.
const SERVE: &str =
    "\"$1\" \"$2\" mock --host 127.0.0.1 --port 0 \"$3\" 2>&1 & exec >/dev/null; read -r _; kill $!; wait $!";

/// A server that knows which requests GitHub understands. It remembers nothing.
pub(crate) struct Description {
    base: String,
    _leash: Leash,
}

impl Description {
    /// The server, started once; `None`, and said by the test's name, where it cannot be had.
    pub(crate) fn get() -> Option<&'static Self> {
        static SERVER: OnceLock<Result<Description, String>> = OnceLock::new();
        tools::or_skip(SERVER.get_or_init(Self::start).as_ref())
    }

    fn start() -> Result<Self, String> {
        let (node, directory) = tools::prism()?;
        let modules = directory.join("node_modules");
        let description = Path::new(env!("CARGO_TARGET_TMPDIR")).join("github-description.json");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/github_description/subset.mjs");
        let made = Command::new(&node).arg(script).args([&modules, &description]).args(PATHS).output();
        let made = made.expect("node starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let prism = modules.join("@stoplight/prism-cli/dist/index.js");
        let words = [&node, &prism, &description].map(|path| path.to_str().expect("a path in UTF-8"));
        let (leash, line) = Leash::hold(SERVE, &words, None, "Prism is listening on")?;
        let base = line.split_whitespace().find(|word| word.starts_with("http://")).expect("its address");
        Ok(Self { base: base.to_owned(), _leash: leash })
    }

    /// What GitHub would object to in a request; empty where there is nothing.
    pub(crate) async fn objections(&self, arrival: &Arrival) -> String {
        let url = format!("{}{}?{}", self.base, arrival.path, arrival.query);
        // What GitHub asks to be told to accept, its description calls by its general name.
        let sent = ["authorization", "content-type", "x-github-api-version"];
        let headers = sent.into_iter().filter_map(|name| Some((name, arrival.headers.get(name)?)));
        let request = Outgoing {
            method: arrival.method.parse().expect("a method"),
            url: url.parse().expect("a URL"),
            headers: headers
                .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
                .collect(),
            body: Some(arrival.bytes.clone().into()).filter(|_| !arrival.bytes.is_empty()),
        };
        let client = HttpClient::new(PATIENCE, None).expect("a client");
        let answer = client.send(request, PATIENCE).await.expect("Prism answers");
        let body = String::from_utf8_lossy(&answer.body);
        if answer.status >= 400 {
            return format!("{} {body}", answer.status);
        }
        let violations = answer.headers.get("sl-violations").map_or(&b"[]"[..], |value| value.as_bytes());
        let violations: Vec<Value> = serde_json::from_slice(violations).expect("a list");
        // GitHub's own examples of answers are not always what it describes.
        let of_request = violations.iter().filter(|violation| violation["location"][0] == "request");
        of_request.map(Value::to_string).collect()
    }
}
