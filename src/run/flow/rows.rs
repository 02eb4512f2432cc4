use std::collections::VecDeque;
use std::sync::Arc;
use std::vec::IntoIter;

use crate::clients::Database;
use crate::diag::Source;
use crate::expr::{Map, Value, canonical_json, parse_json};
use crate::plan::{self, Row};
use crate::run::again::Attempts;
use crate::run::bind::Connections;
use crate::run::binder::{BindError, Binder};
use crate::run::context::StageRun;
use crate::run::exchange::Failure;
use crate::run::sql::{BoundScript, Names};

use super::lines::Lines;
use super::pages::Start;

/// The rows for each of which the items are read, with all values.
#[derive(Clone)]
pub(super) enum Rows {
    Values(IntoIter<Value>),
    File(String),
    Query(Box<RowQuery>),
}

/// A query whose rows they are.
#[derive(Clone)]
pub(super) struct RowQuery {
    database: Database,
    script: BoundScript,
}

impl Rows {
    pub(super) fn bind(
        rows: &plan::Rows,
        connections: &Connections,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        match rows {
            plan::Rows::Values(rows) => Ok(Self::Values(bind_rows(rows, binder)?.into_iter())),
            plan::Rows::Lines(file) => match binder.text("lines", file)? {
                Some(file) => Ok(Self::File(file)),
                None => Err(binder.absent("lines", "an optional name in it")),
            },
            plan::Rows::Query(query) => {
                let bound = connections.database(&query.database, binder)?;
                let database = bound.connected(&binder.place)?.clone();
                let source = Source::new(format!("{}.sql", binder.place), query.text.clone());
                let names = Names { vars: &query.vars, declared: None };
                let script = BoundScript::bind_query(source, names, bound.dialect(), binder)?;
                Ok(Self::Query(Box::new(RowQuery { database, script })))
            }
        }
    }

    /// The query whose rows they are, where they are a query's.
    pub(super) fn query(&self) -> Option<&BoundScript> {
        match self {
            Self::Query(query) => Some(&query.script),
            Self::Values(_) | Self::File(_) => None,
        }
    }

    /// Begins with the first.
    ///
    /// # Errors
    /// A query that failed.
    pub(super) async fn open(self, run: &StageRun) -> Result<RowReader, Failure> {
        match self {
            Self::Values(rows) => Ok(RowReader::Values(rows)),
            Self::File(name) => Ok(RowReader::Lines(Lines::of(name, Arc::clone(&run.files)))),
            Self::Query(query) => Ok(RowReader::Values(query.rows(run).await?.into_iter())),
        }
    }
}

impl RowQuery {
    /// All rows, at once: a cursor that stays open would keep SQLite's writers waiting, and the flow is one.
    async fn rows(&self, run: &StageRun) -> Result<Vec<Value>, Failure> {
        let mut rows = Vec::new();
        for query in self.script.bound(run.identity()) {
            let mut attempts = Attempts::at(self.script.name(), run);
            let texts = loop {
                match self.database.query(&query).await {
                    Ok(texts) => break texts,
                    Err(error) => attempts.again(error).await?,
                }
            };
            for text in texts {
                let row = parse_json(text.as_bytes(), None).map_err(|error| Failure {
                    message: format!("{}: a row is not JSON: {error}", self.script.name()),
                    temporary: false,
                })?;
                rows.push(row);
            }
        }
        Ok(rows)
    }
}

/// Gives out rows one by one.
pub(super) enum RowReader {
    Values(IntoIter<Value>),
    Lines(Lines),
}

impl RowReader {
    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// Why there is none: those after it are unknown.
    pub(super) async fn next(&mut self) -> Result<Option<Value>, String> {
        match self {
            Self::Values(rows) => Ok(rows.next()),
            Self::Lines(lines) => lines.next().await,
        }
    }
}

/// Rows with their numbers, without those that a run before is done with.
pub(super) struct Skipping {
    rows: RowReader,
    /// Rows that were read in vain, because they are not those of the run before.
    held: VecDeque<Value>,
    number: u64,
    /// The rows are others: reading begins with the first.
    pub(super) is_anew: bool,
}

impl Skipping {
    /// Skips the rows that are done, unless the last of them is another now: then the rows are others.
    ///
    /// # Errors
    /// Why there are no rows.
    pub(super) async fn new(rows: RowReader, start: &Start) -> Result<Self, Failure> {
        let mut skipping = Self { rows, held: VecDeque::new(), number: 0, is_anew: false };
        while (skipping.held.len() as u64) < start.rows {
            match skipping.read().await? {
                Some(row) => skipping.held.push_back(row),
                None => break,
            }
        }
        let last = skipping.held.back().map(canonical_json);
        if skipping.held.len() as u64 == start.rows && last == start.last_row {
            skipping.number = start.rows;
            skipping.held.clear();
        } else {
            skipping.is_anew = true;
        }
        Ok(skipping)
    }

    /// The next row with its number, from 1.
    ///
    /// # Errors
    /// Why there is none: those after it are unknown.
    pub(super) async fn next(&mut self) -> Result<Option<(u64, Value)>, Failure> {
        let row = match self.held.pop_front() {
            Some(row) => Some(row),
            None => self.read().await?,
        };
        self.number += u64::from(row.is_some());
        Ok(row.map(|row| (self.number, row)))
    }

    async fn read(&mut self) -> Result<Option<Value>, Failure> {
        self.rows.next().await.map_err(|message| Failure { message, temporary: false })
    }
}

/// Rows with all their values. One that is left without an optional value is left out, and so is a value in a row.
fn bind_rows(rows: &[Row], binder: &Binder<'_>) -> Result<Vec<Value>, BindError> {
    rows.iter().filter_map(|row| bind(row, binder).transpose()).collect()
}

fn bind(row: &Row, binder: &Binder<'_>) -> Result<Option<Value>, BindError> {
    Ok(Some(match row {
        Row::Bool(value) => Value::Bool(*value),
        Row::Int(value) => Value::from(*value),
        Row::Number(value) => Value::Num(value.clone()),
        Row::Text(text) => match binder.text("values", text)? {
            Some(text) => Value::from(text),
            None => return Ok(None),
        },
        Row::List(values) => bind_rows(values, binder)?.into_iter().collect(),
        Row::Map(values) => {
            let mut map = Map::default();
            for (name, value) in values {
                if let Some(value) = bind(value, binder)? {
                    map.insert(name.as_str().into(), value);
                }
            }
            Value::object(map)
        }
    }))
}
