//! A store that says "not now", "somebody else writes", "there already", or nothing.

use crate::common::Jobnet;
use crate::common::s3::S3;
use crate::common::s3_faults::{Fault, Faults};

use super::{collect, key, manifests, pages, shop};

fn through(jobnet: Jobnet, faults: &Faults) -> Jobnet {
    faults.environment().iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value))
}

#[tokio::test]
async fn a_store_that_is_busy_for_a_while_is_asked_again() {
    let Some(bucket) = S3::bucket().await else { return };
    let faults = bucket.faults().await;
    for fault in [Fault::SlowDown, Fault::Conflict, Fault::CutBefore, Fault::CutAfter] {
        faults.add(fault, "PUT", "ranking", 1);
    }
    let server = shop().await;
    let ended = through(collect(&server, "[1, 2]", &bucket.url()), &faults).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let objects = bucket.objects().await;
    let kept: Vec<_> = pages(
        &objects
            .iter()
            .map(|(key, bytes)| (key.trim_start_matches("prefix/").to_owned(), bytes.clone()))
            .collect(),
    )
    .into_keys()
    .map(str::to_owned)
    .collect::<Vec<_>>();
    assert_eq!(kept, [key("1"), key("2")]);
    assert!(faults.arrived("PUT").len() >= 6);
}

#[tokio::test]
async fn an_object_that_another_wrote_meanwhile_is_the_page() {
    let Some(bucket) = S3::bucket().await else { return };
    let faults = bucket.faults().await;
    faults.add(Fault::PreconditionFailed, "PUT", "ranking", 1);
    let server = shop().await;
    let ended = through(collect(&server, "[1]", &bucket.url()), &faults).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let objects = bucket.objects().await;
    let lines = manifests(
        &objects
            .into_iter()
            .map(|(key, bytes)| (key.trim_start_matches("prefix/").to_owned(), bytes))
            .collect(),
    );
    assert_eq!(lines[0][1]["new"], false);
}

#[tokio::test]
async fn a_store_that_stays_away_is_temporary_and_nothing_is_sent() {
    let Some(bucket) = S3::bucket().await else { return };
    let faults = bucket.faults().await;
    faults.add(Fault::SlowDown, "PUT", "", usize::MAX);
    let server = shop().await;
    let ended = through(collect(&server, "[1]", &bucket.url()), &faults).run().await;
    assert_eq!(ended.code, Some(75), "{}", ended.stdout);
    assert!(server.arrived("POST").is_empty());
    assert!(bucket.objects().await.is_empty());
}
