//! What changes in the shop changes in the tables, and nothing else does.

use std::collections::BTreeSet;
use std::fs;

use jobnet_sandbox::{Options, ShopLookup, StatusCode};
use serde_json::json;

use super::{Etl, FIRST, SECOND, differing, two_genres};
use crate::common::base::{Base, on_both};

/// The items of the first genre that rank nowhere else, with their ranks.
fn ranked_once(etl: &Etl) -> Vec<(usize, String)> {
    let elsewhere: BTreeSet<_> = etl.shop().ranking(SECOND).unwrap().into_iter().collect();
    let ranking = (1..).zip(etl.shop().ranking(FIRST).unwrap());
    ranking.filter(|(_, code)| !elsewhere.contains(code)).collect()
}

on_both! {
    async fn a_changed_price_rewrites_the_rows_of_its_item_and_keeps_the_two_pages_that_have_it(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.run_all().await;
        let (rows, pages) = (etl.rows().await, etl.pages().await);
        let (rank, item) = ranked_once(&etl).remove(0);
        etl.shop().set_price(&item, 123_456).unwrap();
        etl.run_all().await;

        let expected = [format!("stg_item {item}"), format!("stg_ranking {FIRST} {rank}")];
        assert_eq!(differing(&rows, &etl.rows().await), expected);
        let prices = [
            format!("select cast(item_price as text) from stg_item where item_code = '{item}'"),
            format!("select cast(item_price as text) from stg_ranking where item_code = '{item}'"),
        ];
        for price in prices {
            assert_eq!(etl.text(&price).await, "123456");
        }
        let new = differing(&pages, &etl.pages().await);
        let places: Vec<_> = new.iter().map(|key| key.trim_start_matches("raw/").rsplit_once('/').unwrap().0).collect();
        assert_eq!(places, ["item", &format!("ranking/genre={FIRST}")]);
    }

    async fn an_item_that_left_the_ranking_is_no_longer_active_and_one_that_stayed_unchanged_is(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.run_all().await;
        let (rows, items) = (etl.rows().await, etl.count("stg_item").await);
        let once = ranked_once(&etl);
        let ((_, stayed), (_, left)) = (&once[0], &once[1]);
        etl.shop().unrank(FIRST, left).unwrap();
        etl.run_all().await;

        assert_eq!(etl.count(&format!("stg_ranking where genre_id = {FIRST}")).await, 17);
        assert_eq!(etl.count(&format!("stg_ranking where item_code = '{left}'")).await, 0);
        assert_eq!(etl.base.rows("select item_code from stg_item where not is_active").await, [left.as_str()]);
        assert_eq!(etl.count("stg_item where is_active").await, items - 1);
        let stayed = format!("stg_item {stayed}");
        assert_eq!(etl.rows().await[&stayed], rows[&stayed], "what stays as it was is not touched");
    }

    async fn a_new_item_becomes_active(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        assert_eq!(etl.run(["schema"]).await.code, Some(0));
        etl.base.execute(&format!("update target_genre set enabled = false where genre_id = {FIRST}")).await;
        etl.run_all().await;
        let new = &ranked_once(&etl)[0].1;
        assert_eq!(etl.count(&format!("stg_item where item_code = '{new}'")).await, 0);

        etl.base.execute(&format!("update target_genre set enabled = true where genre_id = {FIRST}")).await;
        etl.run_all().await;
        assert_eq!(etl.count(&format!("stg_item where is_active and item_code = '{new}'")).await, 1);
    }

    async fn an_item_that_is_no_longer_for_sale_keeps_its_row(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.run_all().await;
        let rows = etl.rows().await;
        etl.shop().delist(&ranked_once(&etl)[0].1).unwrap();
        etl.run_all().await;
        assert_eq!(etl.rows().await, rows);
    }

    async fn an_item_whose_ranking_could_not_be_asked_for_stays_active(base: Base) {
        let Some(etl) = Etl::open(base, Options::default()).await else { return };
        etl.run_all().await;
        let items = etl.count("stg_item where is_active").await;
        // One ranking of six: less than a hundredth of the items, more than a hundredth of the rankings.
        etl.shop().fail(ShopLookup::Ranking(FIRST), StatusCode::FORBIDDEN);
        let ended = etl.run(["--all"]).await;
        assert_eq!((ended.code, &ended.summary("is_active")["outcome"]), (Some(1), &json!("skipped")));
        let shares = ended.summary("ranking")["shares"].clone();
        assert_eq!(shares[1], json!({"of": "rows", "failed": 1, "total": 6}));
        assert_eq!(etl.count("stg_item where is_active").await, items);

        let file = etl.directory.path().join("jobnet.yaml");
        let spec = fs::read_to_string(&file).unwrap();
        fs::write(&file, spec.replacen("fail_above: 1%", "fail_above: 20%", 1)).unwrap();
        etl.run_all().await;
        assert_eq!(etl.count("stg_item where is_active").await, items);
    }
}
