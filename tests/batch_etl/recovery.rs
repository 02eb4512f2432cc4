//! What the shop does amiss for a while is made up for; what only says that there is no more ends a ranking.

use super::{Etl, FIRST, a_hundred_items, counted, two_genres};
use crate::common::base::{Base, on_both};

on_both! {
    async fn refusals_and_cut_connections_are_tried_again(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        for fault in ["503=0:/rakuten/ichibaranking:2", "429=0:/rakuten/ichibams:2", "cut:/rakuten/ichibagt:2"] {
            etl.sandbox.add_fault(fault.parse().unwrap());
        }
        let ended = etl.run_all().await;
        let retries = ["ranking", "item", "genre", "tag"].map(|stage| ended.summary(stage)["retries"].as_u64().unwrap());
        assert_eq!((retries[0], retries[1], retries[2] + retries[3]), (2, 2, 2));
        for stage in ["ranking", "item", "genre", "tag"] {
            assert_eq!(counted(&ended, stage, "failed"), 0, "{stage}");
        }
        assert_eq!(etl.count("stg_ranking").await, 18 + 72);
        assert_eq!(etl.count("stg_item where is_active").await, etl.shop().item_codes().len());
        assert_eq!(etl.count("stg_tag").await, etl.shop().tag_ids().len());
    }

    async fn the_page_past_the_end_ends_a_ranking(base: Base) {
        let Some(etl) = Etl::open(base, a_hundred_items()).await else { return };
        etl.run_all().await;
        let requests = etl.sandbox.requests();
        let genre = format!("genreId={FIRST}");
        let pages = requests.iter().filter(|request| request.path.contains("/Ranking/") && request.path.contains(&genre));
        let statuses: Vec<_> = pages.map(|request| request.status).collect();
        assert_eq!(statuses, [Some(200), Some(200), Some(200), Some(200), Some(404)]);
        assert_eq!(etl.count("stg_ranking").await, 100);
    }
}
