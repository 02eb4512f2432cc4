use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::expr::{Bindings, Filter, Nested, Projection, Value};
use crate::plan;
use crate::run::bind::{BoundRequest, Connections};
use crate::run::binder::{BindError, Binder};
use crate::run::context::StageRun;
use crate::run::exchange::{Failure, exchange};
use crate::run::read::Reading;
use crate::run::rows::Rows;
use crate::run::share::Whole;

use super::keep::Keep;
use super::next::{PageMark, Read, Walk};
use super::paging::Paging;
use super::skipping::Skipping;
use super::unfollowed::next_page_named;

/// What reading pages gives, in order.
pub(super) enum Fetched {
    /// A page.
    Page(Page),
    /// The pages of a row are at their end.
    RowEnd(RowEnd),
    /// A row that the run before has read, all of it.
    Passed(Arc<Bindings>),
    /// The rows are not those of the run before: reading began with the first.
    Anew,
}

/// A page's items, with its number from 1.
pub(super) struct Page {
    /// The number of the row that it was read for, from 1; `None` where there are no rows.
    pub(super) row: Option<u64>,
    pub(super) number: u32,
    /// What expressions see beside its items.
    pub(super) bindings: Arc<Bindings>,
    pub(super) items: Vec<Value>,
    /// The manifest's line about it, where it is kept as it came.
    pub(super) kept: Option<String>,
    /// Where the page after it is; `None` where there is none, or no way to it but from here.
    pub(super) next: Option<PageMark>,
}

/// The end of a row's pages; without rows, of all.
pub(super) struct RowEnd {
    /// The number of the row, from 1; 0 where there are no rows.
    pub(super) number: u64,
    /// The row itself.
    pub(super) row: Value,
    pub(super) bindings: Arc<Bindings>,
    /// Why not all of its pages could be had.
    pub(super) failure: Option<Failure>,
}

impl RowEnd {
    /// Counts a row of `for_each`, and its failure where its pages could not be read to their end: as one failed item of
    /// one, and as one of all rows.
    pub(super) fn tell(&self, run: &StageRun) {
        if self.number == 0 {
            return;
        }
        run.with_tally(|tally| {
            tally.measure_wholes(Whole::Rows, self.number);
            if let Some(failure) = &self.failure {
                let message = format!("row {}: {}", self.number, failure.message);
                tally.add_whole_failure(failure.temporary, &message);
            }
        });
    }
}

/// Where reading begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Start {
    /// How many rows are done.
    pub(super) rows: u64,
    /// The last of them, as canonical JSON: where it is another, the rows are others, and reading begins anew.
    pub(super) last_row: Option<String>,
    /// Without rows: the page that is next.
    pub(super) page: Option<PageMark>,
}

/// Where items come from, with all its values.
#[derive(Clone)]
pub(super) struct Pages {
    request: BoundRequest,
    items: Filter,
    paging: Option<Paging>,
    projection: Option<Projection>,
    keep: Option<Keep>,
}

impl Pages {
    pub(super) fn bind(
        pages: &plan::Pages,
        request: BoundRequest,
        projection: Option<Projection>,
        connections: &Connections,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let paging = pages.next.as_ref().map(|next| Paging::bind(next, binder)).transpose()?;
        let keep = pages.keep.as_ref().map(|keep| Keep::bind(keep, connections, binder)).transpose()?;
        Ok(Self { request, items: pages.items.clone(), paging, projection, keep })
    }

    /// Where pages are kept.
    pub(super) fn keep(&self) -> Option<&Keep> {
        self.keep.as_ref()
    }

