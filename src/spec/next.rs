use std::borrow::Cow;
use std::num::NonZeroU32;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::diag::Span;

use super::leaf::{JqText, LateSpec, Spanned, inline_schema};
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::record::record;

record! {
    /// How one page leads to the next: exactly one of `cursor`, `page`, `offset`, `link` and `url`.
    NextSpec is "the way to the next page"
    optional {
        /// The cursor of the next page; null or empty on the last. `param` says where it goes.
        cursor: JqText,
        /// The query value that takes the cursor.
        param: Spanned<String>,
        /// The query value that takes the page's number. A page without items is the last, unless `last` says which is.
        page: Spanned<String>,
        /// The number of the first page. Default 1.
        first: LateSpec<u32>,
        /// The number of the last page. All up to it are read, also after one without items.
        last: LateSpec<u32>,
        /// The query value that takes the number of items before the page. A page without items is the last.
        offset: Spanned<String>,
        /// How many items a full page has: one with fewer is the last.
        limit: LateSpec<NonZeroU32>,
        /// The relation of the `Link` header that leads to the next page: `next`, mostly. The last page has none.
        link: Spanned<String>,
        /// The next page's URL in the answer, absolute or relative; null or empty on the last.
        url: JqText,
        /// Paging goes on as long as this is true, whatever else would end it. It sees the response's body, the parameters of
        /// the `Link` as `$link`, and the headers as `$headers`.
        r#while: JqText,
        /// Statuses by which the API says that there is no such page, as a good end.
        end_on: Vec<EndStatus>,
        /// More pages than this are an error. Default 100000.
        max_pages: LateSpec<NonZeroU32>,
        /// Waiting longer than this for all pages together is an error. Without it the stage's `timeout` is the limit.
        max_time: LateSpec<Duration>,
    }
}

impl NextSpec {
    /// The keys of which exactly one stands in a `next`.
    pub(crate) const KINDS: [&'static str; 5] = ["cursor", "page", "offset", "link", "url"];

    /// The kinds that it has, with their places: a good one has exactly one.
    pub(crate) fn kinds(&self) -> Vec<(&'static str, Span)> {
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.span);
        let jq = |jq: &Option<JqText>| jq.as_ref().map(|jq| jq.span);
        let spans = [jq(&self.cursor), text(&self.page), text(&self.offset), text(&self.link), jq(&self.url)];
        Self::KINDS.into_iter().zip(spans).filter_map(|(kind, span)| Some((kind, span?))).collect()
    }

    /// The keys that it has and that belong to one kind alone: the kind, the key, and its place.
    pub(crate) fn keys_of_kinds(&self) -> Vec<(&'static str, &'static str, Span)> {
        [
            ("cursor", "param", self.param.as_ref().map(|param| param.span)),
            ("page", "first", self.first.as_ref().map(|first| first.span)),
            ("page", "last", self.last.as_ref().map(|last| last.span)),
            ("offset", "limit", self.limit.as_ref().map(|limit| limit.span)),
        ]
        .into_iter()
        .filter_map(|(kind, key, span)| Some((kind, key, span?)))
        .collect()
    }
}

/// A status that ends the pages: 204, or an error status from 300 to 599.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndStatus(pub u16);

impl Read for EndStatus {
    const EXPECTED: &'static str = "an error status such as 404, or 204";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let status = match node.value {
            NodeValue::Int(status) => {
                u16::try_from(status).ok().filter(|status| *status == 204 || (300..600).contains(status))
            }
            _ => None,
        };
        if status.is_none() {
            reader.wrong_type(Self::EXPECTED, node);
        }
        status.map(Self)
    }
}

inline_schema!([] EndStatus, json_schema!({"type": "integer", "anyOf": [{"const": 204}, {"minimum": 300, "maximum": 599}]}));
