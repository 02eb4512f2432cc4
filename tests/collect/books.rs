//! What a database and a store hold, but for when and by which run it came there.

use std::collections::BTreeSet;
use std::path::Path;

use super::Raw;
use crate::common::base::Base;

/// The rows of the tables that are saved into, and the keys of the pages that are kept.
pub(super) async fn books(base: &Base, raw: &Raw) -> Vec<String> {
    let mut books = Vec::new();
    for (table, columns) in [
        ("stg_ranking", "cast(genre_id as text), cast(rank as text), item_code, cast(item_price as text)"),
        ("stg_ranking_seen", "cast(genre_id as text), cast(rank as text)"),
        ("stg_item", "item_code, item_name, cast(item_price as text), shop_code, cast(genre_id as text)"),
        ("stg_item_tag", "item_code, cast(tag_id as text)"),
    ] {
        let rows = base.rows(&format!("select {columns} from {table}")).await;
        let rows: BTreeSet<String> = rows.into_iter().map(|row| format!("{table}: {row}")).collect();
        books.extend(rows);
    }
    books.extend(pages(raw).await.into_iter().map(|key| format!("kept: {key}")));
    books
}

async fn pages(raw: &Raw) -> BTreeSet<String> {
    let keys: BTreeSet<String> = match raw {
        Raw::S3(bucket) => bucket.objects().await.into_keys().collect(),
        Raw::File(directory) => files(directory.path()),
    };
    let keys = keys.into_iter().map(|key| key.trim_start_matches("prefix/").to_owned());
    keys.filter(|key| !key.starts_with("_manifests/") && !key.starts_with('.')).collect()
}

fn files(root: &Path) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let key = path.strip_prefix(root).expect("below it");
                keys.insert(key.to_str().expect("UTF-8").to_owned());
            }
        }
    }
    keys
}
