use std::collections::HashSet;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::time::{Instant, timeout};

use crate::clients::link;
use crate::expr::{Bindings, EvalError, Filter, Value};
use crate::plan;
use crate::run::bind::Connection;
use crate::run::binder::{BindError, Binder};
use crate::run::prepare::Prepared;
use crate::run::read::Received;

/// How one page leads to the next, with all values.
#[derive(Clone)]
pub(super) struct Paging {
    next: Next,
    end_on: Vec<u16>,
    max_pages: NonZeroU32,
    max_time: Option<Duration>,
}

#[derive(Clone)]
enum Next {
    Cursor { cursor: Filter, param: String },
    Page { param: String, first: u32, last: Option<u32> },
    Offset { param: String, limit: Option<NonZeroU32> },
    Link { rel: String },
    Url(Filter),
}

impl Paging {
    pub(super) fn bind(paging: &plan::Paging, binder: &Binder<'_>) -> Result<Self, BindError> {
        Ok(Self {
            next: Next::bind(&paging.next, binder)?,
            end_on: paging.end_on.clone(),
            max_pages: binder.late("next.max_pages", &paging.max_pages)?.unwrap_or(NonZeroU32::MAX),
            max_time: paging
                .max_time
                .as_ref()
                .map(|late| binder.late("next.max_time", late))
                .transpose()?
                .flatten(),
        })
    }
}

impl Next {
    fn bind(next: &plan::Next, binder: &Binder<'_>) -> Result<Self, BindError> {
        Ok(match next {
            plan::Next::Cursor { cursor, param } => {
                Self::Cursor { cursor: cursor.clone(), param: param.clone() }
            }
            plan::Next::Page { param, first, last } => {
                let first = binder.late("next.first", first)?.unwrap_or(1);
                let last = last.as_ref().map(|last| binder.late("next.last", last)).transpose()?.flatten();
                if let Some(last) = last.filter(|last| *last < first) {
                    let place = format!("{}.next.last", binder.place);
                    return Err(BindError::LastPage { place, first, last });
                }
                Self::Page { param: param.clone(), first, last }
            }
            plan::Next::Offset { param, limit } => {
                let limit = limit.as_ref().map(|limit| binder.late("next.limit", limit)).transpose()?;
                Self::Offset { param: param.clone(), limit: limit.flatten() }
            }
            plan::Next::Link { rel } => Self::Link { rel: rel.clone() },
            plan::Next::Url(url) => Self::Url(url.clone()),
        })
    }
}

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
    seen: HashSet<String>,
    waited: Duration,
}

impl<'p> Walk<'p> {
    /// A way before its first page; without `paging` there is no other.
    pub(super) fn new(paging: Option<&'p Paging>) -> Self {
        Self { paging, number: 1, items: 0, seen: HashSet::new(), waited: Duration::ZERO }
    }

    /// The number of the page that is read, from 1.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Statuses by which the API says that there is no such page.
    pub(super) fn end_on(&self) -> &'p [u16] {
        self.paging.map_or(&[], |paging| &paging.end_on)
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

    /// The request of the page after one with so many items; `None` where that was the last.
    ///
    /// # Errors
    /// [`NextError`].
    pub(super) fn next(
        &mut self,
        request: &Prepared,
        received: &Received,
        items: usize,
        connection: &Connection,
        bindings: &Bindings,
    ) -> Result<Option<Prepared>, NextError> {
        let Some(paging) = self.paging else { return Ok(None) };
        self.items += items as u64;
        let text = |filter: &Filter| text_from(filter, &received.value, bindings);
        let (next, mark) = match &paging.next {
            Next::Cursor { cursor, param } => match text(cursor)? {
                Some(cursor) => (request.with_query(param, &cursor), Some(("cursor", cursor))),
                None => return Ok(None),
            },
            Next::Page { param, first, last } => {
                let is_last = match last {
                    Some(last) => self.number > last - first,
                    None => items == 0,
                };
                if is_last {
                    return Ok(None);
                }
                let page = u64::from(*first) + u64::from(self.number);
                (request.with_query(param, &page.to_string()), None)
            }
            Next::Offset { param, limit } => {
                let full = limit.map_or(1, |limit| limit.get() as usize);
                if items < full {
                    return Ok(None);
                }
                (request.with_query(param, &self.items.to_string()), None)
            }
            Next::Link { rel } => match link(&received.headers, rel) {
                Some(target) => at_url(request, &target, connection)?,
                None => return Ok(None),
            },
            Next::Url(url) => match text(url)? {
                Some(target) => at_url(request, &target, connection)?,
                None => return Ok(None),
            },
        };
        if self.number >= paging.max_pages.get() {
            return Err(NextError::TooMany(paging.max_pages));
        }
        if let Some((what, mark)) = mark
            && !self.seen.insert(mark)
        {
            return Err(NextError::Circle(what));
        }
        self.number += 1;
        Ok(Some(next))
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
        (!hides).then_some(PageMark { number: self.number, items: self.items, at })
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
        (self.number, self.items) = (mark.number, mark.items);
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
    match filter.first_output(answer.clone(), bindings)? {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(Value::Num(number)) if number.is_finite() => Ok(Some(number.to_text())),
        Some(Value::Str(text)) => Ok(Some(text.to_string()).filter(|text| !text.is_empty())),
        Some(_) => Err(NextError::NotText { filter: filter.text().to_owned() }),
    }
}
