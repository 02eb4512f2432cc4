//! Ranks a genre's items, thirty a page.

use serde::Deserialize;
use serde_json::{Value, json};

use super::catalogue::Catalogue;
use super::endpoint::Endpoint;
use super::format::Format;
use super::handle::ShopLookup;
use super::item;
use super::refusal::{ErrorShape, Refusal};

const PAGE: usize = 30;
const PAGES: u32 = 34;

/// Always the same, so that a ranking which did not change is the same text.
const LAST_BUILD_DATE: &str = "Thu, 01 Jan 2026 00:00:00 +0900";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ranking {
    genre_id: Option<u64>,
    age: Option<u32>,
    sex: Option<u32>,
    #[serde(default = "first_page")]
    page: u32,
}

fn first_page() -> u32 {
    1
}

impl Ranking {
    /// The genre that is asked for; customers of an age and a sex buy like those of one genre.
    fn genre(&self, catalogue: &Catalogue) -> Result<u64, Refusal> {
        match (self.genre_id, self.age, self.sex) {
            (Some(genre_id), None, None) => Ok(genre_id),
            (None, Some(age @ (10 | 20 | 30 | 40 | 50)), Some(sex @ (0 | 1))) => {
                let mut genres = catalogue.ranked_genres();
                let nth = (age / 10 + sex) as usize % genres.len().max(1);
                genres.nth(nth).ok_or(Refusal::NotFound)
            }
            _ => Err(Refusal::Parameter(
                "specify genreId, or age (10, 20, 30, 40 or 50) and sex (0 or 1)".to_owned(),
            )),
        }
    }
}

impl Endpoint for Ranking {
    const ERRORS: ErrorShape = ErrorShape::Described;

    fn lookups(&self) -> Vec<ShopLookup> {
        self.genre_id.map(ShopLookup::Ranking).into_iter().collect()
    }

    fn answer(&self, catalogue: &Catalogue, format: Format) -> Result<Value, Refusal> {
        Refusal::unless_within("page", self.page, 1..=PAGES)?;
        let genre_id = self.genre(catalogue)?;
        let ranking = catalogue.ranking(genre_id).ok_or(Refusal::NotFound)?;
        let name = catalogue.genre(genre_id).map_or("", |genre| &genre.name);

        let ranked = (1..).zip(ranking).skip((self.page as usize - 1) * PAGE).take(PAGE);
        let entry = |(rank, item)| format.entry("Item", item::ranked(item, rank, format));
        let mut items: Vec<Value> = ranked.map(entry).collect();
        if items.is_empty() {
            return Err(Refusal::NotFound);
        }
        if is_backwards(genre_id, self.page) {
            items.reverse();
        }
        Ok(json!({
            "title": format!("【ランキング】{name}"),
            "lastBuildDate": LAST_BUILD_DATE,
            "Items": items,
        }))
    }
}

/// Whether a page begins with its last rank; one page of three does.
fn is_backwards(genre_id: u64, page: u32) -> bool {
    (genre_id + u64::from(page)).is_multiple_of(3)
}
