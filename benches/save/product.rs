//! Products as a shop's API shows them and as a table holds them, about 0.9 kB each, the same in every run.

use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::json;

/// A product. The texts are made of words that come again, as those of real products do.
pub(crate) struct Product {
    pub(crate) code: String,
    pub(crate) genre: usize,
    pub(crate) shop: String,
    pub(crate) name: String,
    pub(crate) catch_copy: String,
    pub(crate) price: u32,
    pub(crate) point_rate: u32,
    pub(crate) rating: String,
    pub(crate) reviews: u32,
    pub(crate) available: bool,
    pub(crate) updated_at: String,
    pub(crate) description: String,
}

/// The table, which both databases understand.
pub(crate) const TABLE: &str = "create table product (code text not null primary key, genre integer not null, \
    shop text not null, source text not null, name text not null, catch_copy text not null, price integer not null, \
    point_rate integer, rating numeric(3, 2), reviews bigint, available boolean not null, updated_at text, \
    description text, content_hash text not null, saved_at text not null, run_id text not null)";

/// The columns that a row of [`Product::cells`] has, in that order.
pub(crate) const COLUMNS: [&str; 13] = [
    "code",
    "genre",
    "shop",
    "source",
    "name",
    "catch_copy",
    "price",
    "point_rate",
    "rating",
    "reviews",
    "available",
    "updated_at",
    "description",
];

/// The same columns as jobnet fills them from an item.
pub(crate) const EXPRESSIONS: &str = r#"{code: .itemCode, genre: $each, shop: .shop.code, source: '"shop"',
          name: .itemName, catch_copy: .catchcopy // "", price: .itemPrice, point_rate: .pointRate,
          rating: .reviewAverage | tonumber, reviews: .reviewCount, available: .availability == 1,
          updated_at: .updatedAt, description: .itemCaption}"#;

const WORDS: [&str; 24] = [
    "送料無料",
    "ギフト",
    "国産",
    "北海道",
    "無添加",
    "セット",
    "お中元",
    "人気",
    "限定",
    "特別栽培",
    "純米大吟醸",
    "詰め合わせ",
    "クーポン",
    "ポイント",
    "翌日配送",
    "レビュー",
    "高級",
    "業務用",
    "冷凍",
    "個包装",
    "訳あり",
    "最安値に挑戦",
    "公式",
    "新商品",
];

impl Product {
    /// The product of that number.
    pub(crate) fn new(number: usize, genre: usize) -> Self {
        let mut rng = Rng::with_seed(number as u64);
        let shop = format!("shop-{:04}", rng.u32(0..3000));
        Self {
            code: format!("{shop}:{:08}", 10_000_000 + number),
            genre,
            shop,
            name: words(&mut rng, 60),
            catch_copy: words(&mut rng, 90),
            price: rng.u32(100..60_000),
            point_rate: rng.u32(1..11),
            rating: format!("{}.{:02}", rng.u32(1..5), rng.u32(1..100)),
            reviews: rng.u32(0..5000),
            available: rng.u32(0..10) > 0,
            updated_at: format!(
                "2026-{:02}-{:02}T{:02}:{:02}:00+09:00",
                rng.u32(1..13),
                rng.u32(1..29),
                rng.u32(0..24),
                rng.u32(0..60)
            ),
            description: words(&mut rng, 560),
        }
    }

    /// The product as the API shows it.
    pub(crate) fn json(&self) -> String {
        json!({
            "itemCode": self.code, "itemName": self.name, "catchcopy": self.catch_copy, "itemPrice": self.price,
            "itemCaption": self.description, "availability": u8::from(self.available), "taxFlag": 0, "giftFlag": 1,
            "shop": {"code": self.shop, "affiliateRate": 3.0}, "reviewCount": self.reviews,
            "reviewAverage": self.rating, "pointRate": self.point_rate, "updatedAt": self.updated_at,
        })
        .to_string()
    }

    /// The values of [`COLUMNS`], as text.
    pub(crate) fn cells(&self) -> [String; COLUMNS.len()] {
        [
            self.code.clone(),
            self.genre.to_string(),
            self.shop.clone(),
            "shop".to_owned(),
            self.name.clone(),
            self.catch_copy.clone(),
            self.price.to_string(),
            self.point_rate.to_string(),
            self.rating.clone(),
            self.reviews.to_string(),
            self.available.to_string(),
            self.updated_at.clone(),
            self.description.clone(),
        ]
    }
}

/// Words of about so many bytes together.
fn words(rng: &mut Rng, bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        match rng.u32(0..6) {
            0 => {
                let _ = write!(text, " {}g×{} ", rng.u32(1..100) * 10, rng.u32(1..20));
            }
            _ => text.push_str(WORDS[rng.usize(0..WORDS.len())]),
        }
    }
    text
}
