//! Runs the library in the test's own process, where a test may set the clock and ask for a stop.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jobnet::diag::Source;
use jobnet::plan::{self, Selector};
use jobnet::policy::{Backoff, Retry};
use jobnet::run::{
    self, Clock, Connections, Event, Files, Identity, Net, RequestLine, SpecFiles, Stop, StopReason,
    SummaryLine,
};
use jobnet::secret::Masker;
use jobnet::spec;
use serde::Serialize;
use tokio::sync::mpsc;

use super::Ended;

/// A spec without files beside it.
struct NoFiles;

impl Files for NoFiles {
    fn open(&self, _: &str) -> io::Result<Box<dyn BufRead + Send>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, _: &str) -> io::Result<Vec<String>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn base(&self) -> &Path {
        Path::new("")
    }
}

/// A run of a spec's stages in environment `local`.
pub(crate) struct InProcess {
    spec: String,
    selector: Selector,
    environment: BTreeMap<String, String>,
    clock: Clock,
    stop: Stop,
    stage_retry: Retry,
    stop_at: fn(&Event) -> bool,
}

impl InProcess {
    /// All stages of a spec, at this time.
    pub(crate) fn at(time: &str, spec: &str) -> Self {
        let time: Timestamp = time.parse().expect("a time");
        Self {
            spec: spec.to_owned(),
            selector: Selector::All,
            environment: BTreeMap::new(),
            clock: Arc::new(move || time),
            stop: Stop::default(),
            stage_retry: run::stage_retry(0),
            stop_at: |_| false,
        }
    }

    /// Only these stages.
    pub(crate) fn stages<const N: usize>(mut self, words: [&str; N]) -> Self {
        self.selector = Selector::Words(words.map(str::to_owned).to_vec());
        self
    }

    /// Sets what the run takes for a process environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Tells the time otherwise.
    pub(crate) fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Lets the test stop it.
    pub(crate) fn stop(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    /// Runs a stage again, up to so many times, after this wait.
    pub(crate) fn stage_retry(mut self, retries: u32, wait: Duration) -> Self {
        self.stage_retry = Retry { backoff: Backoff::Steps(vec![wait]), ..run::stage_retry(retries) };
        self
    }

    /// Asks for a stop at the first event of this kind.
    pub(crate) fn stop_at(mut self, is_it: fn(&Event) -> bool) -> Self {
        self.stop_at = is_it;
        self
    }

    /// Runs it to its end, and gives out what the binary would have.
    pub(crate) async fn run(self) -> Ended {
        let (spec, findings) = spec::parse(Source::new("jobnet.yaml", self.spec));
        assert!(!findings.has_errors(), "{findings:?}");
        let (plans, findings) = plan::resolve(&spec.expect("a spec"));
        assert!(!findings.has_errors(), "{findings:?}");
        let plan = &plans.expect("plans").environments["local"];
        let selection = plan.select(&self.selector).expect("a selection");
        let stages: Vec<&str> = selection.stages.iter().map(|(name, _)| name.as_str()).collect();
        let values = plan.values(&stages, &[], &|name| self.environment.get(name).cloned()).expect("values");
        let files: SpecFiles = Arc::new(NoFiles);
        let masker = Masker::default();
        let connections = Connections::bind(plan, &stages, &values, &*files, None, NonZeroU32::MIN, &masker)
            .expect("connections");
        let (events, mut listener) = mpsc::unbounded_channel();
        let net = Net {
            plan,
            selection: &selection,
            values: &values,
            connections,
            files,
            identity: Identity {
                net: plan.net.clone(),
                env: "local".to_owned(),
                run_id: "run".to_owned(),
                job_start_at: (self.clock)(),
            },
            clock: self.clock,
            stop: self.stop.clone(),
            key_salt: String::new(),
            dry_run: false,
            stage_retry: self.stage_retry,
            environment: Vec::new(),
            masker: Masker::default(),
            events,
        };
        let mut stdout = String::new();
        let listening = async {
            while let Some(event) = listener.recv().await {
                if (self.stop_at)(&event) {
                    self.stop.ask(StopReason::Terminated);
                }
                match event {
                    Event::Request(request) => {
                        push(&mut stdout, &RequestLine::of(&request, &Masker::default()))
                    }
                    Event::AttemptFinished(summary) | Event::StageFinished(summary) => {
                        push(&mut stdout, &SummaryLine::of(&summary, &Masker::default()));
                    }
                    Event::StageStarted { .. }
                    | Event::Output { .. }
                    | Event::Picked { .. }
                    | Event::DryRun { .. }
                    | Event::Resumed { .. }
                    | Event::Continued { .. }
                    | Event::Warning { .. }
                    | Event::Waiting(_) => {}
                }
            }
        };
        let (ended, ()) = tokio::join!(run::run(net), listening);
        let code = ended.expect("a run").code();
        Ended { code: Some(code.into()), stdout, stderr: String::new() }
    }
}

fn push(text: &mut String, line: &impl Serialize) {
    text.push_str(&serde_json::to_string(line).expect("JSON"));
    text.push('\n');
}
