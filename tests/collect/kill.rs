//! `kill -9` at random points of collecting, then a rerun: tables and store are as if nothing had happened.

use std::time::Duration;

use jobnet_sandbox::Sandbox;
use tokio::time::{MissedTickBehavior, interval};

use super::books::books;
use super::{Raw, net, shop};
use crate::common::base::Base;

/// How often collecting is killed on each kind of database with each kind of store.
const KILLS: usize = 13;

/// So slow is each answer: a run commits in between.
const SLOW: &str = "slow=40:/rakuten:always";

async fn killed(sandbox: &Sandbox, base: &Base, raw: &Raw, requests: usize, then: Duration) {
    sandbox.add_fault(SLOW.parse().expect("a fault"));
    let jobnet = net(sandbox, base, raw);
    let mut running = jobnet.spawn();
    let mut looks = interval(Duration::from_millis(1));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while sandbox.requests().len() < requests && running.try_wait().expect("it can be asked").is_none() {
        looks.tick().await;
    }
    // Some way into what it does about the answer.
    let _ = tokio::time::timeout(then, running.wait()).await;
    // On Unix this is SIGKILL.
    running.kill().await.expect("it is dead");
    sandbox.clear_faults();
}

/// Kills a run at random points, each on a database and a store of its own, and compares with an undisturbed one.
async fn nothing_is_lost_or_doubled(places: impl AsyncFn() -> Option<(Base, Raw)>) {
    let Some((base, raw)) = places().await else { return };
    let sandbox = shop().await;
    let whole = net(&sandbox, &base, &raw).run().await;
    assert_eq!(whole.code, Some(0), "{}", whole.stdout);
    let expected = books(&base, &raw).await;
    let requests = sandbox.requests().len();
    assert!(requests > 20 && expected.len() > 60, "there are points enough to be killed at");

    let seed = std::env::var("JOBNET_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    let mut random = fastrand::Rng::with_seed(seed);
    for kill in 0..KILLS {
        let Some((base, raw)) = places().await else { return };
        let sandbox = shop().await;
        // Every other run has committed something by then, so that the next goes on from there.
        let first = if kill % 2 == 0 { 1 } else { requests * 3 / 4 };
        let (point, then) = (random.usize(first..=requests), Duration::from_millis(random.u64(0..50)));
        killed(&sandbox, &base, &raw, point, then).await;
        let again = net(&sandbox, &base, &raw).run().await;
        let at = format!("JOBNET_TEST_SEED={seed}, killed {then:?} after request {point}");
        assert_eq!(again.code, Some(0), "{at}: {}{}", again.stdout, again.stderr);
        assert_eq!(books(&base, &raw).await, expected, "{at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_with_files() {
    nothing_is_lost_or_doubled(async || Some((Base::sqlite().await, Raw::file()))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_with_s3() {
    nothing_is_lost_or_doubled(async || Some((Base::sqlite().await, Raw::s3().await?))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_with_files() {
    nothing_is_lost_or_doubled(async || Some((Base::postgres().await?, Raw::file()))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_with_s3() {
    nothing_is_lost_or_doubled(async || Some((Base::postgres().await?, Raw::s3().await?))).await;
}
