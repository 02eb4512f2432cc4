use super::{jobnet, spec};
use crate::common::misbehaving::{Reply, Server, status};
use crate::common::{Ended, Jobnet};

/// The part of a URL by which it could be misused.
const PATH: &str = "services-T0000-B0000-verysecret";

/// A run that fails, whose notification goes to this server.
async fn run_told_to(hook: &str) -> Ended {
    let server = Server::answering([status(400)]).await;
    let text = spec(&server, "  - slack: ${HOOK}").replace("[TOKEN]", "[TOKEN, HOOK]");
    Jobnet::on_spec(&text, ["--all"]).env("TOKEN", "hunter22").env("HOOK", hook).run().await
}

/// The stage ended as if nobody were to be told, and the warning says why nobody was, but not where.
fn is_only_a_warning(ended: &Ended, why: &str) {
    assert_eq!((ended.code, &ended.summary("work")["outcome"]), (Some(1), &"failed".into()));
    let warning = format!("a notification was not delivered: {why}");
    assert!(ended.stderr.contains(&warning), "{}", ended.stderr);
    assert!(!ended.stderr.contains("verysecret") && !ended.stdout.contains("verysecret"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_hook_that_is_down_is_a_warning() {
    // Nothing listens on a port that was just given back.
    let gone = Server::answering([Reply::Cut]).await.base_url();
    is_only_a_warning(&run_told_to(&format!("{gone}/{PATH}")).await, "");
}

#[tokio::test]
async fn a_hook_that_refuses_is_a_warning_and_not_asked_again() {
    let hook = Server::answering([status(404).body(format!("Cannot POST /{PATH}"))]).await;
    let ended = run_told_to(&format!("{}/{PATH}", hook.base_url())).await;
    is_only_a_warning(&ended, "answered 404: there is nothing at this path: Cannot POST ***");
    assert_eq!(hook.arrivals().len(), 1);
}

#[tokio::test]
async fn a_hook_with_an_error_of_its_own_is_asked_again() {
    let hook = Server::answering([status(500), status(200)]).await;
    let ended = run_told_to(&format!("{}/{PATH}", hook.base_url())).await;
    assert_eq!((ended.code, hook.arrivals().len()), (Some(1), 2));
    assert!(!ended.stderr.contains("not delivered"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_hook_that_never_answers_is_given_up_and_not_told_twice() {
    let hook = Server::answering([Reply::Never]).await;
    let ended = run_told_to(&format!("{}/{PATH}", hook.base_url())).await;
    is_only_a_warning(&ended, "no answer within 5s");
    assert_eq!(hook.arrivals().len(), 1);
}

#[tokio::test]
async fn a_url_that_is_none_is_refused_without_being_shown() {
    let ended = run_told_to(&format!("ftp://{PATH}")).await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("notify[0]: this is not an http or https URL"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("verysecret"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_body_that_fails_is_a_warning() {
    let server = Server::answering([status(400)]).await;
    let hook = format!("{}/hook", server.base_url());
    let ended = jobnet(&server, &format!("  - webhook: {hook}\n    body: .stage + 1")).run().await;
    is_only_a_warning(&ended, "its body: ");
    assert_eq!(server.arrivals().len(), 1);
}

#[tokio::test]
async fn people_see_the_warning_too() {
    let hook = Server::answering([status(404)]).await;
    let server = Server::answering([status(400)]).await;
    let notify = format!("  - slack: {}/hook", hook.base_url());
    let ended = jobnet(&server, &notify).arguments(["--format", "human"]).run().await;
    assert!(ended.stderr.contains("work: warning: a notification was not delivered"), "{}", ended.stderr);
}
