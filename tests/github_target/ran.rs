//! The command net runs under act, on this machine, by the real jobnet.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::act::{Act, Ran};
use crate::common::files::{copy, example, program};

/// What stands for an action that sets up something which is there.
const NOTHING: &str = "name: nothing
description: what it sets up is there
runs: {using: composite, steps: [{shell: bash, run: 'true'}]}
";

/// What stands for Python: it writes down which job it was to run with what, and fails where it is told to.
const PYTHON: &str = "here=$(dirname \"$0\")
stage=${2#collector.jobs.}
stage=${stage%_job}
echo \"$stage $4 ${S3_BUCKET_RAW_DEV-none} ${S3_BUCKET_RAW_PROD-none}\" >> \"$here/log\"
echo \"$JOBNET_RUN_ID $JOBNET_JOB_START_AT\" >> \"$here/runs\"
! test -e \"$here/fail-$stage\"";

/// A machine on which the command net can run.
struct Machine {
    directory: tempfile::TempDir,
    tree: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { directory: tempfile::tempdir().unwrap(), tree: tempfile::tempdir().unwrap() };
        copy(&example("batch-etl-commands"), machine.tree.path());
        program(machine.path(), "python", PYTHON);
        program(machine.path(), "pip", "");
        machine.action("nothing/action.yml", NOTHING);
        let built = Path::new(env!("CARGO_BIN_EXE_jobnet")).parent().unwrap().display();
        let install = format!("'echo {built} >> \"$GITHUB_PATH\"'");
        machine.action("jobnet/setup/action.yml", &NOTHING.replace("'true'", &install));
        machine
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn action(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// From now on this stage fails.
    fn fails(self, stage: &str) -> Self {
        fs::write(self.path().join(format!("fail-{stage}")), "").unwrap();
        self
    }

    /// The workflow with all that it needs; `None` where there is no act.
    async fn act(&self) -> Option<Act> {
        let mut act = Act::on(self.tree.path()).await?.path(self.path());
        let workflow = fs::read_to_string(self.tree.path().join(".github/workflows/batch-etl.yml")).unwrap();
        let uses = workflow.lines().filter_map(|line| line.trim().strip_prefix("- uses: "));
        let uses: BTreeMap<&str, &str> =
            uses.filter_map(|uses| uses.split(' ').next()?.split_once('@')).collect();
        for (path, reference) in uses.into_iter().filter(|(path, _)| *path != "actions/checkout") {
            let repository = path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
            let directory = if repository == "your-org/jobnet-action" { "jobnet" } else { "nothing" };
            act = act.action(&repository, reference, &self.path().join(directory));
        }
        for secret in
            ["DATABASE_URL", "RAKUTEN_APP_ID", "RAKUTEN_ACCESS_KEY", "AWS_ROLE_TO_ASSUME", "AWS_REGION"]
        {
            act = act.secret(secret, "given");
        }
        Some(act.secret("S3_BUCKET_RAW_DEV", "bucket-of-dev").secret("S3_BUCKET_RAW_PROD", "bucket-of-prod"))
    }

    /// What ran, in its order: stage, environment, bucket of dev, bucket of prod.
    fn log(&self) -> Vec<String> {
        self.lines("log")
    }

    fn lines(&self, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path().join(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

async fn dispatched(act: Act, env: &str, stages: &str) -> Ran {
    act.input("env", env).input("stages", stages).run("workflow_dispatch", "batch-etl.yml").await
}

/// The stages in the order in which they ran; genre and tag, which run beside each other, by their names.
fn order(log: &[String]) -> Vec<&str> {
    let mut stages: Vec<&str> = log.iter().filter_map(|line| line.split(' ').next()).collect();
    if let Some(tag) = stages.windows(2).position(|pair| pair == ["tag", "genre"]) {
        stages.swap(tag, tag + 1);
    }
    stages
}

#[tokio::test]
async fn a_schedule_runs_all_in_the_order_of_their_needs() {
    let machine = Machine::new();
    let Some(act) = machine.act().await else { return };
    let ran = act.event("schedule", "30 0 * * *").run("schedule", "batch-etl.yml").await;
    assert_eq!(ran.ended.code, Some(0), "{}", ran.ended.stdout);
    let log = machine.log();
    assert_eq!(order(&log), ["ranking", "item", "genre", "tag", "is_active"]);
    assert_eq!(log[0], "ranking dev bucket-of-dev none");
    // All stages know the one run of the net, and when it began.
    let mut runs = machine.lines("runs");
    runs.dedup();
    let [run] = &runs[..] else { panic!("{runs:?}") };
    let (id, began) = run.split_once(' ').unwrap();
    assert_eq!(id, "1-1");
    began.parse::<jiff::Timestamp>().unwrap();
    let jobs = ran.jobs();
    assert_eq!(
        (jobs.first(), jobs.last()),
        (Some(&"start: success".to_owned()), Some(&"summary: success".to_owned()))
    );
}

#[tokio::test]
async fn prod_is_given_the_secrets_of_prod_and_no_others() {
    let machine = Machine::new();
    let Some(act) = machine.act().await else { return };
    let ran = dispatched(act, "prod", "item+").await;
    assert_eq!(ran.ended.code, Some(0), "{}", ran.ended.stdout);
    let log = machine.log();
    assert_eq!(order(&log), ["item", "genre", "tag", "is_active"]);
    assert_eq!(log[0], "item prod none bucket-of-prod");
    assert_eq!(log[3], "is_active prod none none");
}

#[tokio::test]
async fn a_stage_that_fails_stops_what_needs_it_and_nothing_else() {
    let machine = Machine::new().fails("genre");
    let Some(act) = machine.act().await else { return };
    let ran = dispatched(act, "dev", "all").await;
    assert_eq!(ran.ended.code, Some(1), "{}", ran.ended.stdout);
    assert_eq!(order(&machine.log()), ["ranking", "item", "genre", "tag"]);
    let jobs = ran.jobs();
    assert!(
        jobs.contains(&"genre: failure".to_owned()) && jobs.contains(&"tag: success".to_owned()),
        "{jobs:?}"
    );
    assert!(!jobs.iter().any(|job| job.starts_with("is_active")), "{jobs:?}");
    assert_eq!(jobs.last().unwrap(), "summary: success");
}

#[tokio::test]
async fn a_stage_alone_runs_without_those_that_it_needs() {
    let machine = Machine::new();
    let Some(act) = machine.act().await else { return };
    let ran = dispatched(act, "dev", "is_active").await;
    assert_eq!(ran.ended.code, Some(0), "{}", ran.ended.stdout);
    assert_eq!(machine.log(), ["is_active dev none none"]);
}
