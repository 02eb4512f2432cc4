//! What `jobnet plan` and the library say about an environment.

use crate::common::Jobnet;
use crate::plan::resolved;

use super::SPEC;

#[tokio::test]
async fn the_plan_shows_by_what_it_is_chosen_whether_it_asks_and_how_its_secrets_are_called() {
    let ended = Jobnet::new(["plan", "--env", "prod"]).file("jobnet.yaml", SPEC).run().await;
    insta::assert_snapshot!(ended.stdout, @r"
    jobs in prod, times in UTC
    chosen without --env by PROJECT=production
    asks for a `yes` before it runs

    1. migrate
       kind       exec
       does       run `touch` with 1 argument(s)
       needs      –
       schedule   manual
       next       –
       limits     1h in all, fails when any item failed
       variables  PROJECT
       secrets    KEY?

    2. bootstrap
       kind       exec
       does       run `true` with 0 argument(s)
       needs      migrate
       schedule   manual
       next       –
       limits     1h in all, fails when any item failed
       variables  –
       secrets    TOKEN?

    3. alerts
       kind       exec
       does       run `touch` with 1 argument(s)
       needs      –
       schedule   manual
       next       –
       limits     1h in all, fails when any item failed
       variables  –
       secrets    –

    variables, unless the process environment or --set says otherwise
       PROJECT  production

    secrets, and what they are called there
       KEY    KEY-prod
       TOKEN  PLATFORM_TOKEN
    ");
}

#[test]
fn a_secret_is_called_by_its_name_there_or_with_the_suffix() {
    let plans = resolved(SPEC);
    let names = |env: &str| ["KEY", "TOKEN"].map(|secret| plans.environments[env].secret_name(secret));
    assert_eq!(names("stage"), ["KEY-test", "TOKEN-test"]);
    assert_eq!(names("prod"), ["KEY-prod", "PLATFORM_TOKEN"]);
}

#[test]
fn an_environment_that_says_nothing_asks_nothing() {
    let plan = &resolved(&SPEC.replace("stage: {secret_suffix: -test}", "stage: {}")).environments["stage"];
    assert!(plan.when.is_empty() && !plan.confirm);
    assert_eq!(plan.secret_name("KEY"), "KEY");
}

#[test]
fn a_variable_that_only_a_when_names_is_used() {
    let spec = SPEC.replace(", vars: [PROJECT]", "");
    let (spec, findings) = jobnet::spec::parse(jobnet::diag::Source::new("jobnet.yaml", spec));
    let (_, of_plan) = jobnet::plan::resolve(&spec.expect("a mapping"));
    assert!(findings.is_empty() && of_plan.is_empty(), "{of_plan:?}");
}
