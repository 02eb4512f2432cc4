//! Finds items by code, genre or words.

use serde::Deserialize;
use serde_json::{Value, json};

use super::catalogue::{Catalogue, Item};
use super::endpoint::Endpoint;
use super::format::Format;
use super::handle::ShopLookup;
use super::item;
use super::refusal::{ErrorShape, Refusal};

const HITS: u32 = 30;
const PAGES: u32 = 100;

/// What is found meets every one of these that is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemSearch {
    item_code: Option<String>,
    genre_id: Option<u64>,
    keyword: Option<String>,
    #[serde(default = "all_hits")]
    hits: u32,
    #[serde(default = "first_page")]
    page: u32,
}

fn all_hits() -> u32 {
    HITS
}

fn first_page() -> u32 {
    1
}

impl ItemSearch {
    fn find<'c>(&self, catalogue: &'c Catalogue) -> Vec<&'c Item> {
        let mut found: Vec<&Item> = match &self.item_code {
            Some(code) => catalogue.item(code).into_iter().collect(),
            None => catalogue.items().collect(),
        };
        if let Some(genre_id) = self.genre_id {
            let genre_ids = catalogue.subtree(genre_id);
            found.retain(|item| genre_ids.contains(&item.genre_id));
        }
        if let Some(keyword) = &self.keyword {
            let words: Vec<&str> = keyword.split_whitespace().collect();
            found.retain(|item| words.iter().all(|word| item.name.contains(word)));
        }
        found
    }
}

impl Endpoint for ItemSearch {
    const ERRORS: ErrorShape = ErrorShape::Numbered;

    fn lookups(&self) -> Vec<ShopLookup> {
        self.item_code.clone().map(ShopLookup::Item).into_iter().collect()
    }

    fn answer(&self, catalogue: &Catalogue, format: Format) -> Result<Value, Refusal> {
        if self.item_code.is_none() && self.genre_id.is_none() && self.keyword.is_none() {
            return Err(Refusal::Parameter("specify itemCode, genreId or keyword".to_owned()));
        }
        Refusal::unless_within("hits", self.hits, 1..=HITS)?;
        Refusal::unless_within("page", self.page, 1..=PAGES)?;

        let found = self.find(catalogue);
        let hits = self.hits as usize;
        let before = (self.page as usize - 1) * hits;
        let shown = found.iter().skip(before).take(hits);
        let items: Vec<Value> = shown.map(|found| format.entry("Item", item::found(found, format))).collect();
        let (first, last) = if items.is_empty() { (0, 0) } else { (before + 1, before + items.len()) };
        Ok(json!({
            "count": found.len(),
            "page": self.page,
            "first": first,
            "last": last,
            "hits": items.len(),
            "pageCount": found.len().div_ceil(hits).min(PAGES as usize),
            "Items": items,
        }))
    }
}
