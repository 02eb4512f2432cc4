//! What a large net costs to configure engines with: a spec of 1,000 stages is read, its plans are decided, and the files
//! of all targets are rendered, against a limit.
//!
//! `cargo bench --bench render` prints each step and fails above the limit.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench prints its figures, and what it cannot measure ends it"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jobnet::diag::{Findings, Source};
use jobnet::plan::{self, Plans};
use jobnet::spec::{self, Spec};
use jobnet::targets::{self, FileSet, Origin, Target};

const CHAINS: usize = 100;
const LENGTH: usize = 10;
/// The best of so many runs counts: what else the machine does is not the net's fault.
const RUNS: usize = 7;
const LIMIT: Duration = Duration::from_millis(200);

fn main() {
    let text = spec_text();
    let origin = Origin { file: "jobnet.yaml".to_owned(), spec: text.clone(), ..Origin::default() };
    let steps: Vec<_> = (0..RUNS).map(|_| run(&text, &origin)).collect();
    let best = steps.iter().min_by_key(|steps| steps.iter().map(|(_, time)| *time).sum::<Duration>());
    let best = best.expect("there are runs");
    for (step, time) in best {
        println!("{step:12} {:>7.1} ms", time.as_secs_f64() * 1e3);
    }
    let whole: Duration = best.iter().map(|(_, time)| *time).sum();
    println!("{:12} {:>7.1} ms, limit {} ms", "in all", whole.as_secs_f64() * 1e3, LIMIT.as_millis());
    assert!(whole <= LIMIT, "it takes too long");
}

/// The steps of one run, with how long each took.
fn run(text: &str, origin: &Origin) -> Vec<(String, Duration)> {
    let mut steps = Vec::new();
    let spec = timed(&mut steps, "parse", || parse(text));
    let plans = timed(&mut steps, "resolve", || resolve(&spec));
    for target in targets::targets(&plans) {
        let set = timed(&mut steps, target.key(), || render(target, &plans, origin));
        assert!(!set.files.is_empty(), "{target} has no files");
    }
    steps
}

fn timed<T>(steps: &mut Vec<(String, Duration)>, step: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    steps.push((step.to_owned(), began.elapsed()));
    done
}

fn parse(text: &str) -> Spec {
    let (spec, findings) = spec::parse(Source::new("jobnet.yaml", text));
    good(&findings);
    spec.expect("a spec")
}

fn resolve(spec: &Spec) -> Plans {
    let (plans, findings) = plan::resolve(spec);
    good(&findings);
    plans.expect("plans")
}

fn render(target: Target, plans: &Plans, origin: &Origin) -> FileSet {
    targets::render(target, plans, origin).unwrap_or_else(|findings| {
        good(&findings);
        panic!("{target} renders nothing and says nothing")
    })
}

fn good(findings: &Findings) {
    assert!(!findings.has_errors(), "{:#?}", findings.sorted());
}

/// Chains of stages: pages are carried on, worked upon stage after stage, and the end is told.
fn spec_text() -> String {
    let mut text = "\
jobnet: v1
name: warehouse
timezone: Europe/Berlin
schedule: \"0 3 * * *\"
vars: {API_BASE: https://shop.example, BATCH: 200}
secrets: [API_TOKEN]
apis: {shop: {base_url: \"${API_BASE}\", auth: {bearer: \"${API_TOKEN}\"}, retry: {attempts: 3}}}
defaults: {timeout: 30m}
stages:
"
    .to_owned();
    for chain in 0..CHAINS {
        for link in 0..LENGTH {
            let _ = writeln!(text, "  load-{chain}-{link}:");
            if link == 0 {
                let _ = writeln!(
                    text,
                    "    flow:\n      from: {{get: /orders/{chain}, items: .items, next: {{cursor: .next, param: cursor}}}}\n      \
                     select: .changed\n      to: {{post: /load, batch: \"${{BATCH}}\", body: '{{ids: map(.id)}}'}}"
                );
            } else {
                let (before, offset) = (link - 1, link * 5);
                let _ = writeln!(
                    text,
                    "    needs: [load-{chain}-{before}]\n    offset: {offset}m\n    call: {{post: /items/{chain}/{link}, body: '{{limit: 200}}', counts: {{done: .done}}}}"
                );
            }
        }
    }
    text.push_str(
        "\
environments: {dev: {schedule: \"0 4 * * *\"}, prod: {}}
targets:
  github: {out: .github/workflows/warehouse.yml, environments: [dev, prod], default_environment: dev}
  kubernetes: {out: k8s, environments: [dev, prod], image: ghcr.io/your-org/warehouse, tags: {dev: v1, prod: v1}, secret: warehouse}
  cloud_run: {out: deploy, environments: [dev, prod], project: shop, service_account: net, region: us-central1, image: gcr.io/shop/warehouse, name_suffix: \"-{env}\"}
",
    );
    text
}
