//! Random specs: most of them good, some with faults that must be found and never end the process.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The file that stages of SQL read.
pub(crate) const SQL_FILE: &str = "sql/load.sql";

/// A spec as text.
#[derive(Debug, Clone)]
pub(crate) struct RandomSpec {
    pub(crate) text: String,
}

/// One stage before it is written down.
#[derive(Debug, Clone)]
struct Stage {
    needs: Vec<Index>,
    work: &'static str,
    schedule: Option<&'static str>,
    keys: &'static str,
}

/// What is the whole net's.
#[derive(Debug, Clone)]
struct Head {
    zone: &'static str,
    schedule: Option<&'static str>,
    /// How many minutes a stage starts after those that it needs, on engines that know no order.
    step: u32,
    /// True where stages have schedules of their own.
    has_own_schedules: bool,
}

/// One environment before it is written down.
#[derive(Debug, Clone)]
struct Environment {
    schedule: Option<&'static str>,
    batch: Option<u32>,
}

const WORK: [&str; 5] = [
    "call: {post: /load, body: '{limit: $vars.BATCH}', counts: {done: .done}}",
    "call: {get: /orders}",
    "flow: {from: {get: /items, items: .items}, select: .changed, to: {post: /load, batch: 50, body: '{ids: map(.id)}'}}",
    "sql: {database: main, file: sql/load.sql}",
    "sql: {database: main, query: \"delete from orders where done\"}",
];

/// Work that not every engine can do.
const COMMANDS: [&str; 2] = [
    "exec: {command: [tool, --batch, \"${BATCH}\"], secrets: [API_TOKEN]}",
    "exec: {command: \"tool 'it is' --all\", vars: [BATCH]}",
];

const KEYS: [&str; 5] = [
    "",
    "timeout: 20m",
    "timeout: 5m\nretries: 2",
    "history: {succeeded: 1, failed: 5}\nsuspend: true",
    "fail_above: 5%\ndescription: \"What it's for: #1\"",
];

/// What not every engine can do.
const HARD_KEYS: [&str; 3] = ["overlap: forbid", "overlap: queue", "start_within: 10m"];

/// Schedules that fire at least five minutes apart, as every engine can, and some that few can.
const SCHEDULES: [&str; 10] = [
    "*/15 * * * *",
    "*/30 * * * *",
    "7 * * * *",
    "30 2 * * *",
    "0 3 * * 6",
    "15 4 1 * *",
    "5,35 8-18 * * 1-5",
    "45 23 * * *",
    "0 */6 * * *",
    "manual",
];

