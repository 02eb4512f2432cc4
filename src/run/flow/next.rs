use std::collections::HashSet;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::time::{Instant, timeout};

use crate::clients::{LinkError, link};
use crate::expr::{Bindings, EvalError, Filter, Value};
use crate::run::bind::Connection;
use crate::run::prepare::Prepared;
use crate::run::read::Received;

use super::going_on::goes_on;
use super::paging::{Next, Paging};
use super::same::Before;

/// Why there is no way to the next page although the pages are not at their end.
#[derive(Debug, Error)]
pub(super) enum NextError {
    #[error(transparent)]
    Eval(#[from] EvalError),
    #[error("`{filter}` gave something that is neither a text nor a number")]
    NotText { filter: String },
    #[error("`{text}`, which leads to the next page, is not a URL")]
    NotUrl { text: String },
    #[error("its next page is at {found}, which is not the API's {base}: credentials would leave")]
    Elsewhere { found: String, base: String },
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("`while` is true, and the response leads to no next page")]
    NoWay,
    #[error(
        "it has the same {0} item(s) as the page before: the API does not go on; where it tells its end in another way, say that by `while`"
    )]
    Same(usize),
    #[error("there are more than {0} pages; raise `max_pages` if that is right")]
    TooMany(NonZeroU32),
    #[error("its {0} for the next page was given before: the pages go round in a circle")]
    Circle(&'static str),
    #[error("the pages were waited for longer than {0:?}; raise `max_time` if that is right")]
    TooLong(Duration),
}

/// The way through the pages of one source, from the first to the last.
pub(super) struct Walk<'p> {
    paging: Option<&'p Paging>,
    number: u32,
    items: u64,
    full: Full,
    before: Before,
    seen: HashSet<String>,
    waited: Duration,
    warning: Option<String>,
}

/// How many items a full page has, under `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Full {
    /// As the spec says.
    #[default]
    Told,
    /// The first page had only so many: either there are no more, or the API never gives more at once.
    Asked(u64),
    /// The API never gives more at once.
    Capped(u64),
}

/// Statuses of an API that has no page at an offset that is its end.
const NO_SUCH_PAGE: [u16; 5] = [204, 400, 404, 416, 422];

/// A page that was read.
pub(super) struct Read<'a> {
    pub(super) request: &'a Prepared,
    pub(super) received: &'a Received,
    pub(super) items: &'a [Value],
    /// What puts out the items of a response.
    pub(super) filter: &'a Filter,
}

impl<'p> Walk<'p> {
    /// A way before its first page; without `paging` there is no other.
    pub(super) fn new(paging: Option<&'p Paging>) -> Self {
        Self {
            paging,
            number: 1,
            items: 0,
            full: Full::Told,
            before: Before::default(),
            seen: HashSet::new(),
            waited: Duration::ZERO,
            warning: None,
        }
    }

    /// The number of the page that is read, from 1.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Statuses by which the API says that there is no such page.
    pub(super) fn end_on(&self) -> Vec<u16> {
        let told = self.paging.iter().flat_map(|paging| &paging.end_on);
        let asked = NO_SUCH_PAGE.iter().filter(|_| matches!(self.full, Full::Asked(_)));
        told.chain(asked).copied().collect()
    }

    /// What users are to know of the way, once.
    pub(super) fn take_warning(&mut self) -> Option<String> {
        self.warning.take()
    }

    /// Waits for a page, unless all of them together take too long.
    pub(super) async fn in_time<T>(&mut self, page: impl Future<Output = T>) -> Result<T, NextError> {
        let Some(most) = self.paging.and_then(|paging| paging.max_time) else {
            return Ok(page.await);
        };
        let began = Instant::now();
        let got = timeout(most.saturating_sub(self.waited), page).await;
        self.waited += began.elapsed();
        got.map_err(|_| NextError::TooLong(most))
    }

    /// The request of the first page, made from the one without a place.
    pub(super) fn first(&mut self, request: Prepared) -> Prepared {
        match self.paging.map(|paging| &paging.next) {
            Some(Next::Page { param, first, .. }) => request.with_query(param, &first.to_string()),
            Some(Next::Offset { param, .. }) => request.with_query(param, "0"),
            Some(Next::Link { .. } | Next::Url(_)) => {
                self.seen.insert(request.url.to_string());
                request
            }
            Some(Next::Cursor { .. }) | None => request,
        }
    }

