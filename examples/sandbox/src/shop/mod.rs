//! A shop's API like that of [Rakuten Ichiba](https://webservice.rakuten.co.jp/documentation), below `/rakuten`.
//!
//! | Path                                             | Asked by                             | Answer                          |
//! |--------------------------------------------------|--------------------------------------|---------------------------------|
//! | `/ichibaranking/api/IchibaItem/Ranking/20220601` | `genreId`, or `age` and `sex`; `page`| `{"Items": […], "title": …}`    |
//! | `/ichibams/api/IchibaItem/Search/20260401`       | `itemCode`, `genreId`, `keyword`     | `{"Items": […], "count": …, …}` |
//! | `/ichibagt/api/IchibaGenre/Search/20260401`      | `genreId`; 0 is the root             | `{"genre": {…}, "children": …}` |
//! | `/ichibagt/api/IchibaTag/Search/20140222`        | `tagId`, up to ten with commas       | `{"tagGroups": […]}`            |
//!
//! Everything is kept in memory and made of the options alone: the same options make the same shop.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use genre_search::GenreSearch;
use item_search::ItemSearch;
use ranking::Ranking;
use tag_search::TagSearch;

mod catalogue;
mod credentials;
mod endpoint;
mod format;
mod genre_search;
mod handle;
mod item;
mod item_search;
mod ranking;
mod rate;
mod refusal;
mod seed;
mod tag_search;
mod tags;

pub use handle::{NotInShop, Shop, ShopLookup};

/// The shop's paths, relative to its prefix.
pub(crate) fn router<S>(shop: Arc<Shop>) -> Router<S> {
    Router::new()
        .route("/ichibaranking/api/IchibaItem/Ranking/20220601", get(endpoint::handle::<Ranking>))
        .route("/ichibams/api/IchibaItem/Search/20260401", get(endpoint::handle::<ItemSearch>))
        .route("/ichibagt/api/IchibaGenre/Search/20260401", get(endpoint::handle::<GenreSearch>))
        .route("/ichibagt/api/IchibaTag/Search/20140222", get(endpoint::handle::<TagSearch>))
        .with_state(shop)
}
