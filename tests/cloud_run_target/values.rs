//! What else a spec may say: values of any kind, secrets that may be absent, pauses, resources, commands.

use proptest::prelude::*;

use super::recorder::{Recorder, values};
use super::rendered;
use crate::common::linters::Linters;

/// A spec with a few variables, of which its stage uses all.
pub(super) fn with_variables(variables: &[String]) -> String {
    let vars: Vec<String> =
        // A `$` before a brace would begin a name.
        variables.iter().enumerate().map(|(n, value)| format!("V{n}: {}", json(&value.replace("${", "$ {")))).collect();
    let header: Vec<String> = (0..variables.len()).map(|n| format!("\"X-{n}\": \"${{V{n}}}\"")).collect();
    format!(
        "\
jobnet: v1
name: shop
vars: {{{}}}
apis: {{shop: {{base_url: https://shop.example, headers: {{{}}}}}}}
stages: {{load: {{call: {{get: /orders}}}}}}
environments: {{test: {{}}}}
targets: {{cloud_run: {{out: jobs, environments: [test], region: europe-west1, image: shop, project: shop-1}}}}
",
        vars.join(", "),
        header.join(", "),
    )
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The one item of a list of gcloud's, as gcloud divides it: it puts one more divider behind the last item that has none
/// (`gcloud topic escaping`).
fn item(list: &str) -> String {
    let (divider, items) =
        list.strip_prefix('^').and_then(|rest| rest.split_once('^')).unwrap_or((",", list));
    let divided = if items.ends_with(divider) { items.to_owned() } else { format!("{items}{divider}") };
    let items: Vec<&str> = divided.split_terminator(divider).collect();
    assert_eq!(items.len(), 1, "{list}");
    items[0].to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_value_of_any_kind_arrives_as_it_is(
        variables in prop::collection::vec("[ -~\\n\\t,|^'\"$`\\\\é✓]{0,30}|[,|^]{1,6}", 1..20)
    ) {
        let recorder = Recorder::of(&with_variables(&variables));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ended = runtime.block_on(recorder.run("create-all-jobs.sh", &["test"], "", &[]));
        prop_assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let changes = recorder.changes();
        let arrived: Vec<String> =
            values(&changes[0], "--set-env-vars").into_iter().skip(1).map(item).collect();
        let mut expected: Vec<String> = variables
            .iter()
            .enumerate()
            .map(|(n, value)| format!("V{n}={}", value.replace("${", "$ {")))
            .collect();
        // They are in the order of their names.
        expected.sort_by_key(|variable| variable.split('=').next().map(str::to_owned));
        prop_assert_eq!(arrived, expected);
    }
}

/// A spec with all that a script has for some specs alone.
const RICH: &str = "\
jobnet: v1
name: shop
timezone: Europe/Berlin
vars: {GCP_PROJECT: shop-1}
secrets: [TOKEN, HOOK]
apis: {shop: {base_url: https://shop.example, auth: {bearer: '${TOKEN}'}}}
notify: [{slack: '${HOOK?}'}]
defaults: {start_within: 10m, retries: 2, timeout: 30m}
stages:
  load: {schedule: '0 3 * * 7', call: {get: /orders}}
  report: {schedule: '30 3 1 * MON', suspend: true, exec: {command: [./report], secrets: ['HOOK?']}}
groups: {nightly: [report, load]}
environments: {dev: {groups: {nightly: [load]}}, prod: {confirm: true}}
targets:
  cloud_run:
    out: jobs
    environments: [dev, prod]
    region: europe-west1
    image: europe-west1-docker.pkg.dev/${GCP_PROJECT}/shop/jobs
    name_suffix: '-{env}'
    service_account: jobs@shop-1.iam.gserviceaccount.com
    resources: {cpu: 1, memory: 512Mi}
    base_image: python:3.13-slim
    jobnet_image: ghcr.io/shop/jobnet@sha256:0a
";

#[tokio::test]
async fn a_secret_that_may_be_absent_is_given_where_it_is_there() {
    for (there, load, report) in [
        ("TOKEN\n", &["TOKEN=TOKEN:latest"][..], None),
        ("HOOK\nTOKEN\n", &["TOKEN=TOKEN:latest", "HOOK=HOOK:latest"], Some("HOOK=HOOK:latest")),
    ] {
        let recorder = Recorder::of(RICH);
        recorder.there("secrets", there);
        let ended = recorder.run("create-all-jobs.sh", &["dev"], "", &[]).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let changes = recorder.changes();
        assert_eq!(values(&changes[0], "--set-secrets"), load);
        assert_eq!(values(&changes[1], "--set-secrets"), report.into_iter().collect::<Vec<_>>());
        assert_eq!(changes[1].contains(&"--clear-secrets".to_owned()), report.is_none());
    }
}

#[tokio::test]
async fn limits_and_schedules_are_those_of_the_plan() {
    let recorder = Recorder::of(RICH);
    recorder.run("create-all-jobs.sh", &["dev"], "", &[]).await;
    let shown: Vec<String> = recorder.changes().iter().map(shell_words::join).collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    run jobs deploy load-dev '--project=shop-1' '--region=europe-west1' '--image=europe-west1-docker.pkg.dev/shop-1/shop/jobs:latest' '--args=run,load,--env,dev,--spec,/app/jobnet.yaml' '--set-env-vars=JOBNET_RUN_ID=schedule,JOBNET_JOB_START_AT=schedule' '--service-account=jobs@shop-1.iam.gserviceaccount.com' '--tasks=1' '--labels=jobnet-net=shop,jobnet-env=dev' '--cpu=1' '--memory=512Mi' '--set-secrets=TOKEN=TOKEN:latest' '--max-retries=2' '--task-timeout=600s'
    run jobs deploy report-dev '--project=shop-1' '--region=europe-west1' '--image=europe-west1-docker.pkg.dev/shop-1/shop/jobs:latest' '--args=run,report,--env,dev,--spec,/app/jobnet.yaml' '--set-env-vars=JOBNET_RUN_ID=schedule,JOBNET_JOB_START_AT=schedule' '--service-account=jobs@shop-1.iam.gserviceaccount.com' '--tasks=1' '--labels=jobnet-net=shop,jobnet-env=dev' '--cpu=1' '--memory=512Mi' '--max-retries=2' '--task-timeout=600s' --clear-secrets
    scheduler jobs create http load-dev '--project=shop-1' '--location=europe-west1' '--description=jobnet shop/dev' '--schedule=0 3 * * 7' '--uri=https://europe-west1-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/shop-1/jobs/load-dev:run' '--http-method=POST' '--oauth-service-account-email=jobs@shop-1.iam.gserviceaccount.com' '--time-zone=Europe/Berlin' '--attempt-deadline=180s' '--max-retry-attempts=3' '--min-backoff=5s' '--max-backoff=60s' '--max-doublings=4' '--max-retry-duration=600s' '--format=none'
    scheduler jobs create http report-dev '--project=shop-1' '--location=europe-west1' '--description=jobnet shop/dev' '--schedule=30 3 1 * MON' '--uri=https://europe-west1-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/shop-1/jobs/report-dev:run' '--http-method=POST' '--oauth-service-account-email=jobs@shop-1.iam.gserviceaccount.com' '--time-zone=Europe/Berlin' '--attempt-deadline=180s' '--max-retry-attempts=3' '--min-backoff=5s' '--max-backoff=60s' '--max-doublings=4' '--max-retry-duration=600s' '--format=none'
    scheduler jobs pause report-dev '--project=shop-1' '--location=europe-west1'
    ");
}

#[tokio::test]
async fn what_the_spec_pauses_is_paused_once_and_not_resumed_with_the_others() {
    let recorder = Recorder::of(RICH);
    let there = "load-dev\tENABLED\tjobnet shop/dev\nreport-dev\tPAUSED\tjobnet shop/dev\n";
    recorder.there("triggers", there);
    recorder.run("create-all-jobs.sh", &["dev"], "", &[]).await;
    assert!(!recorder.changed().iter().any(|change| change.contains("pause")));
    recorder.there("triggers", "load-dev,PAUSED\nreport-dev,PAUSED\n");
    recorder.run("resume.sh", &["dev"], "", &[]).await;
    assert_eq!(recorder.changed().last().unwrap(), "scheduler jobs resume load-dev");
    recorder.run("resume.sh", &["dev", "report"], "", &[]).await;
    assert_eq!(recorder.changed().last().unwrap(), "scheduler jobs resume report-dev");
}

#[tokio::test]
async fn a_group_may_be_another_one_in_each_environment() {
    let recorder = Recorder::of(RICH);
    recorder.run("run-job.sh", &["dev", "nightly"], "", &[]).await;
    recorder.run("run-job.sh", &["prod", "nightly", "--yes"], "", &[]).await;
    assert_eq!(
        recorder.changed(),
        ["load-dev", "load-prod", "report-prod"].map(|job| format!("run jobs execute {job}"))
    );
}

#[test]
fn commands_have_an_image_of_their_own_with_jobnet_in_it() {
    let files = rendered(RICH).unwrap();
    let dockerfile = String::from_utf8(files.files["jobs/Dockerfile"].bytes.clone()).unwrap();
    insta::assert_snapshot!(dockerfile.lines().skip(2).collect::<Vec<_>>().join("\n"), @r#"

    # The image of the jobs of net shop: jobnet, the spec, and the files that its stages read.
    # Built from the directory of the spec: docker build -f jobs/Dockerfile .
    FROM ghcr.io/shop/jobnet@sha256:0a AS jobnet
    FROM python:3.13-slim
    COPY --from=jobnet /usr/local/bin/jobnet /usr/local/bin/jobnet
    WORKDIR /app
    COPY ["jobnet.yaml", "/app/jobnet.yaml"]
    ENTRYPOINT ["/usr/local/bin/jobnet"]
    "#);
}

#[test]
fn linters_have_nothing_against_any_script() {
    let Some(linters) = Linters::find() else { return };
    let bare = with_variables(&["it's".to_owned(), "date".to_owned()]);
    let elsewhere = bare.replace("project: shop-1", "project: date").replace("test", "date");
    for spec in [RICH, &bare, &elsewhere] {
        let directory = super::written(spec);
        let scripts = ["create-all-jobs.sh", "run-job.sh", "list-jobs.sh", "pause.sh", "resume.sh"];
        linters.shellcheck(&scripts.map(|script| directory.path().join("jobs").join(script))).unwrap();
    }
}
