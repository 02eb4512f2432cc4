use std::num::NonZeroU32;
use std::time::Duration;

use crate::expr::Filter;
use crate::plan;
use crate::run::binder::{BindError, Binder};

/// How one page leads to the next, with all values.
#[derive(Clone)]
pub(super) struct Paging {
    pub(super) next: Next,
    pub(super) goes_on_while: Option<Filter>,
    pub(super) end_on: Vec<u16>,
    pub(super) max_pages: NonZeroU32,
    pub(super) max_time: Option<Duration>,
}

/// The way from one page to the next.
#[derive(Clone)]
pub(super) enum Next {
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
            goes_on_while: paging.goes_on_while.clone(),
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

impl Paging {
    /// True where the response itself has to say by the spec's `next` alone that there is another page.
    pub(super) fn finds_its_next(&self) -> bool {
        self.goes_on_while.is_none()
            && matches!(self.next, Next::Cursor { .. } | Next::Link { .. } | Next::Url(_))
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
