//! The value type as jaq's evaluator and library use it.

use std::fmt;
use std::ops::Range;

use jaq_core::path::Opt;
use jaq_core::{ValR, ValT, ValX};

use super::access::slice_index;
use super::message::failed;
use super::write::jq_json;
use super::{Map, Num, Value};

/// The value as jq's `tojson` writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&jq_json(self))
    }
}

impl From<Range<Option<Self>>> for Value {
    fn from(range: Range<Option<Self>>) -> Self {
        slice_index(range)
    }
}

impl ValT for Value {
    fn from_num(text: &str) -> ValR<Self> {
        Num::parse(text).map(Self::Num).ok_or_else(|| failed(format!("{text} is not a number")))
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(entries: I) -> ValR<Self> {
        let entries = entries.into_iter().map(|(key, value)| match key {
            Self::Str(key) => Ok((key, value)),
            other => {
                Err(failed(format!("Object keys must be strings, not {}", super::message::shown(&other))))
            }
        });
        Ok(Self::object(entries.collect::<Result<Map, _>>()?))
    }

    fn key_values(self) -> Box<dyn Iterator<Item = ValR<(Self, Self), Self>>> {
        self.into_entries()
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR<Self>>> {
        self.into_values()
    }

    fn index(self, index: &Self) -> ValR<Self> {
        self.part(index)
    }

    fn range(self, range: Range<Option<&Self>>) -> ValR<Self> {
        self.slice(range)
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        match (self, opt) {
            (value @ (Self::Arr(_) | Self::Obj(_)), _) | (value, Opt::Essential) => {
                value.with_values(|part| f(part).next().transpose())
            }
            (value, Opt::Optional) => Ok(value),
        }
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        index: &Self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        if matches!(opt, Opt::Optional) && self.part(index).is_err() {
            return Ok(self);
        }
        self.with_part(index, |part| f(part).next().transpose())
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        range: Range<Option<&Self>>,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        if matches!(opt, Opt::Optional) && self.slice(range.clone()).is_err() {
            return Ok(self);
        }
        self.with_slice(range, |part| f(part).next().transpose())
    }

    fn as_bool(&self) -> bool {
        self.is_true()
    }

    fn into_string(self) -> Self {
        match self {
            Self::Str(_) => self,
            other => Self::from(jq_json(&other)),
        }
    }
}

impl jaq_std::ValT for Value {
    fn into_seq<S: FromIterator<Self>>(self) -> Result<S, Self> {
        match self {
            Self::Arr(items) => Ok(std::sync::Arc::unwrap_or_clone(items).into_iter().collect()),
            other => Err(other),
        }
    }

    fn is_int(&self) -> bool {
        self.as_isize().is_some()
    }

    fn as_isize(&self) -> Option<isize> {
        match self {
            Self::Num(number) => number.as_whole().and_then(|whole| isize::try_from(whole).ok()),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Num(number) => Some(number.as_f64()),
            _ => None,
        }
    }

    fn is_utf8_str(&self) -> bool {
        matches!(self, Self::Str(_))
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Str(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    fn as_sub_str(&self, part: &[u8]) -> Self {
        Self::from_utf8_bytes(part.to_vec())
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::from(&*String::from_utf8_lossy(bytes.as_ref()))
    }
}
