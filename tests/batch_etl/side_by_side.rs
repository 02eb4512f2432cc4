//! `genre` and `tag` need the same, and run at the same time; the shop's rate holds for both together.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jobnet_sandbox::Sandbox;
use serde_json::json;

use super::{Etl, two_genres};
use crate::common::base::{Base, on_both};
use crate::common::misbehaving::{self, Server};

/// True where one request was sent to a path, and still waits: given up, it would have been sent again.
fn waits(sandbox: &Sandbox, path: &str) -> bool {
    let requests = sandbox.requests();
    let mut sent = requests.iter().filter(|request| request.path.contains(path));
    sent.next().is_some_and(|request| request.status.is_none()) && sent.next().is_none()
}

on_both! {
    async fn genres_and_tags_are_asked_for_at_the_same_time(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        // Neither of the two is answered, so that each must have been sent while the other waited.
        etl.sandbox.add_fault("timeout:/rakuten/ichibagt/api/IchibaGenre".parse().unwrap());
        etl.sandbox.add_fault("timeout:/rakuten/ichibagt/api/IchibaTag".parse().unwrap());
        let mut child = etl.jobnet(["--all"]).spawn();
        while !(waits(&etl.sandbox, "/IchibaGenre/") && waits(&etl.sandbox, "/IchibaTag/")) {
            assert_eq!(child.try_wait().unwrap(), None, "it ended before both were asked for");
            tokio::task::yield_now().await;
        }
        child.kill().await.unwrap();
    }
}

/// A shop that notes when it is asked: six ranked items, each with a genre and a tag of its own.
async fn timed_shop() -> Server {
    Server::start(async |arrival| {
        let asked: BTreeMap<_, _> = url::form_urlencoded::parse(arrival.query.as_bytes()).collect();
        let asked = |name| asked.get(name).map(|value| &**value);
        let answer = match arrival.path.split('/').nth(4) {
            Some("Ranking") if (asked("genreId"), asked("page")) == (Some("100101"), Some("1")) => {
                let ranks = (1..=6).map(|n| json!({"rank": n, "itemCode": n.to_string(), "itemPrice": "9"}));
                json!({"Items": ranks.collect::<Vec<_>>()})
            }
            Some("Ranking") => return misbehaving::status(404),
            _ => match (asked("itemCode"), asked("genreId"), asked("tagId")) {
                (Some(n), _, _) => json!({"Items": [
                    {"itemCode": n, "itemName": n, "itemPrice": 9, "shopCode": "s", "genreId": n, "tagIds": [n]},
                ]}),
                (_, Some(n), _) => json!({"genre": {"genreId": n, "nameJa": n, "level": 1}}),
                (_, _, n) => json!({"tagGroups": [{"tags": [{"tagId": n, "tagName": n, "parentTagId": null}]}]}),
            },
        };
        misbehaving::json(answer.to_string())
    })
    .await
}

#[tokio::test]
async fn requests_of_both_start_an_interval_apart() {
    let etl = Etl::open(Base::sqlite().await, two_genres()).await.unwrap();
    let shop = timed_shop().await;
    let jobnet = etl.jobnet(["--all"]).env("RAKUTEN_BASE", &shop.base_url()).env("RAKUTEN_RATE", "20/s");
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);

    let arrivals = shop.arrivals();
    let at =
        |path| arrivals.iter().filter(move |arrival| arrival.path.contains(path)).map(|arrival| arrival.at);
    let last_item = at("/ichibams/").max().unwrap();
    let mut of_both: Vec<Instant> = at("/ichibagt/").collect();
    of_both.sort_unstable();
    assert_eq!(of_both.len(), 12);
    // Both stages begin after the last item has come, so that none can arrive earlier than that.
    for (number, at) in (0u32..).zip(of_both) {
        let after = at.duration_since(last_item);
        assert!(after >= Duration::from_millis(50) * number, "request {number} arrived after {after:?}");
    }
}
