use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jaq_json::{Map, Num};
use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Value;

/// Which part of an answer is worth keeping: of the objects in the array below `path`, only `keys`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// Keys from the answer down to the array.
    pub path: Vec<String>,
    /// The keys of its objects that can matter.
    pub keys: BTreeSet<String>,
}

/// Reads a JSON text into jq's value type; with a projection what it leaves out is checked but never built.
///
/// # Errors
/// The first fault of the text, with its line and column.
pub fn parse_json(text: &[u8], projection: Option<&Projection>) -> serde_json::Result<Value> {
    // What is known to be UTF-8 as a whole need not be checked string by string. Where it is not, the reader says where.
    match simdutf8::basic::from_utf8(text) {
        Ok(text) => read(serde_json::Deserializer::from_str(text), projection),
        Err(_) => read(serde_json::Deserializer::from_slice(text), projection),
    }
}

fn read<'de>(
    mut deserializer: serde_json::Deserializer<impl serde_json::de::Read<'de>>,
    projection: Option<&Projection>,
) -> serde_json::Result<Value> {
    let Some(projection) = projection else {
        let value = Value::deserialize(&mut deserializer)?;
        deserializer.end()?;
        return Ok(value);
    };
    let keys: Keys<'_> =
        projection.keys.iter().map(|key| (key.as_str(), Value::utf8_str(key.clone().into_bytes()))).collect();
    let value = Keep::Below(&projection.path, &keys).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Keys to keep, each with the value that all objects with that key share.
type Keys<'p> = BTreeMap<&'p str, Value>;

/// What to keep of the value that is read next.
#[derive(Clone, Copy)]
enum Keep<'p> {
    /// An object on the way to the array, or the array itself where the path is at its end.
    Below(&'p [String], &'p Keys<'p>),
    /// An object of the array.
    Keys(&'p Keys<'p>),
}

impl<'de> DeserializeSeed<'de> for Keep<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keep<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Num(Num::from_integral(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Num(Num::from_integral(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Num(Num::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::utf8_str(value.as_bytes().to_vec()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        match self {
            Self::Below([], keys) => {
                while let Some(item) = items.next_element_seed(Keep::Keys(keys))? {
                    kept.push(item);
                }
            }
            Self::Below(..) | Self::Keys(_) => {
                while let Some(item) = items.next_element()? {
                    kept.push(item);
                }
            }
        }
        Ok(Value::Arr(kept.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut kept = Map::default();
        if let Self::Keys(keys) = self {
            kept.reserve(keys.len());
        }
        while let Some(name) = entries.next_key_seed(BorrowedText)? {
            let (key, value) = match self {
                Self::Keys(keys) => match keys.get(name.as_ref()) {
                    Some(key) => (key.clone(), entries.next_value()?),
                    None => {
                        entries.next_value::<IgnoredAny>()?;
                        continue;
                    }
                },
                Self::Below(path, keys) => {
                    let value = match path {
                        [first, rest @ ..] if *first == name => {
                            entries.next_value_seed(Keep::Below(rest, keys))?
                        }
                        _ => entries.next_value()?,
                    };
                    (Value::utf8_str(name.into_owned().into_bytes()), value)
                }
            };
            kept.insert(key, value);
        }
        Ok(Value::obj(kept))
    }
}

/// A key without a copy where the text has no escapes.
struct BorrowedText;

impl<'de> DeserializeSeed<'de> for BorrowedText {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_keeps_the_named_keys_of_the_items_and_all_around_them() {
        let projection =
            Projection { path: vec!["data".into(), "items".into()], keys: ["a".to_owned()].into() };
        let text = br#"{"next":{"a":1,"b":2},"data":{"items":[{"a":[1],"b":2},3,{"c":4}],"n":1}}"#;
        let value = parse_json(text, Some(&projection)).unwrap();
        assert_eq!(value.to_string(), r#"{"next":{"a":1,"b":2},"data":{"items":[{"a":[1]},3,{}],"n":1}}"#);
    }

    #[test]
    fn what_is_not_utf_8_is_a_fault_with_its_place() {
        let error = parse_json(b"{\"a\":\n \"\xff\"}", None).unwrap_err();
        assert_eq!((error.line(), error.column()), (2, 3), "{error}");
    }

    #[test]
    fn a_fault_in_what_is_left_out_is_still_a_fault() {
        let projection = Projection { path: vec!["items".into()], keys: BTreeSet::new() };
        for text in [r#"{"items":[{"a":tru}]}"#, r#"{"items":[]} x"#, r#"{"items":["#] {
            assert!(parse_json(text.as_bytes(), Some(&projection)).is_err(), "{text}");
        }
    }
}
