//! What the shop sells: items in genres, and how they rank.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::handle::NotInShop;

pub(super) struct Item {
    /// Tells items apart, from 0.
    pub(super) number: usize,
    /// The seller's code, a colon and a number.
    pub(super) code: String,
    pub(super) name: String,
    pub(super) price: Price,
    pub(super) seller: Seller,
    pub(super) genre_id: u64,
    pub(super) tag_ids: Vec<u64>,
    pub(super) for_sale: bool,
}

pub(super) struct Seller {
    pub(super) code: String,
    pub(super) name: String,
}

pub(super) enum Price {
    Yen(u64),
    /// Whatever a test wants to be answered instead.
    Text(String),
}

pub(super) struct Genre {
    pub(super) id: u64,
    pub(super) name: String,
    /// 0 for the root.
    pub(super) level: u8,
    pub(super) parent: Option<u64>,
}

#[derive(Default)]
pub(super) struct Catalogue {
    items: Vec<Item>,
    by_code: HashMap<String, usize>,
    genres: BTreeMap<u64, Genre>,
    /// By genre, the places in `items` of those which rank, the first rank first.
    rankings: BTreeMap<u64, Vec<usize>>,
}

impl Catalogue {
    pub(super) fn add_genre(&mut self, genre: Genre) {
        self.genres.insert(genre.id, genre);
    }

    /// How many items were added.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn add_item(&mut self, item: Item) {
        self.by_code.insert(item.code.clone(), self.items.len());
        self.items.push(item);
    }

    /// Ranks items of these places, counted from 0 in the order in which they were added.
    pub(super) fn rank(&mut self, genre_id: u64, places: Vec<usize>) {
        self.rankings.insert(genre_id, places);
    }

    /// The items that are for sale.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.for_sale)
    }

    /// The item that has this code and is for sale.
    pub(super) fn item(&self, code: &str) -> Option<&Item> {
        let item = self.items.get(*self.by_code.get(code)?)?;
        item.for_sale.then_some(item)
    }

    pub(super) fn ranking(&self, genre_id: u64) -> Option<impl ExactSizeIterator<Item = &Item>> {
        let places = self.rankings.get(&genre_id)?;
        Some(places.iter().map(|&place| &self.items[place]))
    }

    pub(super) fn ranked_genres(&self) -> impl ExactSizeIterator<Item = u64> {
        self.rankings.keys().copied()
    }

    pub(super) fn genre(&self, id: u64) -> Option<&Genre> {
        self.genres.get(&id)
    }

    pub(super) fn children(&self, id: u64) -> impl Iterator<Item = &Genre> {
        self.genres.values().filter(move |genre| genre.parent == Some(id))
    }

    /// The ids of a genre and of all below it.
    pub(super) fn subtree(&self, id: u64) -> HashSet<u64> {
        let mut ids = HashSet::from([id]);
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            for child in self.children(id) {
                ids.insert(child.id);
                waiting.push(child.id);
            }
        }
        ids
    }

    pub(super) fn set_price(&mut self, code: &str, price: Price) -> Result<(), NotInShop> {
        self.item_mut(code)?.price = price;
        Ok(())
    }

    pub(super) fn delist(&mut self, code: &str) -> Result<(), NotInShop> {
        self.item_mut(code)?.for_sale = false;
        Ok(())
    }

    pub(super) fn unrank(&mut self, genre_id: u64, code: &str) -> Result<(), NotInShop> {
        let items = &self.items;
        let ranking = self.rankings.get_mut(&genre_id).ok_or(NotInShop::Ranking(genre_id))?;
        let at = ranking.iter().position(|&place| items[place].code == code);
        let at = at.ok_or_else(|| NotInShop::Rank { genre_id, code: code.to_owned() })?;
        ranking.remove(at);
        Ok(())
    }

    fn item_mut(&mut self, code: &str) -> Result<&mut Item, NotInShop> {
        let place = self.by_code.get(code).copied();
        place.and_then(|place| self.items.get_mut(place)).ok_or_else(|| NotInShop::Item(code.to_owned()))
    }
}
