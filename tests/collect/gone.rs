//! A database that goes away in the middle of a run: it is waited for, and where it stays away nothing is half done.

use std::time::Duration;

use super::books::books;
use super::{Raw, net, shop};
use crate::common::base::Base;
use crate::common::postgres::Postgres;

/// Stops the server once so many requests arrived; the run is under way then.
async fn stopped_midway(server: &mut Postgres, sandbox: &jobnet_sandbox::Sandbox) {
    let mut looks = tokio::time::interval(Duration::from_millis(1));
    while sandbox.requests().len() < 12 {
        looks.tick().await;
    }
    server.stop_now();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_comes_back_is_gone_on_with() {
    let Some(mut server) = Postgres::own().await else { return };
    let (base, raw) = (Base::Postgres(server.new_database().await), Raw::file());
    let sandbox = shop().await;
    sandbox.add_fault("slow=30:/rakuten:always".parse().expect("a fault"));
    let jobnet = net(&sandbox, &base, &raw);
    let running = jobnet.spawn();
    stopped_midway(&mut server, &sandbox).await;
    server.start_again();
    let ended = crate::common::Ended::from(running.wait_with_output().await.expect("it ends"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);

    let other = (Base::sqlite().await, Raw::file());
    assert_eq!(net(&sandbox, &other.0, &other.1).run().await.code, Some(0));
    assert_eq!(books(&base, &raw).await, books(&other.0, &other.1).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_stays_away_is_temporary() {
    let Some(mut server) = Postgres::own().await else { return };
    let (base, raw) = (Base::Postgres(server.new_database().await), Raw::file());
    let sandbox = shop().await;
    sandbox.add_fault("slow=30:/rakuten:always".parse().expect("a fault"));
    let jobnet = net(&sandbox, &base, &raw);
    let jobnet = jobnet.env("DATABASE_URL", &format!("{}?connect_timeout=1", base.url()));
    let running = jobnet.spawn();
    stopped_midway(&mut server, &sandbox).await;
    let ended = crate::common::Ended::from(running.wait_with_output().await.expect("it ends"));
    assert_eq!(ended.code, Some(75), "{}{}", ended.stdout, ended.stderr);

    // The next run finds all or nothing of each commit, and goes on from there.
    server.start_again();
    sandbox.clear_faults();
    assert_eq!(net(&sandbox, &base, &raw).run().await.code, Some(0));
    let other = (Base::sqlite().await, Raw::file());
    assert_eq!(net(&sandbox, &other.0, &other.1).run().await.code, Some(0));
    assert_eq!(books(&base, &raw).await, books(&other.0, &other.1).await);
}
