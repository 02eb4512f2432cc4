//! A stand-in for GitHub's REST API of Actions that remembers: workflows that are started, runs that go on with every look
//! at them, and faults that a test orders.
//!
//! What it answers has the fields that our requests are made for, and those only; that the requests are GitHub's own is
//! checked against its description (`github_api/description.rs`).

mod routes;
mod runs;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

pub(crate) use self::runs::{Life, run};
use super::misbehaving::{Arrival, Reply, Server};
use super::{Ended, Jobnet};

/// The token that it accepts.
pub(crate) const TOKEN: &str = "ghp_the_token_of_the_tests";

/// What time it is there.
pub(crate) const DATE: &str = "Sat, 21 Nov 2026 10:00:00 GMT";

/// What the server makes of `return_run_details`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Details {
    /// It answers 200 with them.
    Given,
    /// It answers 204 without.
    Ignored,
    /// It refuses the request with this status.
    Refused(u16),
}

/// What is there.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) details: Details,
    /// The runs, oldest first; each is as the API gives it.
    pub(crate) runs: Vec<Value>,
    /// How those that are started go on.
    pub(crate) life: Life,
    /// The looks at the list after a start at which it does not show the new run yet.
    pub(crate) lag: usize,
    /// Runs that somebody else starts a moment after ours.
    pub(crate) others: Vec<Value>,
    /// The annotations of every check run: title and message.
    pub(crate) annotations: Vec<(u64, &'static str, &'static str)>,
    /// What happens to the next requests by that method whose path ends so.
    faults: VecDeque<(&'static str, &'static str, Fault)>,
    lives: Vec<(u64, Life)>,
}

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// It is answered with this, and has no effect.
    Refuse(Reply),
    /// It has its effect, and the connection is cut before the answer.
    CutAfter,
    /// The connection is cut, and it has no effect.
    CutBefore,
    /// It has its effect, and is answered with this.
    Disguise(Reply),
}

/// The API, which ends with the test.
pub(crate) struct GithubApi {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl GithubApi {
    /// A server with the workflows `etl.yml` and `batch-etl.yml`, which were never run.
    pub(crate) async fn start() -> Self {
        let state = State {
            details: Details::Given,
            runs: Vec::new(),
            life: Life::succeeding(),
            lag: 0,
            others: Vec::new(),
            annotations: Vec::new(),
            faults: VecDeque::new(),
            lives: Vec::new(),
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let server = Server::start(move |arrival| {
            let reply = answer(&mut shared.lock().expect("no test panics here"), &arrival);
            async { reply }
        });
        Self { server: server.await, state }
    }

    /// Where it is, as `GITHUB_API_URL`.
    pub(crate) fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// What is there, to be looked at or changed.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics here")
    }

    /// Orders a fault for the next request by that method whose path ends so.
    pub(crate) fn fail(&self, method: &'static str, path: &'static str, fault: Fault) {
        self.state().faults.push_back((method, path, fault));
    }

    /// Adds a run, and how it goes on.
    pub(crate) fn add(&self, run: Value, life: Life) {
        self.state().add(run, life);
    }

    /// `jobnet` with these arguments, a spec, and this API.
    pub(crate) fn jobnet<const N: usize>(&self, arguments: [&str; N]) -> Jobnet {
        let jobnet = Jobnet::new(arguments).file("jobnet.yaml", SPEC);
        self.env().into_iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, &value))
    }

    /// The process environment that leads to this API.
    pub(crate) fn env(&self) -> [(&'static str, String); 4] {
        [
            ("GITHUB_API_URL", self.server.base_url()),
            ("GITHUB_REPOSITORY", "shop/etl".to_owned()),
            ("GITHUB_TOKEN", TOKEN.to_owned()),
            ("JOBNET_POLL_INTERVAL", "2ms".to_owned()),
        ]
    }

    /// Runs it to its end. The token is in nothing that it says.
    pub(crate) async fn run<const N: usize>(&self, arguments: [&str; N]) -> Ended {
        let ended = self.jobnet(arguments).run().await;
        assert!(!ended.stdout.contains(TOKEN) && !ended.stderr.contains(TOKEN), "{ended:?}");
        ended
    }

    /// Runs it to its end in a step of GitHub Actions; also gives the step's outputs and its job summary.
    pub(crate) async fn step(&self, jobnet: Jobnet) -> (Ended, BTreeMap<String, String>, String) {
        let file = |name| jobnet.directory().join(name);
        let (outputs, summary) = (file("outputs"), file("summary.md"));
        let jobnet = jobnet
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_OUTPUT", outputs.to_str().expect("a path in UTF-8"))
            .env("GITHUB_STEP_SUMMARY", summary.to_str().expect("a path in UTF-8"));
        let ended = jobnet.run().await;
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        (ended, super::outputs(&read(outputs)), read(summary))
    }

    /// What arrived so far.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.server.arrivals()
    }

    /// The paths of what arrived by POST.
    pub(crate) fn posts(&self) -> Vec<String> {
        self.server.arrived("POST").into_iter().map(|arrival| arrival.path).collect()
    }

    /// How many runs there are.
    pub(crate) fn runs(&self) -> usize {
        self.state().runs.len()
    }

    /// A text without what differs from test to test.
    pub(crate) fn shown(&self, text: &str) -> String {
        text.replace(&self.server.base_url(), "[API]").replace("https://127.0.0.1/", "https://[HOST]/")
    }
}

/// A net of four stages in two environments of GitHub's and one of none.
pub(crate) const SPEC: &str = "\
jobnet: v1
name: shop-etl
apis: {shop: {base_url: https://shop.example}}
stages:
  ranking: {call: {get: /ranking}}
  genre: {needs: [ranking], call: {get: /genre}}
  tag: {needs: [ranking], call: {get: /tag}}
  item: {needs: [genre, tag], call: {get: /item}}
groups: {words: [genre, tag]}
environments: {local: {}, dev: {}, prod: {confirm: true}}
targets: {github: {out: .github/workflows/etl.yml, environments: [dev, prod]}}
";

fn answer(state: &mut State, arrival: &Arrival) -> Reply {
    if arrival.header("authorization") != format!("Bearer {TOKEN}") {
        return problem(401, "Bad credentials");
    }
    let hit =
        |(method, path, _): &(&str, &str, Fault)| *method == arrival.method && arrival.path.ends_with(path);
    let fault = state.faults.iter().position(hit).and_then(|at| state.faults.remove(at));
    let reply = match fault.map(|(_, _, fault)| fault) {
        Some(Fault::Refuse(reply)) => return reply,
        Some(Fault::CutBefore) => return Reply::Cut,
        Some(Fault::CutAfter) => {
            state.take(arrival);
            return Reply::Cut;
        }
        Some(Fault::Disguise(reply)) => {
            state.take(arrival);
            return reply;
        }
        None => state.take(arrival),
    };
    conditional(arrival, reply.header("date", DATE))
}

/// An answer with an ETag, or 304 to who has it already.
fn conditional(arrival: &Arrival, reply: Reply) -> Reply {
    let Reply::Answer { status: 200, body, .. } = &reply else { return reply };
    if arrival.method != "GET" {
        return reply;
    }
    let tag = format!("W/\"{}\"", jobnet::digest::sha256(body.as_bytes()));
    if arrival.header("if-none-match") == tag {
        return super::misbehaving::status(304).body("").header("etag", &tag);
    }
    reply.header("etag", &tag)
}

/// An error as GitHub words it.
pub(crate) fn problem(status: u16, message: &str) -> Reply {
    super::misbehaving::status(status).body(json!({"message": message}).to_string())
}
