//! `kill -9` at any point, then a rerun: nothing is lost and nothing done twice.

use std::time::Duration;

use jobnet_sandbox::{Options, Sandbox};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::common::{Jobnet, number, portal_with};

/// How often the net is killed.
const KILLS: usize = 56;
/// How many of those at once.
const AT_ONCE: usize = 4;
/// The candidates among 60 rows more of either kind, and those of the start data.
const CANDIDATES: i64 = 62;

/// Where a run is killed.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// After so many requests arrived.
    requests: usize,
    /// When the last of them was answered, rather than as it arrived.
    answered: bool,
}

async fn candidates() -> Sandbox {
    portal_with(Options { rows: 60, models: Some(3), ..Options::default() }).await
}

/// The net in small batches, so that there are many points to be killed at.
fn net(sandbox: &Sandbox) -> Jobnet {
    Jobnet::on_quick_portal(sandbox, ["--all"]).env("BATCH_VIEW", "6").env("BATCH_FIELD", "4")
}

async fn run_until(sandbox: &Sandbox, point: Point) {
    let jobnet = net(sandbox);
    let mut running = jobnet.spawn();
    let mut looks = interval(Duration::from_millis(1));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let requests = sandbox.requests();
        let reached = requests.get(point.requests - 1);
        let is_there = reached.is_some_and(|request| !point.answered || request.status.is_some());
        // A run with fewer requests than the one that they were counted in is over.
        if is_there || running.try_wait().expect("it can be asked").is_some() {
            break;
        }
    }
    // On Unix this is SIGKILL.
    running.kill().await.expect("it is dead");
}

/// Each thing that the portal holds, how many there are of it, and how many there should be.
async fn books(sandbox: &Sandbox) -> Vec<(&'static str, i64)> {
    let mut books = Vec::new();
    for (what, query) in [
        ("rows to translate", "SELECT count(*) FROM translate"),
        ("items to translate", "SELECT count(DISTINCT entity || natural_key) FROM translate"),
        ("translated", "SELECT count(*) FROM translate WHERE status = 'translated'"),
        ("documents", "SELECT count(*) FROM document WHERE status = 'upserted'"),
        ("vectors", "SELECT count(*) FROM vector"),
        ("asked for, all in all", "SELECT sum(body ->> 'inserted') FROM idempotency"),
        ("translations, all in all", "SELECT sum(body ->> 'translated') FROM idempotency"),
        ("documents made, all in all", "SELECT sum(body ->> 'queued') FROM idempotency"),
        ("documents stored, all in all", "SELECT sum(body ->> 'upserted') FROM idempotency"),
    ] {
        books.push((what, number(sandbox, query).await));
    }
    let missing = "SELECT ?1 - (SELECT count(*) FROM field WHERE label_ja <> '' AND label_en IS NULL)
                           - (SELECT count(*) FROM view_common WHERE help_en IS NULL OR purpose_en IS NULL)";
    let english: i64 =
        sqlx::query_scalar(missing).bind(CANDIDATES).fetch_one(sandbox.pool()).await.expect("a number");
    books.push(("with English", english));
    books
}

/// Kills a run at a point, and runs the net until it is done; what is wrong then.
async fn faults_after(point: Point) -> Vec<String> {
    let sandbox = candidates().await;
    run_until(&sandbox, point).await;
    let again = net(&sandbox).run().await;
    let mut faults = Vec::new();
    if again.code != Some(0) {
        faults.push(format!("{point:?}: the rerun ended in {:?}: {}", again.code, again.stderr));
    }
    for (what, there) in books(&sandbox).await {
        if there != CANDIDATES {
            faults.push(format!("{point:?}: {there} {what}"));
        }
    }
    faults
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_net_loses_and_doubles_nothing_after_a_rerun() {
    let whole = candidates().await;
    assert_eq!(net(&whole).run().await.code, Some(0));
    let requests = whole.requests().len();
    assert!(requests > 20, "there are points enough to be killed at");

    let seed = std::env::var("JOBNET_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    let mut random = fastrand::Rng::with_seed(seed);
    let mut points =
        (0..KILLS).map(|_| Point { requests: random.usize(1..=requests), answered: random.bool() });
    let mut faults = Vec::new();
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < AT_ONCE
            && let Some(point) = points.next()
        {
            under_way.spawn(faults_after(point));
        }
        match under_way.join_next().await {
            Some(found) => faults.extend(found.expect("no panic")),
            None => break,
        }
    }
    assert!(faults.is_empty(), "JOBNET_TEST_SEED={seed}\n{}", faults.join("\n"));
}