const ZONES: [&str; 5] = ["UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];

const TARGETS: [&str; 3] = [
    "github: {out: .github/workflows/net.yml, environments: [ENV], default_environment: ENV}",
    "kubernetes: {out: k8s, environments: [ENVS], image: ghcr.io/your-org/net, tags: {TAGS}, secret: net}",
    "cloud_run: {out: deploy/run, environments: [ENVS], project: shop, service_account: net, region: us-central1, image: gcr.io/shop/net, name_suffix: \"-{env}\"}",
];

/// Something that is wrong, in place of something that is right.
const FAULTS: [(&str, &str); 8] = [
    ("name: net", "name: Net!"),
    ("/load", "/load/${NOWHERE}"),
    ("offset: ", "offset: -"),
    ("out: k8s", "out: /k8s"),
    ("out: deploy/run", "out: ../deploy/../run"),
    ("needs: [", "needs: [nobody, "),
    ("sql/load.sql", "sql/gone.sql"),
    ("* * *", "* * 9"),
];

fn head() -> impl Strategy<Value = Head> {
    let schedule = proptest::option::weighted(0.9, select(&SCHEDULES[..]));
    let step = prop_oneof![16 => Just(5), 1 => Just(0), 3 => 1..40u32];
    (select(&ZONES[..]), schedule, step, proptest::bool::weighted(0.2)).prop_map(
        |(zone, schedule, step, has_own_schedules)| Head { zone, schedule, step, has_own_schedules },
    )
}

fn stage() -> impl Strategy<Value = Stage> {
    let needs = proptest::collection::vec(any::<Index>(), 0..3);
    let work = prop_oneof![40 => select(&WORK[..]), 1 => select(&COMMANDS[..])];
    let keys = prop_oneof![40 => select(&KEYS[..]), 1 => select(&HARD_KEYS[..])];
    let schedule = proptest::option::weighted(0.3, select(&SCHEDULES[..]));
    (needs, work, schedule, keys).prop_map(|(needs, work, schedule, keys)| Stage {
        needs,
        work,
        schedule,
        keys,
    })
}

fn environment() -> impl Strategy<Value = Environment> {
    let schedule = proptest::option::of(select(&SCHEDULES[..]));
    (schedule, proptest::option::of(1..500u32)).prop_map(|(schedule, batch)| Environment { schedule, batch })
}

/// Specs of 1 to 12 stages that need each other as they may, in 1 to 3 environments, with 1 to 3 targets.
pub(crate) fn random_spec() -> impl Strategy<Value = RandomSpec> {
    let stages = proptest::collection::vec(stage(), 1..=12);
    let environments = proptest::collection::vec(environment(), 1..=3);
    let targets = proptest::sample::subsequence(&TARGETS[..], 1..=3);
    let fault = proptest::option::weighted(0.1, select(&FAULTS[..]));
    (head(), stages, environments, targets, fault).prop_map(|(head, stages, environments, targets, fault)| {
        let mut text = written(&head, &stages, &environments, &targets);
        if let Some((right, wrong)) = fault {
            text = text.replacen(right, wrong, 1);
        }
        RandomSpec { text }
    })
}

fn written(head: &Head, stages: &[Stage], environments: &[Environment], targets: &[&str]) -> String {
    let mut text = format!("jobnet: v1\nname: net\ntimezone: {}\n", head.zone);
    if let Some(schedule) = head.schedule {
        let _ = writeln!(text, "schedule: \"{schedule}\"");
    }
    text.push_str(
        "\
vars: {BATCH: 200}
secrets: [API_TOKEN, DATABASE_URL]
apis: {shop: {base_url: https://shop.example, auth: {bearer: \"${API_TOKEN}\"}}}
databases: {main: \"${DATABASE_URL}\"}
stages:
",
    );
    // How many stages come before one at least; offsets that grow with it keep the order of the needs.
    let mut depths: Vec<u32> = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        let needs: std::collections::BTreeSet<usize> =
            if index == 0 { [].into() } else { stage.needs.iter().map(|need| need.index(index)).collect() };
        let depth = needs.iter().map(|need| depths[*need] + 1).max().unwrap_or(0);
        depths.push(depth);
        let needs: Vec<String> = needs.iter().map(|need| format!("stage-{need}")).collect();
        let _ = writeln!(text, "  stage-{index}:\n    {}", stage.work);
        if !needs.is_empty() {
            let _ = writeln!(text, "    needs: [{}]", needs.join(", "));
        }
        if head.step * depth > 0 {
            let _ = writeln!(text, "    offset: {}m", depth * head.step);
        }
        if let Some(schedule) = stage.schedule.filter(|_| head.has_own_schedules) {
            let _ = writeln!(text, "    schedule: \"{schedule}\"");
        }
        stage.keys.lines().for_each(|line| {
            let _ = writeln!(text, "    {line}");
        });
    }
    text.push_str("environments:\n");
    let names: Vec<&str> = ["dev", "stage", "prod"].into_iter().take(environments.len()).collect();
    for (name, environment) in names.iter().zip(environments) {
        let schedule = environment.schedule.map(|schedule| format!("schedule: \"{schedule}\""));
        let batch = environment.batch.map(|batch| format!("vars: {{BATCH: {batch}}}"));
        let keys: Vec<String> = schedule.into_iter().chain(batch).collect();
        let _ = writeln!(text, "  {name}: {{{}}}", keys.join(", "));
    }
    text.push_str("targets:\n");
    for target in targets {
        let tags: Vec<String> = names.iter().map(|name| format!("{name}: v1")).collect();
        let target = target.replace("ENVS", &names.join(", ")).replace("TAGS", &tags.join(", "));
        let _ = writeln!(text, "  {}", target.replace("ENV", names[0]));
    }
    text
}
