use crate::common::act::Ran;

use super::called;

const CALLER: &str = "
name: check
on: workflow_dispatch
permissions: {}
jobs:
  jobnet:
    permissions:
      contents: read
      security-events: write
    uses: your-org/jobnet-action/.github/workflows/jobnet-check.yml@v1
    with:
      specs: shop.yaml portal.yaml
      deny_warnings: true
";

/// Fires at a busy minute, and nothing is generated from it.
const SHOP: &str = "jobnet: v1
name: shop
apis: {shop: {base_url: https://shop.example}}
stages: {load: {schedule: '0 3 * * *', call: {get: /orders}}}
environments: {prod: {}}
targets: {github: {out: .github/workflows/shop.yml, environments: [prod]}}
";

const PORTAL: &str = "jobnet: v1
name: portal
stages: {load: {exec: {command: echo}}}
environments: {local: {}}
";

async fn check(shop: &str, portal: &str) -> Option<Ran> {
    let tree = [("shop.yaml", shop), ("portal.yaml", portal)];
    Some(called("jobnet-check.yml", CALLER, &tree).await?.run().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_fails_the_job_and_is_shown_by_code_scanning() {
    let Some(ran) = check(SHOP, &PORTAL.replace("exec", "exce")).await else { return };
    assert_eq!((ran.ended.code, ran.jobs()), (Some(1), vec!["jobnet/check: failure".to_owned()]), "{ran:?}");
    insta::assert_snapshot!(ran.printed("jobnet/check"), @r#"
    warning[busy-minute]: `0 3 * * *` fires at minute 0, when GitHub Actions is busiest
     --> shop.yaml:4:27
      |
    4 | stages: {load: {schedule: '0 3 * * *', call: {get: /orders}}}
      |                           ^^^^^^^^^^^ runs come late here, or not at all
      |
      = help: choose another minute: 7, say

    error[drift]: nothing is generated for GitHub Actions yet
     --> shop.yaml:6:25
      |
    6 | targets: {github: {out: .github/workflows/shop.yml, environments: [prod]}}
      |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^ expected a file here
      |
      = help: run `jobnet generate`, and commit what it writes

    error[not-exactly-one]: a stage has none of `call`, `flow`, `sql`, `migrate`, `exec`
     --> portal.yaml:3:16
      |
    3 | stages: {load: {exce: {command: echo}}}
      |                ^ expected exactly one of `call`, `flow`, `sql`, `migrate`, `exec`
      |
      = help: add one of them

    error[unknown-key]: unknown key `exce` in a stage
     --> portal.yaml:3:17
      |
    3 | stages: {load: {exce: {command: echo}}}
      |                 ^^^^ expected one of `description`, `needs`, `continues`, `schedule`, `offset`, `timeout`, `start_within`, `retries`, `overlap`, `history`, `suspend`, `fail_above`, `lease`, `call`, `flow`, `sql`, `migrate`, `exec`
      |
      = help: did you mean `exec`?

    2 specs: 3 errors, 1 warning
    scanning by jobnet
    "ruleId": "busy-minute"
    "ruleId": "drift"
    "ruleId": "not-exactly-one"
    "ruleId": "unknown-key"
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_good_is_not_spoken_of() {
    let Some(ran) = check(&PORTAL.replace("portal", "shop"), PORTAL).await else { return };
    assert_eq!((ran.ended.code, ran.jobs()), (Some(0), vec!["jobnet/check: success".to_owned()]), "{ran:?}");
    insta::assert_snapshot!(ran.printed("jobnet/check"), @"
    2 specs: 0 errors, 0 warnings
    scanning by jobnet
    nothing
    ");
}
