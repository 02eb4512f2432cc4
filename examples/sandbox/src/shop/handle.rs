//! The running shop: what tests ask of it, and how they change it.

use std::collections::HashMap;
use std::sync::Mutex;

use axum::http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::catalogue::{Catalogue, Price};
use super::rate::RateLimit;
use super::refusal::Refusal;
use super::{seed, tags};
use crate::lock::lock;
use crate::options::{Clock, Options};

/// What a request to the shop looks up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ShopLookup {
    /// Any page of the ranking of the genre with this id.
    Ranking(u64),
    /// The item with this code.
    Item(String),
    /// The genre with this id.
    Genre(u64),
    /// The tag with this id.
    Tag(u64),
}

/// What a test names is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotInShop {
    /// No item has this code.
    #[error("the shop has no item {0:?}")]
    Item(String),
    /// No genre with this id is ranked.
    #[error("the shop has no ranking of the genre {0}")]
    Ranking(u64),
    /// The item is not in the ranking of the genre.
    #[error("the item {code:?} is not in the ranking of the genre {genre_id}")]
    Rank {
        /// The genre's id.
        genre_id: u64,
        /// The item's code.
        code: String,
    },
}

/// The shop of a [`Sandbox`](crate::Sandbox). A change holds for every request that comes after it.
pub struct Shop {
    catalogue: Mutex<Catalogue>,
    failures: Mutex<HashMap<ShopLookup, StatusCode>>,
    rate: Option<RateLimit>,
    clock: Clock,
}

impl Shop {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            catalogue: Mutex::new(seed::catalogue(options.shop_genres, options.shop_items)),
            failures: Mutex::default(),
            rate: options.shop_rate.map(RateLimit::new),
            clock: options.clock.clone(),
        }
    }

    /// The codes of all items that are for sale.
    pub fn item_codes(&self) -> Vec<String> {
        lock(&self.catalogue).items().map(|item| item.code.clone()).collect()
    }

    /// The ids of the genres that have a ranking.
    pub fn genre_ids(&self) -> Vec<u64> {
        lock(&self.catalogue).ranked_genres().collect()
    }

    /// The ids of all tags.
    pub fn tag_ids(&self) -> Vec<u64> {
        tags::GROUPS.iter().flat_map(|group| group.tags).map(|tag| tag.id).collect()
    }

    /// The codes of the items in a genre's ranking, the first rank first.
    pub fn ranking(&self, genre_id: u64) -> Result<Vec<String>, NotInShop> {
        let catalogue = lock(&self.catalogue);
        let ranking = catalogue.ranking(genre_id).ok_or(NotInShop::Ranking(genre_id))?;
        Ok(ranking.map(|item| item.code.clone()).collect())
    }

    /// Gives an item another price, in yen.
    pub fn set_price(&self, code: &str, yen: u64) -> Result<(), NotInShop> {
        lock(&self.catalogue).set_price(code, Price::Yen(yen))
    }

    /// Has both the rankings and the search answer this text for an item's price.
    pub fn set_price_text(&self, code: &str, text: impl Into<String>) -> Result<(), NotInShop> {
        lock(&self.catalogue).set_price(code, Price::Text(text.into()))
    }

    /// Takes an item off sale: no search finds it any more. It stays in its rankings.
    pub fn delist(&self, code: &str) -> Result<(), NotInShop> {
        lock(&self.catalogue).delist(code)
    }

    /// Takes an item out of a genre's ranking; those behind it move up.
    pub fn unrank(&self, genre_id: u64, code: &str) -> Result<(), NotInShop> {
        lock(&self.catalogue).unrank(genre_id, code)
    }

    /// Has every request that looks this up fail with this status, until [`Shop::clear_failures`].
    pub fn fail(&self, lookup: ShopLookup, status: StatusCode) {
        lock(&self.failures).insert(lookup, status);
    }

    /// Has nothing fail any more.
    pub fn clear_failures(&self) {
        lock(&self.failures).clear();
    }

    pub(super) fn admit(&self, application: Uuid) -> Result<(), Refusal> {
        match &self.rate {
            Some(rate) if !rate.admits(application, (self.clock)()) => Err(Refusal::TooManyRequests),
            _ => Ok(()),
        }
    }

    pub(super) fn look_up(
        &self,
        lookups: &[ShopLookup],
        answer: impl FnOnce(&Catalogue) -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        let failure = {
            let failures = lock(&self.failures);
            lookups.iter().find_map(|lookup| failures.get(lookup).copied())
        };
        match failure {
            Some(status) => Err(Refusal::Told(status)),
            None => answer(&lock(&self.catalogue)),
        }
    }
}
