use std::time::Duration;

use super::body::BodySpec;
use super::leaf::{JqText, LateSpec, PatternText, Spanned};
use super::record::{record, words};
use super::several::Several;
use super::stage::RequestTimeoutSpec;
use super::table::Table;

/// Query values by name; a list has its name repeated.
pub type QuerySpec = Table<Several<PatternText>>;

/// What to count in a response, by the name of the count. `failed` decides whether the stage fails, and `total` is what it
/// is measured by, where that is not the items that were sent.
pub type CountsSpec = Table<JqText>;

record! {
    /// One request of a `call`: exactly one of the methods, with a path below the API's `base_url`.
    RequestSpec is "a request"
    optional {
        /// GET this path.
        get: PatternText,
        /// POST to this path.
        post: PatternText,
        /// PUT to this path.
        put: PatternText,
        /// PATCH this path.
        patch: PatternText,
        /// DELETE this path.
        delete: PatternText,
        /// Which API. May be left out where there is only one.
        api: Spanned<String>,
        /// Query values.
        query: QuerySpec,
        /// The body, as jq that builds it, or `none`. Without it there is none.
        body: BodySpec,
        /// What to count in the response.
        counts: CountsSpec,
        /// What happens where the response has an error in place of the counts, or never has one of them. Default warn.
        missing_counts: Spanned<MissingCountsSpec>,
        /// Error texts in the answer, to be shown in the summary.
        errors: JqText,
        /// Names the answer: later requests of the same `call` know it by `$NAME`.
        r#as: Spanned<String>,
        /// Waits of this request alone.
        timeout: RequestTimeoutSpec,
    }
}

words! {
    /// What happens where counts are not in the responses.
    MissingCountsSpec is "what happens where counts are missing" {
        /// The summary warns of it.
        "warn" => Warn,
        /// A response with an error in place of the counts is a failed request; a count that no response has fails the
        /// stage.
        "fail" => Fail,
    }
}

/// A method and its path, as one of the keys `get`, `post`, `put`, `patch` and `delete` gives them.
pub(crate) type MethodPath<'a> = (&'static str, &'a PatternText);

impl RequestSpec {
    /// The methods that the request has, with their paths: a good one has exactly one.
    pub(crate) fn methods(&self) -> Vec<MethodPath<'_>> {
        [
            ("GET", &self.get),
            ("POST", &self.post),
            ("PUT", &self.put),
            ("PATCH", &self.patch),
            ("DELETE", &self.delete),
        ]
        .into_iter()
        .filter_map(|(method, path)| Some((method, path.as_ref()?)))
        .collect()
    }
}

/// A duration that `${NAME}` may supply.
pub(super) type LateDuration = LateSpec<Duration>;
