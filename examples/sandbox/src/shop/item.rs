//! An item as JSON.

use serde_json::{Value, json};

use super::catalogue::{Item, Price};
use super::format::Format;

/// As the item search shows it.
pub(super) fn found(item: &Item, format: Format) -> Value {
    let mut found = common(item, format);
    found["itemPrice"] = match &item.price {
        Price::Yen(yen) => (*yen).into(),
        Price::Text(text) => text.as_str().into(),
    };
    found["reviewAverage"] = review_average(item).into();
    found["tagIds"] = item.tag_ids.as_slice().into();
    found
}

/// As a ranking shows it, where some numbers are texts.
pub(super) fn ranked(item: &Item, rank: usize, format: Format) -> Value {
    let mut ranked = common(item, format);
    ranked["rank"] = rank.into();
    ranked["carrier"] = 0.into();
    ranked["itemPrice"] = match &item.price {
        Price::Yen(yen) => yen.to_string().into(),
        Price::Text(text) => text.as_str().into(),
    };
    ranked["reviewAverage"] = format!("{:.1}", review_average(item)).into();
    ranked
}

fn common(item: &Item, format: Format) -> Value {
    let Item { number, code, name, seller, genre_id, .. } = item;
    let image = format!("https://images.example.jp/{}/{number}.jpg", seller.code);
    json!({
        "itemCode": code,
        "itemName": name,
        "catchcopy": "送料無料",
        "itemCaption": format!("{name}の説明"),
        "itemUrl": format!("https://item.example.jp/{}/{number}/", seller.code),
        "affiliateUrl": "",
        "affiliateRate": 2.0,
        "shopCode": seller.code,
        "shopName": seller.name,
        "shopUrl": format!("https://www.example.jp/{}/", seller.code),
        "genreId": genre_id.to_string(),
        "imageFlag": 1,
        "mediumImageUrls": [format.entry("imageUrl", image)],
        "availability": 1,
        "taxFlag": 0,
        "postageFlag": 1,
        "creditCardFlag": 1,
        "giftFlag": number % 2,
        "startTime": "",
        "endTime": "",
        "reviewCount": review_count(*number),
        "pointRate": point_rate(*number),
    })
}

/// A number, for some items as a text.
fn review_count(number: usize) -> Value {
    let count = number * 37 % 500;
    if number % 7 == 3 { count.to_string().into() } else { count.into() }
}

/// A number, for some items null.
fn point_rate(number: usize) -> Value {
    if number % 11 == 5 { Value::Null } else { (1 + number % 10).into() }
}

/// From 3 to 5, in tenths.
fn review_average(item: &Item) -> f64 {
    let tenths = [30, 33, 36, 40, 42, 45, 48, 50][item.number % 8];
    f64::from(tenths) / 10.0
}