    /// The request of the page after this one; `None` where it was the last.
    ///
    /// # Errors
    /// [`NextError`].
    pub(super) fn next(
        &mut self,
        page: &Read<'_>,
        connection: &Connection,
        bindings: &Bindings,
    ) -> Result<Option<Prepared>, NextError> {
        let Some(paging) = self.paging else { return Ok(None) };
        let (request, received, items) = (page.request, page.received, page.items.len());
        self.items += items as u64;
        let is_same = self.before.is_same(&received.body, page.items, page.filter, bindings);
        let link = match &paging.next {
            Next::Link { rel } => link(&received.headers, rel, &request.url)?,
            _ => link(&received.headers, "next", &request.url).unwrap_or_default(),
        };
        let goes_on = match &paging.goes_on_while {
            Some(filter) => Some(goes_on(filter, received, link.as_ref(), bindings)?),
            None => None,
        };
        if goes_on == Some(false) {
            return unless_same(is_same, items, None);
        }
        let text = |filter: &Filter| text_from(filter, &received.value, bindings);
        let way = match &paging.next {
            Next::Cursor { cursor, param } => {
                text(cursor)?.map(|cursor| (request.with_query(param, &cursor), Some(("cursor", cursor))))
            }
            Next::Page { param, first, last } => {
                let is_last = match last {
                    Some(last) => self.number > last - first,
                    None => items == 0 && goes_on.is_none(),
                };
                if is_last {
                    return unless_same(is_same, items, None);
                }
                let page = u64::from(*first) + u64::from(self.number);
                Some((request.with_query(param, &page.to_string()), None))
            }
            Next::Offset { param, limit } => {
                let limit = limit.map_or(1, |limit| u64::from(limit.get()));
                let is_last = goes_on.is_none() && self.is_short(items as u64, limit);
                // After a page without items the next one would be this one again.
                let is_way = !is_last && items > 0;
                is_way.then(|| (request.with_query(param, &self.items.to_string()), None))
            }
            Next::Link { .. } => match &link {
                Some(link) => Some(at_url(request, &link.target, connection)?),
                None => None,
            },
            Next::Url(url) => match text(url)? {
                Some(target) => Some(at_url(request, &target, connection)?),
                None => None,
            },
        };
        let Some((next, mark)) = way else {
            return if goes_on == Some(true) {
                Err(NextError::NoWay)
            } else {
                unless_same(is_same, items, None)
            };
        };
        if self.number >= paging.max_pages.get() {
            return Err(NextError::TooMany(paging.max_pages));
        }
        if let Some((what, mark)) = mark
            && !self.seen.insert(mark)
        {
            return Err(NextError::Circle(what));
        }
        let next = unless_same(is_same, items, Some(next))?;
        self.number += 1;
        Ok(next)
    }

    /// True where a page under `offset` has so few items that it is the last. A short first one does not tell: the API may
    /// give fewer at once than `limit` says.
    fn is_short(&mut self, items: u64, limit: u64) -> bool {
        let full = match self.full {
            Full::Told if self.number == 1 && (1..limit).contains(&items) => {
                self.full = Full::Asked(items);
                return false;
            }
            Full::Told => limit,
            Full::Asked(first) => {
                if items > 0 {
                    self.full = Full::Capped(first);
                    self.warning = Some(format!(
                        "the API gives no more than {first} items a page, and `limit` is {limit}: write `limit: {first}`"
                    ));
                }
                first
            }
            Full::Capped(first) => first,
        };
        items < full
    }
}

/// Where a page is, so that a later run can begin there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PageMark {
    /// Its number, from 1.
    number: u32,
    /// How many items came before.
    items: u64,
    /// Its cursor, or its URL.
    at: Option<String>,
    /// How many items a full page has.
    #[serde(default)]
    full: Full,
}

impl Walk<'_> {
    /// The place of a page that is to be read next; `None` where it holds something that must not be written down.
    pub(super) fn mark(&self, request: &Prepared, connection: &Connection) -> Option<PageMark> {
        let at = match &self.paging?.next {
            Next::Cursor { param, .. } => {
                let cursor = request.url.query_pairs().find(|(name, _)| name == param);
                Some(cursor?.1.into_owned())
            }
            Next::Link { .. } | Next::Url(_) => Some(request.url.to_string()),
            Next::Page { .. } | Next::Offset { .. } => None,
        };
        let hides = at.as_ref().is_some_and(|at| connection.masker.mask(at) != *at);
        (!hides).then_some(PageMark { number: self.number, items: self.items, at, full: self.full })
    }

    /// The request of the page at a place, made from the one without a place.
    ///
    /// # Errors
    /// [`NextError`], where the place does not fit the way any more.
    pub(super) fn resumed(
        &mut self,
        request: Prepared,
        mark: &PageMark,
        connection: &Connection,
    ) -> Result<Prepared, NextError> {
        (self.number, self.items, self.full) = (mark.number, mark.items, mark.full);
        let at = mark.at.as_deref().unwrap_or_default();
        Ok(match self.paging.map(|paging| &paging.next) {
            Some(Next::Cursor { param, .. }) => {
                self.seen.insert(at.to_owned());
                request.with_query(param, at)
            }
            Some(Next::Page { param, first, .. }) => {
                let page = u64::from(*first) + u64::from(mark.number) - 1;
                request.with_query(param, &page.to_string())
            }
            Some(Next::Offset { param, .. }) => request.with_query(param, &mark.items.to_string()),
            Some(Next::Link { .. } | Next::Url(_)) => {
                let (next, _) = at_url(&request, at, connection)?;
                self.seen.insert(next.url.to_string());
                next
            }
            None => request,
        })
    }
}

fn unless_same(is_same: bool, items: usize, next: Option<Prepared>) -> Result<Option<Prepared>, NextError> {
    if is_same { Err(NextError::Same(items)) } else { Ok(next) }
}

type Marked = (Prepared, Option<(&'static str, String)>);

/// The request of a page at a URL, which may be relative to the URL of the page before.
fn at_url(request: &Prepared, target: &str, connection: &Connection) -> Result<Marked, NextError> {
    let url =
        request.url.join(target).map_err(|_| NextError::NotUrl { text: connection.masker.mask(target) })?;
    let next = request.with_url(url, connection).map_err(|found| NextError::Elsewhere {
        found,
        base: connection.base.origin().ascii_serialization(),
    })?;
    let mark = next.url.to_string();
    Ok((next, Some(("URL", mark))))
}

/// The cursor or URL that an answer holds; nothing, null, false and an empty text are the end.
fn text_from(filter: &Filter, answer: &Value, bindings: &Bindings) -> Result<Option<String>, NextError> {
    match filter.output(answer.clone(), bindings)? {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(Value::Num(number)) if number.is_finite() => Ok(Some(number.to_text())),
        Some(Value::Str(text)) => Ok(Some(text.to_string()).filter(|text| !text.is_empty())),
        Some(_) => Err(NextError::NotText { filter: filter.text().to_owned() }),
    }
}
