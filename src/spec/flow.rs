use std::num::NonZeroU32;

use super::body::BodySpec;
use super::for_each::ForEachSpec;
use super::keep::KeepSpec;
use super::leaf::{JqText, LateSpec, PatternText, Spanned};
use super::next::NextSpec;
use super::record::record;
use super::request::{CountsSpec, MissingCountsSpec, QuerySpec};
use super::save::ToSpec;
use super::stage::RequestTimeoutSpec;

record! {
    /// Pages of items, a choice among them, and where the chosen go: requests that carry them on, or tables.
    FlowSpec is "a flow"
    required {
        /// Where the items come from.
        from: FromSpec,
        /// Where the chosen items go.
        to: ToSpec,
    }
    optional {
        /// Rows, for each of which `from` is read once, one after the other: `.` in its path and query is the row, and
        /// `$each` is it everywhere. Without it `from` is read once.
        for_each: ForEachSpec,
        /// Which items are chosen: jq that is true for them. Without it all are.
        select: JqText,
    }
}

record! {
    /// Pages of items.
    FromSpec is "the source of a flow"
    required {
        /// The path of the first page.
        get: PatternText,
        /// The items of a page.
        items: JqText,
    }
    optional {
        /// Which API. May be left out where there is only one.
        api: Spanned<String>,
        /// Query values.
        query: QuerySpec,
        /// Where the next page is. Without it there is one page.
        next: NextSpec,
        /// Where every page is kept as it came.
        keep: KeepSpec,
        /// Waits of these requests alone.
        timeout: RequestTimeoutSpec,
    }
}

record! {
    /// Requests that carry the chosen items: one of the methods, with a path below the API's `base_url`.
    SendSpec is "the target of a flow"
    optional {
        /// POST to this path.
        post: PatternText,
        /// PUT to this path.
        put: PatternText,
        /// PATCH this path.
        patch: PatternText,
        /// Which API. May be left out where there is only one.
        api: Spanned<String>,
        /// Query values.
        query: QuerySpec,
        /// The body, as jq that builds it from the array of the batch's items (under `each: true` from the item), or `none`.
        /// Default `.`: those items themselves.
        body: BodySpec,
        /// How many items one request carries at most. Default 100.
        batch: LateSpec<NonZeroU32>,
        /// Items whose value here is equal travel together, and no others with them.
        group_by: JqText,
        /// One request an item.
        each: bool,
        /// How many requests are under way at once. Default 4.
        concurrency: LateSpec<NonZeroU32>,
        /// What to count in the responses.
        counts: CountsSpec,
        /// What happens where a response has an error in place of the counts, or no response has one of them. Default warn.
        missing_counts: Spanned<MissingCountsSpec>,
        /// Error texts in the answers, to be shown in the summary.
        errors: JqText,
        /// Waits of these requests alone.
        timeout: RequestTimeoutSpec,
    }
}

impl SendSpec {
    /// The methods that the target has, with their paths: a good one has exactly one.
    pub(crate) fn methods(&self) -> Vec<(&'static str, &PatternText)> {
        [("POST", &self.post), ("PUT", &self.put), ("PATCH", &self.patch)]
            .into_iter()
            .filter_map(|(method, path)| Some((method, path.as_ref()?)))
            .collect()
    }
}
