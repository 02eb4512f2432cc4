use crate::digest::sha256;

use super::cell::Cell;

/// The hash of a row: SHA-256 of its columns, sorted by name, as one canonical JSON object, in hex. Anybody can compute it.
pub fn hash<'a>(columns: impl Iterator<Item = (&'a str, &'a Cell)>) -> String {
    sha256(object(columns))
}

/// Columns as one JSON object, in the order that they come in, without spaces.
pub(super) fn object<'a>(columns: impl Iterator<Item = (&'a str, &'a Cell)>) -> Vec<u8> {
    let mut json = Vec::with_capacity(512);
    json.push(b'{');
    for (place, (name, cell)) in columns.enumerate() {
        if place > 0 {
            json.push(b',');
        }
        write_string(&mut json, name);
        json.push(b':');
        match cell {
            Cell::Null => json.extend_from_slice(b"null"),
            Cell::Bool(true) => json.extend_from_slice(b"true"),
            Cell::Bool(false) => json.extend_from_slice(b"false"),
            Cell::Number(number) => json.extend_from_slice(number.as_bytes()),
            Cell::Text(text) => write_string(&mut json, text),
        }
    }
    json.push(b'}');
    json
}

fn write_string(json: &mut Vec<u8>, text: &str) {
    // Writing a string into memory does not fail.
    let _ = serde_json::to_writer(json, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_canonical_json() {
        let columns =
            [("name", Cell::Text("日本酒 \"x\"".to_owned())), ("price", Cell::Number("1980".to_owned()))];
        let hash = hash(columns.iter().map(|(name, cell)| (*name, cell)));
        let json = "{\"name\":\"日本酒 \\\"x\\\"\",\"price\":1980}";
        assert_eq!(hash, sha256(json));
        assert_eq!(hash.len(), 64);
    }
}
