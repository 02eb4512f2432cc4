use crate::clients::database::changes::Changes;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::quoted;
use crate::clients::database::session::{Params, Rows, Session, Value};

use super::held::Hashes;
use super::known::Checks;
use super::parts::Step;
use super::probe;
use super::target::Target;

/// Inserts or updates rows.
pub(super) struct Upsert<'a> {
    target: Target<'a>,
    changes: &'a Changes,
    hashes: &'a Hashes,
    sql: String,
    /// The query that says which rows are not there afterwards.
    probe: String,
    /// How many references may lead nowhere, where those are counted.
    broken: Option<u64>,
}

impl<'a> Upsert<'a> {
    pub(super) async fn new<S: Session>(
        session: &mut S,
        target: Target<'a>,
        changes: &'a Changes,
        hashes: &'a Hashes,
        checks: Checks,
    ) -> Result<Self, DatabaseError> {
        let broken = match checks {
            Checks::AtOnce => Some(session.broken_references().await?),
            Checks::AtEnd | Checks::OthersAtOnce => None,
        };
        Ok(Self { target, changes, hashes, sql: sql::<S>(target), probe: probe::sql::<S>(target), broken })
    }
}

impl<S: Session> Step<S> for Upsert<'_> {
    async fn take(&mut self, session: &mut S, rows: &[usize]) -> Result<(), DatabaseError> {
        let Self { target, hashes, .. } = *self;
        let values = rows.iter().flat_map(|row| {
            let cells = target.0.rows[*row].cells.iter().map(Value::Cell);
            cells.chain([Value::Text(hashes.hash(target, *row))])
        });
        let width = target.0.columns.len() + 1;
        let params = Params {
            rows: Some(Rows { width, values: values.collect() }),
            texts: vec![Some(&self.changes.saved_at), Some(&self.changes.run_id)],
        };
        let written = session.execute(&self.sql, &params).await?;
        if written < rows.len() as u64
            && !probe::find_differing(session, target, hashes, &self.probe, rows).await?.is_empty()
        {
            return Err(DatabaseError::Rule(NOT_WRITTEN.to_owned()));
        }
        if let Some(broken) = self.broken
            && session.broken_references().await? > broken
        {
            return Err(DatabaseError::Values(BROKEN.to_owned()));
        }
        Ok(())
    }
}

/// Said of a row that the database passes over without an error.
const NOT_WRITTEN: &str = "the row was not written, and there was no error: a trigger, a rule or a conflict clause of \
     the table skips it";

/// Said of a row after which a reference leads nowhere.
const BROKEN: &str = "a foreign key that is checked at the commit is violated";

fn sql<S: Session>(target: Target<'_>) -> String {
    let columns = target.0.columns.len();
    let taken = S::taken(columns + 1);
    let own = |name: &str| target.0.shape.column(name);
    let mut names: Vec<String> = Vec::new();
    let mut values: Vec<String> = Vec::new();
    for place in 0..columns {
        names.push(quoted(&target.column(place).name));
        values.push(S::cast(&format!("r.c{place}"), target.column(place)));
    }
    let hash = format!("r.c{columns}");
    let (saved_at, run_id) = (format!("${}", taken + 1), format!("${}", taken + 2));
    for (name, value) in [("content_hash", hash), ("saved_at", saved_at), ("run_id", run_id)] {
        names.push(quoted(name));
        values.push(own(name).map_or(value.clone(), |column| S::cast(&value, column)));
    }
    let key = target.key_names();
    // An equal key may be written in another way: then the row is as it was written last.
    let is_set = |name: &String| !target.is_key_exact() || !key.contains(name);
    let set: Vec<String> =
        names.iter().filter(|name| is_set(name)).map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "insert into {} ({}) select {} from {} where true on conflict ({}) do update set {}",
        target.table(),
        names.join(", "),
        values.join(", "),
        S::source(columns + 1),
        key.join(", "),
        set.join(", "),
    )
}
