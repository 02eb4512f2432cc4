use crate::clients::database::changes::Changes;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::quoted;
use crate::clients::database::session::{Params, Rows, Session, Value};

use super::parts::Step;
use super::target::Target;

/// Inserts or updates rows.
pub(super) struct Upsert<'a> {
    target: Target<'a>,
    changes: &'a Changes,
    sql: String,
}

impl<'a> Upsert<'a> {
    pub(super) fn new<S: Session>(target: Target<'a>, changes: &'a Changes) -> Self {
        Self { target, changes, sql: sql::<S>(target) }
    }
}

impl<S: Session> Step<S> for Upsert<'_> {
    async fn take(&mut self, session: &mut S, rows: &[usize]) -> Result<(), DatabaseError> {
        let rows = rows.iter().map(|row| &self.target.0.rows[*row]);
        let values =
            rows.flat_map(|row| row.cells.iter().map(Value::Cell).chain([Value::Text(row.hash.as_str())]));
        let width = self.target.0.columns.len() + 1;
        let params = Params {
            rows: Some(Rows { width, values: values.collect() }),
            texts: vec![Some(&self.changes.saved_at), Some(&self.changes.run_id)],
        };
        session.execute(&self.sql, &params).await.map(drop)
    }
}

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
    let set: Vec<String> = names
        .iter()
        .filter(|name| !key.contains(name))
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
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
