//! Names that are too long, used by nobody, or scheduled nowhere.

use super::{ON_GITHUB, codes, codes_of, findings};

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

const KUBERNETES: &str =
    "kubernetes: {out: k8s, environments: [prod], image: ghcr.io/shop/net, tags: {prod: v1}}";
const CLOUD_RUN: &str = "cloud_run: {out: deploy, environments: [prod], region: us-central1, image: gcr.io/shop/net, project: shop-1, service_account: net, name_suffix: '-{env}'}";

#[tokio::test]
async fn names_fit_their_engines() {
    let long = |length: usize| "a".repeat(length);
    insta::assert_snapshot!(findings(&called(KUBERNETES, &long(49))).await, @"
    error[kubernetes-name]: `net-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` cannot be the name of a CronJob
     --> jobnet.yaml:4:10
      |
    4 | stages: {aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: {call: {get: /orders}}}
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected at most 52 of a to z, 0 to 9 and `-`, a letter or digit at both ends
      |
      = help: give it a name: `names: {STAGE: NAME}` in the target

    jobnet.yaml: 1 error, 0 warnings
    ");
    assert!(codes_of(&called(KUBERNETES, &long(48))).await.is_empty());
    insta::assert_snapshot!(findings(&called(CLOUD_RUN, &long(45))).await, @"
    error[cloud-run-name]: `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-prod` cannot be the name of a job on Cloud Run
     --> jobnet.yaml:4:10
      |
    4 | stages: {aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: {call: {get: /orders}}}
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected at most 49 lowercase letters, digits and `-`, a letter first, no `-` last
      |
      = help: rename the stage or the environment, or shorten `name_suffix`

    jobnet.yaml: 1 error, 0 warnings
    ");
    assert!(codes_of(&called(CLOUD_RUN, &long(44))).await.is_empty());
    let named = KUBERNETES.replace("image", &format!("names: {{{}: short}}, image", long(49)));
    assert!(codes_of(&called(&named, &long(49))).await.is_empty());
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
    insta::assert_snapshot!(findings(&environments(nightly, "{schedule: 9 4 * * *}", nightly)).await, @"
    warning[scheduled-nowhere]: environment `local` has a schedule, and no target runs it
     --> jobnet.yaml:4:91
      |
    4 | environments: {dev: {schedule: 7 3 * * *}, prod: {schedule: 9 4 * * *}, local: {schedule: 7 3 * * *}}
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
