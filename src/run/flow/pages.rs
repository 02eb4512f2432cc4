use std::sync::Arc;

use tokio::sync::mpsc;

use crate::expr::{Bindings, Filter, Projection, Value};
use crate::plan;
use crate::run::bind::BoundRequest;
use crate::run::binder::{BindError, Binder};
use crate::run::context::StageRun;
use crate::run::exchange::{Failure, exchange};
use crate::run::read::Reading;

use super::next::{Paging, Walk};
use super::rows::Rows;

/// A page's items, with its number from 1.
pub(super) struct Page {
    /// The number of the row that it was read for, from 1; `None` where there are no rows.
    pub(super) row: Option<usize>,
    pub(super) number: u32,
    /// What expressions see beside its items.
    pub(super) bindings: Arc<Bindings>,
    pub(super) items: Vec<Value>,
}

/// Where items come from, with all its values.
pub(super) struct Pages {
    request: BoundRequest,
    items: Filter,
    paging: Option<Paging>,
    projection: Option<Projection>,
}

impl Pages {
    pub(super) fn bind(
        pages: &plan::Pages,
        request: BoundRequest,
        projection: Option<Projection>,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let paging = pages.next.as_ref().map(|next| Paging::bind(next, binder)).transpose()?;
        Ok(Self { request, items: pages.items.clone(), paging, projection })
    }

    /// Reads page after page into `pages`, and waits there until the one before was taken. Ends early, without an error,
    /// when nobody takes pages any more or a stop is asked for.
    ///
    /// With rows it reads the pages of each, one row after the other; a row whose pages cannot be had is one failed of
    /// one, and the others go on.
    ///
    /// # Errors
    /// The row that could not be had, or without rows the page: what follows it is unknown.
    pub(super) async fn fetch(
        self,
        run: Arc<StageRun>,
        rows: Option<Rows>,
        bindings: Bindings,
        pages: mpsc::Sender<Page>,
    ) -> Result<(), Failure> {
        let Some(rows) = rows else {
            return self.fetch_row(&run, None, Value::Null, bindings, &pages).await;
        };
        let mut rows = rows.open(&run.files);
        for number in 1.. {
            let row = tokio::select! {
                row = rows.next() => row.map_err(|message| Failure { message, temporary: false })?,
                () = run.stop.asked() => None,
            };
            let Some(row) = row.filter(|_| run.stop.reason().is_none() && !pages.is_closed()) else {
                break;
            };
            let bindings = bindings.with_each(row.clone());
            if let Err(failure) = self.fetch_row(&run, Some(number), row, bindings, &pages).await {
                let message = format!("row {number}: {}", failure.message);
                run.with_tally(|tally| tally.add_failure(None, failure.temporary, &message));
            }
        }
        Ok(())
    }

    async fn fetch_row(
        &self,
        run: &StageRun,
        number_of_row: Option<usize>,
        row: Value,
        bindings: Bindings,
        pages: &mpsc::Sender<Page>,
    ) -> Result<(), Failure> {
        let bindings = Arc::new(bindings);
        let broken = |message: String| Failure { message, temporary: false };
        let first = self.request.prepare(&row, &bindings).map_err(|error| broken(error.to_string()))?;
        let mut walk = Walk::new(self.paging.as_ref());
        let mut upcoming = Some(walk.first(first));
        while let Some(prepared) = upcoming {
            if run.stop.reason().is_some() {
                return Ok(());
            }
            let place = format!("page {} of GET {}", walk.number(), prepared.path);
            let reading = Reading {
                bindings: &bindings,
                projection: self.projection.as_ref(),
                wanted: true,
                end_on: walk.end_on(),
            };
            let received = walk.in_time(exchange(run, &self.request, &prepared, &reading)).await;
            let received = received.map_err(|error| broken(format!("{place}: {error}")))??;
            if received.is_past_end {
                return Ok(());
            }
            let items = self
                .items(received.value.clone(), &bindings)
                .map_err(|error| broken(format!("{place}: {error}")))?;
            let number = walk.number();
            upcoming = walk
                .next(&prepared, &received, items.len(), &self.request.connection, &bindings)
                .map_err(|error| broken(format!("{place}: {error}")))?;
            drop(received);
            let page = Page { row: number_of_row, number, bindings: Arc::clone(&bindings), items };
            if pages.send(page).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The items of an answer: arrays that the expression puts out are flattened by one level.
    fn items(&self, answer: Value, bindings: &Bindings) -> Result<Vec<Value>, String> {
        let mut items = Vec::new();
        for output in self.items.outputs(answer, bindings) {
            match output.map_err(|error| error.to_string())? {
                Value::Arr(array) => items.extend(Arc::unwrap_or_clone(array)),
                Value::Null => {
                    return Err(format!("`{}` gave null where items were expected", self.items.text()));
                }
                item => items.push(item),
            }
        }
        Ok(items)
    }
}
