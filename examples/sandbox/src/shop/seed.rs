//! What the shop sells at its start, made of numbers alone.

use std::ops::Range;

use super::catalogue::{Catalogue, Genre, Item, Price, Seller};
use super::tags;

const ROOT: u64 = 0;
const FIRST_GROUP: u64 = 100_100;
const GENRES_PER_GROUP: u32 = 3;
/// At every eighth rank of a genre stands an item of the next one.
const BORROWED_EVERY: usize = 8;

const GROUP_NAMES: [&str; 4] = ["飲み物", "お菓子", "食器", "文房具"];
const GENRE_NAMES: [&str; 12] = [
    "緑茶",
    "日本酒",
    "コーヒー",
    "チョコレート",
    "せんべい",
    "ようかん",
    "湯のみ",
    "小皿",
    "箸",
    "ノート",
    "鉛筆",
    "封筒",
];
const KINDS: [&str; 4] = ["定番", "限定品", "お徳用", "贈答用"];

/// Genres in groups of three, each with a ranking of `ranked` items: the first ranks half as many, the second
/// twice as many.
pub(super) fn catalogue(genres: u32, ranked: u32) -> Catalogue {
    let mut catalogue = Catalogue::default();
    catalogue
        .add_genre(Genre { id: ROOT, name: "すべてのジャンル".to_owned(), level: 0, parent: None });
    // One genre alone has none to borrow from.
    let borrows = genres > 1;
    let shelves: Vec<Shelf> =
        (0..genres).map(|genre| fill_shelf(&mut catalogue, genre, ranked, borrows)).collect();
    for (shelf, next) in shelves.iter().zip(shelves.iter().cycle().skip(1)) {
        let (mut own, mut borrowed) = (shelf.places.clone(), next.places.clone());
        let place_at = |rank| if shelf.borrows(rank) { borrowed.next() } else { own.next() };
        catalogue.rank(shelf.genre_id, (1..=shelf.ranked).filter_map(place_at).collect());
    }
    catalogue
}

/// A genre's own items.
struct Shelf {
    genre_id: u64,
    places: Range<usize>,
    /// How many items the genre's ranking has.
    ranked: usize,
}

impl Shelf {
    fn borrows(&self, rank: usize) -> bool {
        self.places.len() < self.ranked && rank.is_multiple_of(BORROWED_EVERY)
    }
}

fn fill_shelf(catalogue: &mut Catalogue, genre: u32, ranked: u32, borrows: bool) -> Shelf {
    let (genre_id, name) = add_genre(catalogue, genre);
    let ranked = match genre {
        0 => ranked.div_ceil(2),
        1 => ranked.saturating_mul(2),
        _ => ranked,
    } as usize;
    let first = catalogue.len();
    let borrowed = if borrows { ranked / BORROWED_EVERY } else { 0 };
    let places = first..first + ranked - borrowed;
    for place in places.clone() {
        catalogue.add_item(item(place, genre_id, &name));
    }
    Shelf { genre_id, places, ranked }
}

fn add_genre(catalogue: &mut Catalogue, genre: u32) -> (u64, String) {
    let (group, child) = (genre / GENRES_PER_GROUP, genre % GENRES_PER_GROUP);
    let group_id = FIRST_GROUP + u64::from(group) * 100;
    if child == 0 {
        let name = nth_name(&GROUP_NAMES, group as usize);
        catalogue.add_genre(Genre { id: group_id, name, level: 1, parent: Some(ROOT) });
    }
    let id = group_id + u64::from(child) + 1;
    let name = nth_name(&GENRE_NAMES, genre as usize);
    catalogue.add_genre(Genre { id, name: name.clone(), level: 2, parent: Some(group_id) });
    (id, name)
}

/// The names one after the other, and then again with a number.
fn nth_name(names: &[&str], n: usize) -> String {
    let name = names[n % names.len()];
    match n / names.len() {
        0 => name.to_owned(),
        round => format!("{name}{}", round + 1),
    }
}

fn item(number: usize, genre_id: u64, genre_name: &str) -> Item {
    let seller = number % 20 + 1;
    let seller = Seller { code: format!("mise{seller:02}"), name: format!("第{seller}商店") };
    let kind = KINDS[number % KINDS.len()];
    Item {
        number,
        code: format!("{}:{}", seller.code, 10_000_000 + number),
        name: format!("{genre_name} {kind} {number:06}"),
        price: Price::Yen(300 + number as u64 * 7_919 % 9_700 / 10 * 10),
        seller,
        genre_id,
        tag_ids: tag_ids(number),
        for_sale: true,
    }
}

/// One or two tags, or for some items none.
fn tag_ids(number: usize) -> Vec<u64> {
    let all: Vec<u64> = tags::GROUPS.iter().flat_map(|group| group.tags).map(|tag| tag.id).collect();
    let nth = |n: usize| all[n % all.len()];
    match number % 9 {
        8 => Vec::new(),
        odd if odd % 2 == 1 => vec![nth(number)],
        _ => vec![nth(number), nth(number + 4)],
    }
}
