//! How much of a stage may fail: that share passes, and more fails the stage and leaves out what needs it.

use std::fmt::Write as _;
use std::fs;

use jobnet_sandbox::{Options, ShopLookup, StatusCode};

use super::{Etl, FIRST, a_hundred_items, counted, outcomes, two_genres};
use crate::common::base::{Base, on_both};

const SUCCEEDED: &str = "succeeded";
const FAILED: &str = "failed";
const SKIPPED: &str = "skipped";

/// Final at once: it is not tried again.
const REFUSED: StatusCode = StatusCode::BAD_REQUEST;

on_both! {
    async fn one_bad_price_of_a_hundred_passes_in_the_ranking_and_two_do_not(base: Base) {
        let Some(etl) = Etl::open(base, a_hundred_items()).await else { return };
        let ranking = etl.shop().ranking(FIRST).unwrap();
        etl.shop().set_price_text(&ranking[10], "時価").unwrap();
        let ended = etl.run_all().await;
        assert_eq!(ended.summary("ranking")["failure_rate"], 0.01);
        assert_eq!(etl.count("stg_ranking").await, 99);

        etl.shop().set_price_text(&ranking[20], "時価").unwrap();
        etl.sandbox.clear_requests();
        let ended = etl.run(["--all"]).await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(ended.summary("ranking")["failure_rate"], 0.02);
        assert_eq!(outcomes(&ended), [FAILED, SKIPPED, SKIPPED, SKIPPED, SKIPPED]);
        assert!(etl.sandbox.requests().iter().all(|request| request.path.contains("/Ranking/")));
        assert_eq!(etl.count("stg_ranking").await, 99, "of an answer with bad rows nothing is deleted");
    }

    async fn five_failed_lookups_of_a_hundred_pass_among_the_items_and_six_do_not(base: Base) {
        let Some(etl) = Etl::open(base, a_hundred_items()).await else { return };
        let ranking = etl.shop().ranking(FIRST).unwrap();
        ranking[..5].iter().for_each(|item| etl.shop().fail(ShopLookup::Item(item.clone()), REFUSED));
        let ended = etl.run_all().await;
        assert_eq!(ended.summary("item")["failure_rate"], 0.05);
        assert_eq!(etl.count("stg_item where is_active").await, 95);

        etl.shop().fail(ShopLookup::Item(ranking[5].clone()), REFUSED);
        let ended = etl.run(["--all"]).await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(ended.summary("item")["failure_rate"], 0.06);
        assert_eq!(outcomes(&ended), [SUCCEEDED, FAILED, SKIPPED, SKIPPED, SKIPPED]);
    }

    async fn five_bad_items_of_a_hundred_pass_and_six_do_not(base: Base) {
        let Some(etl) = Etl::open(base, a_hundred_items()).await else { return };
        assert_eq!(etl.run(["+ranking"]).await.code, Some(0));
        let ranking = etl.shop().ranking(FIRST).unwrap();
        ranking[..5].iter().for_each(|item| etl.shop().set_price_text(item, "時価").unwrap());
        let ended = etl.run(["item+"]).await;
        assert_eq!((ended.code, counted(&ended, "item", "failed")), (Some(0), 5), "{}", ended.stdout);

        etl.shop().set_price_text(&ranking[5], "時価").unwrap();
        let ended = etl.run(["item+"]).await;
        assert_eq!((ended.code, counted(&ended, "item", "failed")), (Some(1), 6));
        let left_out = ["genre", "tag", "is_active"].map(|stage| ended.summary(stage)["outcome"].clone());
        assert_eq!(left_out, [SKIPPED; 3]);
    }

    async fn one_failed_genre_of_a_hundred_passes_and_two_do_not(base: Base) {
        let options = Options { shop_genres: 100, shop_items: 1, ..Options::default() };
        let Some(etl) = Etl::open(base, options).await else { return };
        assert_eq!(etl.run(["schema"]).await.code, Some(0));
        let genres = etl.shop().genre_ids();
        let mut targets = "delete from target_genre; ".to_owned();
        for id in &genres {
            let _ = write!(targets, "insert into target_genre (genre_id) values ({id}); ");
        }
        etl.base.execute(&targets).await;
        etl.shop().fail(ShopLookup::Genre(genres[0]), REFUSED);
        let ended = etl.run_all().await;
        assert_eq!(ended.summary("genre")["failure_rate"], 0.01);
        assert_eq!(etl.count("stg_genre").await, 99);

        etl.shop().fail(ShopLookup::Genre(genres[1]), REFUSED);
        let ended = etl.run(["--all"]).await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(ended.summary("genre")["failure_rate"], 0.02);
        assert_eq!(outcomes(&ended), [SUCCEEDED, SUCCEEDED, FAILED, SUCCEEDED, SKIPPED]);
    }

    async fn one_failed_tag_of_fifteen_is_more_than_one_per_cent(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        let tags = etl.shop().tag_ids();
        assert_eq!(tags.len(), 15);
        etl.shop().fail(ShopLookup::Tag(tags[0]), REFUSED);
        let ended = etl.run(["--all"]).await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(outcomes(&ended), [SUCCEEDED, SUCCEEDED, SUCCEEDED, FAILED, SKIPPED]);
    }

    async fn is_active_fails_where_its_sql_does(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        let file = etl.directory.path().join("sql/is_active.sql");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replace("item_code not in", "item_kode not in")).unwrap();
        let ended = etl.run(["--all"]).await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(outcomes(&ended), [SUCCEEDED, SUCCEEDED, SUCCEEDED, SUCCEEDED, FAILED]);
        assert_eq!(etl.count("stg_item where is_active").await, 0, "of its statements all are done, or none");
    }
}
