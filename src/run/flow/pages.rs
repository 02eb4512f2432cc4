use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::expr::{Bindings, Filter, Projection, Value, text_of};
use crate::plan;
use crate::run::bind::BoundRequest;
use crate::run::binder::{BindError, Binder};
use crate::run::context::StageRun;
use crate::run::exchange::{Failure, exchange};
use crate::run::prepare::Prepared;
use crate::run::read::Reading;

/// A page's items, with its number from 1.
pub(super) struct Page {
    pub(super) number: u64,
    pub(super) items: Vec<Value>,
}

/// Where items come from, with all its values.
pub(super) struct Pages {
    request: BoundRequest,
    items: Filter,
    next: Option<NextPage>,
    projection: Option<Projection>,
}

struct NextPage {
    cursor: Filter,
    param: String,
    max_pages: NonZeroU32,
}

impl Pages {
    pub(super) fn bind(
        pages: &plan::Pages,
        request: BoundRequest,
        projection: Option<Projection>,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let next = match &pages.next {
            None => None,
            Some(next) => Some(NextPage {
                cursor: next.cursor.clone(),
                param: next.param.clone(),
                max_pages: binder.late("next.max_pages", &next.max_pages)?.unwrap_or(NonZeroU32::MAX),
            }),
        };
        Ok(Self { request, items: pages.items.clone(), next, projection })
    }

    /// Reads page after page into `pages`, and waits there until the one before was taken. Ends early, without an error,
    /// when nobody takes pages any more or a stop is asked for.
    ///
    /// # Errors
    /// The page that could not be had: what follows it is unknown.
    pub(super) async fn fetch(
        self,
        run: Arc<StageRun>,
        bindings: Bindings,
        pages: mpsc::Sender<Page>,
    ) -> Result<(), Failure> {
        let broken = |message: String| Failure { message, temporary: false };
        let mut prepared =
            self.request.prepare(&Value::Null, &bindings).map_err(|error| broken(error.to_string()))?;
        let mut seen = HashSet::new();
        for number in 1u64.. {
            if run.stop.reason().is_some() {
                return Ok(());
            }
            let reading = Reading { bindings: &bindings, projection: self.projection.as_ref(), wanted: true };
            let received = exchange(&run, &self.request, &prepared, &reading).await?;
            let place = format!("page {number} of GET {}", prepared.path);
            let items = self
                .items(received.value.clone(), &bindings)
                .map_err(|error| broken(format!("{place}: {error}")))?;
            let next = self.next(&received.value, &bindings, &prepared, &mut seen, number);
            let next = next.map_err(|error| broken(format!("{place}: {error}")))?;
            drop(received);
            if pages.send(Page { number, items }).await.is_err() {
                return Ok(());
            }
            match next {
                Some(next) => prepared = next,
                None => return Ok(()),
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

    fn next(
        &self,
        answer: &Value,
        bindings: &Bindings,
        prepared: &Prepared,
        seen: &mut HashSet<String>,
        number: u64,
    ) -> Result<Option<Prepared>, String> {
        let Some(next) = &self.next else { return Ok(None) };
        let cursor = match next
            .cursor
            .outputs(answer.clone(), bindings)
            .next()
            .transpose()
            .map_err(|error| error.to_string())?
        {
            None | Some(Value::Null | Value::Bool(false)) => return Ok(None),
            Some(cursor @ (Value::TStr(_) | Value::Num(_))) => text_of(&cursor),
            Some(_) => {
                return Err(format!(
                    "`{}` gave something that is neither a text nor a number",
                    next.cursor.text()
                ));
            }
        };
        if cursor.is_empty() {
            return Ok(None);
        }
        if number >= u64::from(next.max_pages.get()) {
            return Err(format!(
                "there are more than {} pages; raise `max_pages` if that is right",
                next.max_pages
            ));
        }
        if !seen.insert(cursor.clone()) {
            return Err(
                "its cursor for the next page was given before: the pages go round in a circle".to_owned()
            );
        }
        Ok(Some(prepared.with_query(&next.param, &cursor)))
    }
}
