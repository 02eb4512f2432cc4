//! Every request is one that GitHub describes: those that arrive at the stand-in are held to GitHub's own description.

use std::collections::BTreeSet;

use serde_json::json;

use crate::common::github_api::{Details, GithubApi, Life, run};
use crate::common::github_description::Description;
use crate::common::misbehaving::Arrival;

/// A request's method and path, with a star for each number.
fn kind(arrival: &Arrival) -> String {
    let path = arrival.path.split('/').map(|part| if part.parse::<u64>().is_ok() { "*" } else { part });
    format!("{} {}", arrival.method, path.collect::<Vec<_>>().join("/"))
}

#[tokio::test]
async fn githubs_description_has_every_request() {
    let Some(description) = Description::get() else { return };
    let github = GithubApi::start().await;
    github.state().details = Details::Refused(422);
    let jobs = [("ranking", "success"), ("genre", "failure")];
    for id in [17, 18, 19] {
        let created_at = jiff::Timestamp::now();
        github.add(
            run(id, "shop-etl in dev: all", &json!({"created_at": created_at})),
            Life::ended("failure", &jobs),
        );
    }
    github.state().annotations = vec![(1702, "jobnet genre", "genre: failed, 10% failed")];
    for arguments in [
        &["dispatch", "item", "--env", "dev", "--wait"][..],
        &["watch", "17"],
        &["watch", "--latest"],
        &["runs"],
        &["rerun", "17", "--ref", "fix/a b"],
        &["rerun", "17", "--debug"],
        &["rerun", "18", "--failed"],
        &["rerun", "19", "--from", "genre"],
    ] {
        let arguments = arguments.iter().fold(github.jobnet([]), |jobnet, word| jobnet.arguments([*word]));
        let ended = arguments.run().await;
        assert!(matches!(ended.code, Some(0 | 1)), "{}", ended.stderr);
    }
    let mut kinds = BTreeSet::new();
    for arrival in github.arrivals() {
        let objections = description.objections(&arrival).await;
        assert_eq!(objections, "", "{} {} {}", kind(&arrival), arrival.query, arrival.body);
        kinds.insert(kind(&arrival));
    }
    insta::assert_snapshot!(kinds.into_iter().collect::<Vec<_>>().join("\n"), @"
    GET /repos/shop/etl
    GET /repos/shop/etl/actions/runs/*
    GET /repos/shop/etl/actions/runs/*/jobs
    GET /repos/shop/etl/actions/workflows/etl.yml/runs
    GET /repos/shop/etl/check-runs/*/annotations
    GET /repos/shop/etl/check-suites/*/check-runs
    GET /repos/shop/etl/commits/fix%2Fa%20b
    GET /user
    POST /repos/shop/etl/actions/jobs/*/rerun
    POST /repos/shop/etl/actions/runs/*/rerun
    POST /repos/shop/etl/actions/runs/*/rerun-failed-jobs
    POST /repos/shop/etl/actions/workflows/etl.yml/dispatches
    ");
}

#[tokio::test]
async fn what_github_does_not_describe_is_objected_to() {
    let Some(description) = Description::get() else { return };
    let github = GithubApi::start().await;
    assert_eq!(github.run(["dispatch", "item", "--env", "dev"]).await.code, Some(0));
    let post = github.arrivals().into_iter().find(|arrival| arrival.method == "POST").unwrap();
    let other = |change: &dyn Fn(&mut Arrival)| {
        let mut arrival = post.clone();
        change(&mut arrival);
        arrival
    };
    for wrong in [
        other(&|arrival| arrival.bytes = br#"{"inputs": {}}"#.to_vec()),
        other(&|arrival| arrival.bytes = br#"{"ref": "main", "return_run_details": "yes"}"#.to_vec()),
        other(&|arrival| arrival.path.push('x')),
    ] {
        assert_ne!(description.objections(&wrong).await, "", "{} {}", wrong.path, wrong.body);
    }
}
