use std::num::NonZeroU32;
use std::time::Duration;

use crate::expr::{Filter, Late, Scope};
use crate::spec::{NextSpec, Problem};

use super::compile::Compiler;
use super::problem::PlanProblem;

const DEFAULT_MAX_PAGES: NonZeroU32 = NonZeroU32::MIN.saturating_add(99_999);

/// How one page leads to the next, and when that is too much.
#[derive(Debug, Clone)]
pub struct Paging {
    /// The way to the next page.
    pub next: Next,
    /// Paging goes on as long as this is true, whatever else would end it. Its scope is [`Paging::while_scope`].
    pub goes_on_while: Option<Filter>,
    /// Statuses by which the API says that there is no such page.
    pub end_on: Vec<u16>,
    /// More pages than this are an error.
    pub max_pages: Late<NonZeroU32>,
    /// Waiting longer than this for all pages together is an error.
    pub max_time: Option<Late<Duration>>,
}

/// The way from one page to the next.
#[derive(Debug, Clone)]
pub enum Next {
    /// The answer holds a cursor for the next page.
    Cursor {
        /// The cursor; null or empty on the last page.
        cursor: Filter,
        /// The query value that takes it.
        param: String,
    },
    /// Pages have numbers.
    Page {
        /// The query value that takes the number.
        param: String,
        /// The first number.
        first: Late<u32>,
        /// The last number; without it a page without items is the last.
        last: Option<Late<u32>>,
    },
    /// Pages begin after so many items.
    Offset {
        /// The query value that takes the number of items before.
        param: String,
        /// How many items a full page has: one with fewer is the last.
        limit: Option<Late<NonZeroU32>>,
    },
    /// The `Link` header holds the next page's URL (<https://www.rfc-editor.org/rfc/rfc8288#section-3>).
    Link {
        /// The relation under which it stands.
        rel: String,
    },
    /// The answer holds the next page's URL; null or empty on the last page.
    Url(Filter),
}

impl Next {
    fn filter(&self) -> Option<&Filter> {
        match self {
            Self::Cursor { cursor: filter, .. } | Self::Url(filter) => Some(filter),
            Self::Page { .. } | Self::Offset { .. } | Self::Link { .. } => None,
        }
    }
}

impl Paging {
    /// The names that `while` sees beside its input: the parameters of the link that was found, and the response's headers.
    pub fn while_scope() -> Scope {
        Scope::with_answers(["link", "headers"].map(str::to_owned))
    }

    /// Everything that looks at a response beside its items.
    pub fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.next.filter().into_iter().chain(&self.goes_on_while)
    }

    pub(super) fn compile(spec: &NextSpec, compiler: &mut Compiler<'_>) -> Option<Self> {
        let next = Next::compile(spec, compiler);
        let goes_on_while = spec.r#while.as_ref().and_then(|jq| compiler.filter(jq, &Self::while_scope()));
        let max_pages = spec.max_pages.as_ref().map(|late| compiler.late(late));
        let max_time = spec.max_time.as_ref().map(|late| compiler.late(late));
        Some(Self {
            next: next?,
            goes_on_while,
            end_on: spec.end_on.iter().flatten().map(|status| status.0).collect(),
            max_pages: max_pages.unwrap_or(Late::Known(DEFAULT_MAX_PAGES)),
            max_time,
        })
    }
}

impl Next {
    fn compile(spec: &NextSpec, compiler: &mut Compiler<'_>) -> Option<Self> {
        let kinds = spec.kinds();
        let [(kind, _)] = kinds[..] else {
            if !spec.unread.iter().any(|key| NextSpec::KINDS.contains(key)) {
                let found = kinds.iter().map(|(kind, _)| (*kind).to_owned()).collect();
                let keys = NextSpec::KINDS.to_vec();
                // Of several the last is pointed at: where an environment adds one, it is the environment's.
                let last = kinds.iter().map(|(_, span)| *span).max();
                let problem = Problem::NotOne { owner: "the way to the next page", found, keys };
                compiler.report(problem, last.unwrap_or(spec.span));
            }
            return None;
        };
        for (owner, key, span) in spec.keys_of_kinds().into_iter().filter(|(owner, ..)| *owner != kind) {
            let advice = match owner {
                "cursor" => "`param` belongs to `cursor`: remove it",
                "page" => "`first` and `last` belong to `page`: remove them",
                _ => "`limit` belongs to `offset`: remove it",
            };
            compiler.report(PlanProblem::Contradiction { one: kind, other: key, advice }, span);
        }
        if let Some(cursor) = &spec.cursor {
            let cursor = compiler.filter(cursor, &Scope::default());
            if spec.param.is_none() && !spec.unread.contains(&"param") {
                let problem = Problem::MissingKey { key: "param", expected: "a text", owner: "`cursor`" };
                compiler.report(problem, spec.span);
            }
            return Some(Self::Cursor { cursor: cursor?, param: spec.param.as_ref()?.value.clone() });
        }
        if let Some(page) = &spec.page {
            return Some(Self::Page {
                param: page.value.clone(),
                first: first_page(spec, compiler),
                last: spec.last.as_ref().map(|late| compiler.late(late)),
            });
        }
        if let Some(offset) = &spec.offset {
            let limit = spec.limit.as_ref().map(|late| compiler.late(late));
            return Some(Self::Offset { param: offset.value.clone(), limit });
        }
        if let Some(link) = &spec.link {
            return Some(Self::Link { rel: link.value.clone() });
        }
        spec.url.as_ref().and_then(|url| compiler.filter(url, &Scope::default())).map(Self::Url)
    }
}

/// The number of the first page, which must not come after the last.
fn first_page(spec: &NextSpec, compiler: &mut Compiler<'_>) -> Late<u32> {
    let Some(late) = &spec.first else {
        return Late::Known(1);
    };
    let first = compiler.late(late);
    let known = |late: &Late<u32>, compiler: &Compiler<'_>| late.bind(compiler.declared()).ok().flatten();
    let last = spec.last.as_ref().and_then(|last| known(&last.late, compiler));
    if let (Some(first), Some(last)) = (known(&first, compiler), last)
        && first > last
    {
        let advice = "`last` is the number of the last page: no less than `first`";
        compiler.report(PlanProblem::Contradiction { one: "first", other: "last", advice }, late.span);
    }
    first
}