    /// Reads page after page into `fetched`, and waits there until the one before was taken. Ends early, without an
    /// error, when nobody takes pages any more or a stop is asked for.
    ///
    /// With rows it reads the pages of each, one row after the other; a row whose pages cannot be had is told, and the
    /// others go on.
    ///
    /// # Errors
    /// The rows that could not be had, or without rows the page: what follows it is unknown.
    pub(super) async fn fetch(
        self,
        run: Arc<StageRun>,
        rows: Option<Rows>,
        bindings: Bindings,
        start: Start,
        fetched: mpsc::Sender<Fetched>,
    ) -> Result<(), Failure> {
        let Some(rows) = rows else {
            let bindings = Arc::new(bindings);
            self.fetch_row(&run, None, &Value::Null, &bindings, start.page.as_ref(), &fetched).await?;
            let end = RowEnd { number: 0, row: Value::Null, bindings, failure: None };
            let _ =
                if run.stop.reason().is_none() { fetched.send(Fetched::RowEnd(end)).await } else { Ok(()) };
            return Ok(());
        };
        let mut rows = Skipping::new(rows.open(&run).await?, &start).await?;
        if rows.is_anew && fetched.send(Fetched::Anew).await.is_err() {
            return Ok(());
        }
        for row in std::mem::take(&mut rows.passed) {
            let passed = Fetched::Passed(Arc::new(bindings.with_each(row)));
            if fetched.send(passed).await.is_err() {
                return Ok(());
            }
        }
        loop {
            let row = tokio::select! {
                row = rows.next() => row?,
                () = run.stop.asked() => None,
            };
            let Some((number, row)) = row.filter(|_| run.stop.reason().is_none() && !fetched.is_closed())
            else {
                break;
            };
            let bindings = Arc::new(bindings.with_each(row.clone()));
            let read = self.fetch_row(&run, Some(number), &row, &bindings, None, &fetched).await;
            if run.stop.reason().is_some() {
                break;
            }
            let end = RowEnd { number, row, bindings, failure: read.err() };
            if fetched.send(Fetched::RowEnd(end)).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    async fn fetch_row(
        &self,
        run: &StageRun,
        number_of_row: Option<u64>,
        row: &Value,
        bindings: &Arc<Bindings>,
        start: Option<&PageMark>,
        fetched: &mpsc::Sender<Fetched>,
    ) -> Result<(), Failure> {
        let broken = |message: String| Failure { message, temporary: false };
        let first = self.request.prepare(row, bindings).map_err(|error| broken(error.to_string()))?;
        let mut walk = Walk::new(self.paging.as_ref());
        let mut upcoming = match start {
            None => Some(walk.first(first)),
            Some(mark) => Some(
                walk.resumed(first, mark, &self.request.connection)
                    .map_err(|error| broken(error.to_string()))?,
            ),
        };
        while let Some(prepared) = upcoming {
            if run.stop.reason().is_some() {
                return Ok(());
            }
            let place = format!("page {} of GET {}", walk.number(), prepared.path);
            let end_on = walk.end_on();
            let reading =
                Reading { bindings, projection: self.projection.as_ref(), wanted: true, end_on: &end_on };
            let received = walk.in_time(exchange(run, &self.request, &prepared, &reading)).await;
            let received = received.map_err(|error| broken(format!("{place}: {error}")))??;
            if received.is_past_end {
                return Ok(());
            }
            let kept = match &self.keep {
                Some(keep) => {
                    let request =
                        self.request.connection.masker.mask(&prepared.shown(&self.request.connection));
                    Some(keep.keep(row, bindings, &request, received.body.clone(), (run.clock)()).await?)
                }
                None => None,
            };
            let items = self
                .items(received.value.clone(), bindings)
                .map_err(|error| broken(format!("{place}: {error}")))?;
            let number = walk.number();
            let read = Read { request: &prepared, received: &received, items: &items, filter: &self.items };
            upcoming = walk
                .next(&read, &self.request.connection, bindings)
                .map_err(|error| broken(format!("{place}: {error}")))?;
            if let Some(warning) = walk.take_warning() {
                run.with_tally(|tally| tally.warn(&format!("{place}: {warning}")));
            }
            if upcoming.is_none()
                && let Some(why) = self.ends_unasked(number)
                && let Some(name) = next_page_named(&received.headers, &received.body, &prepared.url)
            {
                let path = &prepared.path;
                let message = format!(
                    "GET {path}: the response names a next page ({name}), and {why}: only one page was read"
                );
                run.with_tally(|tally| tally.warn(&message));
            }
            drop(received);
            let next = upcoming.as_ref().and_then(|next| walk.mark(next, &self.request.connection));
            let page = Page { row: number_of_row, number, bindings: Arc::clone(bindings), items, kept, next };
            if fetched.send(Fetched::Page(page)).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Why there may be pages behind this one that nobody asked for.
    fn ends_unasked(&self, number: u32) -> Option<&'static str> {
        match &self.paging {
            None => Some("the flow has no `next`"),
            Some(paging) if number == 1 && paging.finds_its_next() => Some("the flow's `next` finds none"),
            Some(_) => None,
        }
    }

    /// The items of an answer: arrays that the expression puts out are flattened by one level.
    fn items(&self, answer: Value, bindings: &Bindings) -> Result<Vec<Value>, String> {
        let mut items = Vec::new();
        for output in self.items.outputs(answer, bindings) {
            match output.map_err(|error| error.to_string())? {
                Value::Arr(array) => items.extend(Nested::parts(array)),
                Value::Null => {
                    return Err(format!("`{}` gave null where items were expected", self.items.text()));
                }
                item => items.push(item),
            }
        }
        Ok(items)
    }
}
