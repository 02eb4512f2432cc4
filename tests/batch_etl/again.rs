//! The net run again over the same data.

use sha2::{Digest as _, Sha256};

use super::{Etl, FIRST, STAGES, counted, two_genres};
use crate::common::base::{Base, on_both};

on_both! {
    async fn over_the_same_data_nothing_is_written_and_nothing_is_kept_again(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        let first = etl.run_all().await;
        assert_eq!(counted(&first, "ranking", "inserted"), 18 + 72);
        let (rows, pages) = (etl.rows().await, etl.pages().await);
        assert_eq!(etl.count("stg_item where is_active").await, etl.shop().item_codes().len());

        let second = etl.run_all().await;
        for stage in &STAGES[..4] {
            let all = counted(&first, stage, "inserted");
            assert!(all > 0, "{stage} saves rows");
            let counts = ["inserted", "updated", "unchanged"].map(|name| counted(&second, stage, name));
            assert_eq!(counts, [0, 0, all], "{stage}");
        }
        assert_eq!(counted(&second, "is_active", "affected"), 0);
        assert_eq!(etl.rows().await, rows);
        assert_eq!(etl.pages().await, pages);
    }

    async fn the_hash_of_a_row_is_that_of_its_columns_as_json(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        let item = &etl.shop().ranking(FIRST).unwrap()[0];
        etl.shop().set_price(item, 1_980).unwrap();
        etl.run_all().await;
        let json = format!(r#"{{"genre_id":{FIRST},"item_code":"{item}","item_price":1980,"rank":1}}"#);
        let hash = Sha256::digest(json).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
        assert_eq!(etl.count(&format!("stg_ranking where rank = 1 and content_hash = '{hash}'")).await, 1);
    }
}
