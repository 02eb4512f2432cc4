//! Mappings merge key by key, anything else is replaced.

use jobnet::plan::{ApiAuth, PlanView, Work};

use crate::plan::resolved;

const SPEC: &str = "\
jobnet: v1
name: net
vars: {LIMIT: 5, SIZE: 7}
secrets: [TOKEN, ID, SECRET, SCOPE]
apis:
  shop: {base_url: https://shop.example, retry: {attempts: 2, backoff: [1s, 2s]}, AUTH}
stages:
  first: {call: {get: /first}}
  load:
    needs: [first]
    timeout: 10m
    call: {get: /orders, query: {limit: '${LIMIT}', size: '${SIZE}'}}
environments:
  plain: {}
  dev: CHANGES
";

const BEARER: &str = "auth: {bearer: '${TOKEN}'}";
const OAUTH2: &str =
    "auth: {oauth2: {token_url: https://id.example, client_id: '${ID}', client_secret: '${SECRET}'}}";

/// The spec with this `auth` and these changes of environment `dev`, as `dev` sees it.
fn dev(auth: &str, changes: &str) -> jobnet::plan::Plan {
    let mut plans = resolved(&SPEC.replace("AUTH", auth).replace("CHANGES", changes));
    plans.environments.swap_remove("dev").expect("the environment")
}

/// The secrets that stage `load` is given.
fn secrets(plan: &jobnet::plan::Plan) -> Vec<String> {
    let mut view = PlanView::of(plan, jiff::Timestamp::UNIX_EPOCH);
    view.stages.pop().expect("a stage").secrets
}

#[test]
fn a_key_that_an_environment_does_not_name_stays_as_it_is() {
    let plan = dev(BEARER, "{stages: {load: {timeout: 2m}}}");
    let load = plan.stage("load").expect("the stage");
    assert_eq!(load.timing.timeout.as_secs(), 120);
    assert_eq!(load.needs, ["first"]);
}

#[test]
fn tables_merge_by_their_names() {
    let plan = dev(BEARER, "{stages: {load: {call: {query: {size: 9, page: 1}}}}}");
    let Work::Call(requests) = &plan.stage("load").expect("the stage").work else { panic!("a call") };
    let names: Vec<&str> = requests[0].query.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["limit", "size", "page"]);
    assert_eq!(requests[0].query[1].1.as_constant().as_deref(), Some("9"));
}

#[test]
fn lists_are_replaced() {
    let plan = dev(BEARER, "{stages: {load: {needs: []}}, apis: {shop: {retry: {backoff: [9s]}}}}");
    assert!(plan.stage("load").expect("the stage").needs.is_empty());
    let retry = &plan.apis["shop"].retry;
    assert_eq!(retry.backoff.as_ref().map(Vec::len), Some(1));
    assert!(retry.attempts.is_some(), "what stands beside the list stays");
}

#[test]
fn another_kind_of_auth_replaces_the_one_above() {
    let plan = dev(BEARER, &format!("{{apis: {{shop: {{{OAUTH2}}}}}}}"));
    assert!(matches!(plan.apis["shop"].auth, ApiAuth::OAuth2 { .. }));
    assert_eq!(secrets(&plan), ["ID", "SECRET"]);
}

#[test]
fn the_same_kind_of_auth_merges() {
    let plan = dev(OAUTH2, "{apis: {shop: {auth: {oauth2: {scope: '${SCOPE}'}}}}}");
    assert!(matches!(plan.apis["shop"].auth, ApiAuth::OAuth2 { scope: Some(_), .. }));
    assert_eq!(secrets(&plan), ["ID", "SCOPE", "SECRET"]);
}

#[test]
fn an_environment_can_do_without_auth() {
    let plan = dev(BEARER, "{apis: {shop: {auth: none}}}");
    assert!(matches!(plan.apis["shop"].auth, ApiAuth::None));
}

#[test]
fn what_one_environment_changes_no_other_sees() {
    let plans = resolved(&SPEC.replace("AUTH", BEARER).replace("CHANGES", "{vars: {LIMIT: 1}}"));
    let limit = |env: &str| {
        let view = PlanView::of(&plans.environments[env], jiff::Timestamp::UNIX_EPOCH);
        view.variables.into_iter().find(|(name, _)| name == "LIMIT").and_then(|(_, value)| value)
    };
    assert_eq!((limit("plain").as_deref(), limit("dev").as_deref()), (Some("5"), Some("1")));
}
