//! Names that are too long, used by nobody, or scheduled nowhere.

use super::{ON_GITHUB, codes, findings};

/// A net on an engine with one stage of this name.
fn called(target: &str, stage: &str) -> String {
    format!(
        "\
jobnet: v1
name: net
apis: {{shop: {{base_url: https://shop.example}}}}
stages: {{{stage}: {{call: {{get: /orders}}}}}}
environments: {{prod: {{}}}}
targets: {{{target}}}
"
    )
}

const KUBERNETES: &str = "kubernetes: {out: k8s, environments: [prod], image: ghcr.io/shop/net}";
const CLOUD_RUN: &str = "cloud_run: {out: deploy, environments: [prod], region: us-central1, image: gcr.io/shop/net, name_suffix: '-{env}'}";

#[tokio::test]
async fn names_fit_their_engines() {
    let long = |length: usize| "a".repeat(length);
    insta::assert_snapshot!(findings(&called(KUBERNETES, &long(53))).await, @"
    error[name-too-long]: `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` has 53 characters, too many for Kubernetes
     --> jobnet.yaml:4:10
      |
    4 | stages: {aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: {call: {get: /orders}}}
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected a name that is 52 long at most
      |
      = help: give it a shorter one in the target's `names`, or rename the stage

    jobnet.yaml: 1 error, 0 warnings
    ");
    assert!(codes(&called(KUBERNETES, &long(52))).is_empty());
    insta::assert_snapshot!(findings(&called(CLOUD_RUN, &long(45))).await, @"
    error[name-too-long]: `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-prod` has 50 characters, too many for Cloud Run
     --> jobnet.yaml:4:10
      |
    4 | stages: {aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: {call: {get: /orders}}}
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected a name that is 49 long at most
      |
      = help: rename the stage, or shorten the target's `name_suffix`

    jobnet.yaml: 1 error, 0 warnings
    ");
    assert!(codes(&called(CLOUD_RUN, &long(44))).is_empty());
    let named = KUBERNETES.replace("image", &format!("names: {{{}: short}}, image", long(53)));
    assert!(codes(&called(&named, &long(53))).is_empty());
}

#[tokio::test]
async fn what_is_declared_is_used() {
    let spec = format!(
        "{ON_GITHUB}vars: {{LIMIT: 5}}\nstores: {{raw: file:raw}}\nstages: {{load: {{call: {{get: /}}}}}}\n"
    );
    insta::assert_snapshot!(findings(&spec).await, @"
    warning[unused-name]: variable `LIMIT` is declared and never used
     --> jobnet.yaml:7:8
      |
    7 | vars: {LIMIT: 5}
      |        ^^^^^
      |
      = help: remove it, or use it

    warning[unused-resource]: store `raw` is declared and never used
     --> jobnet.yaml:8:10
      |
    8 | stores: {raw: file:raw}
      |          ^^^
      |
      = help: remove it, or use it

    jobnet.yaml: 0 errors, 2 warnings
    ");
}

#[test]
fn what_one_environment_or_a_notification_uses_is_used() {
    let spec = "\
jobnet: v1
name: net
apis: {shop: {base_url: https://shop.example}, mail: {base_url: https://mail.example}}
stores: {raw: file:raw}
notify: [{webhook: https://hook.example, on: [recovery], remember: {store: raw}}]
stages: {load: {call: {api: shop, get: /orders}}}
environments: {dev: {}, prod: {stages: {load: {call: {api: mail, get: /orders}}}}}
";
    assert!(codes(spec).is_empty());
}

/// A net on GitHub Actions with these environments, the first two of which run there.
fn environments(dev: &str, prod: &str, local: &str) -> String {
    ON_GITHUB
        .replace("{prod: {}}", &format!("{{dev: {dev}, prod: {prod}, local: {local}}}"))
        .replace("[prod]", "[dev, prod]")
        + "stages: {load: {call: {get: /orders}}}\n"
}

#[tokio::test]
async fn an_environment_is_started_by_something() {
    let nightly = "{schedule: 7 3 * * *}";
    insta::assert_snapshot!(findings(&environments(nightly, "{}", "{}")).await, @"
    warning[scheduled-nowhere]: environment `prod` runs on GitHub Actions, and nothing starts it there
     --> jobnet.yaml:4:44
      |
    4 | environments: {dev: {schedule: 7 3 * * *}, prod: {}, local: {}}
      |                                            ^^^^ expected a `schedule`
      |
      = help: give it a `schedule`, or say `schedule: manual` where somebody starts it

    jobnet.yaml: 0 errors, 1 warning
    ");
    insta::assert_snapshot!(findings(&environments(nightly, nightly, nightly)).await, @"
    warning[scheduled-nowhere]: environment `local` has a schedule, and no target runs it
     --> jobnet.yaml:4:91
      |
    4 | environments: {dev: {schedule: 7 3 * * *}, prod: {schedule: 7 3 * * *}, local: {schedule: 7 3 * * *}}
      |                                                                                           ^^^^^^^^^ nothing starts this
      |
      = help: add `local` to the `environments` of a target, or remove the schedule

    jobnet.yaml: 0 errors, 1 warning
    ");
    assert!(codes(&environments(nightly, "{schedule: manual}", "{}")).is_empty());
    assert!(codes(&environments("{}", "{}", "{}")).is_empty());
}

#[test]
fn a_schedule_of_the_whole_file_is_started_wherever_a_target_is() {
    assert!(codes(&format!("{}schedule: 7 3 * * *\n", environments("{}", "{}", "{}"))).is_empty());
}
