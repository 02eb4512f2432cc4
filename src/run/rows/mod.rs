//! The rows of `for_each`, whichever kind of stage they are of.

mod lines;

use std::sync::Arc;
use std::vec::IntoIter;

use crate::clients::Database;
use crate::diag::Source;
use crate::expr::{Map, Value, parse_json};
use crate::plan::{self, Row};
use crate::run::again::Attempts;
use crate::run::bind::Connections;
use crate::run::binder::{BindError, Binder};
use crate::run::context::StageRun;
use crate::run::exchange::Failure;
use crate::run::sql::{BoundScript, Names};

use self::lines::Lines;

/// The rows, with all values.
#[derive(Clone)]
pub(in crate::run) enum Rows {
    Values(IntoIter<Value>),
    File(String),
    Query(Box<RowQuery>),
}

/// A query whose rows they are.
#[derive(Clone)]
pub(in crate::run) struct RowQuery {
    database: Database,
    script: BoundScript,
}

impl Rows {
    pub(in crate::run) fn bind(
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
    pub(in crate::run) fn query(&self) -> Option<&BoundScript> {
        match self {
            Self::Query(query) => Some(&query.script),
            Self::Values(_) | Self::File(_) => None,
        }
    }

    /// Begins with the first.
    ///
    /// # Errors
    /// A query that failed.
    pub(in crate::run) async fn open(self, run: &StageRun) -> Result<RowReader, Failure> {
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
pub(in crate::run) enum RowReader {
    Values(IntoIter<Value>),
    Lines(Lines),
}

impl RowReader {
    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// Why there is none: those after it are unknown.
    pub(in crate::run) async fn next(&mut self) -> Result<Option<Value>, String> {
        match self {
            Self::Values(rows) => Ok(rows.next()),
            Self::Lines(lines) => lines.next().await,
        }
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
