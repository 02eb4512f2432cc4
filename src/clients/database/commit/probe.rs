use crate::clients::database::error::DatabaseError;
use crate::clients::database::quoted;
use crate::clients::database::session::{Params, Rows, Session, Value};

use super::parts::Step;
use super::target::Target;

/// What a row is to its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Unchanged,
    Differs,
    Absent,
}

/// Compares keys and hashes with those of the table.
pub(super) struct Probe<'a> {
    target: Target<'a>,
    sql: String,
    /// What each row of the table's changes is, as far as it is known.
    pub(super) states: Vec<State>,
}

impl<'a> Probe<'a> {
    pub(super) fn new<S: Session>(target: Target<'a>) -> Self {
        let states = vec![State::Unchanged; target.0.rows.len()];
        Self { target, sql: sql::<S>(target), states }
    }
}

impl<S: Session> Step<S> for Probe<'_> {
    async fn take(&mut self, session: &mut S, rows: &[usize]) -> Result<(), DatabaseError> {
        let table = self.target.0;
        let keys = rows.iter().map(|row| &table.rows[*row]);
        let values = keys.flat_map(|row| table.key_of(row).chain([Value::Text(&row.hash)]));
        let rows_of_keys = Rows { width: table.key.len() + 1, values: values.collect() };
        let params = Params { rows: Some(rows_of_keys), texts: Vec::new() };
        for found in session.rows(&self.sql, &params).await? {
            if let [Some(place), Some(is_there)] = &found[..]
                && let Some(row) = place.parse().ok().and_then(|place: usize| rows.get(place))
            {
                self.states[*row] = if is_there == "1" { State::Differs } else { State::Absent };
            }
        }
        Ok(())
    }
}

/// The query that gives the rows that are absent or differ.
fn sql<S: Session>(target: Target<'_>) -> String {
    let key = &target.0.key;
    let first = quoted(&target.column(key[0]).name);
    format!(
        "select cast(r.i as text), case when t.{first} is null then '0' else '1' end from {} left join {} t on {} \
         where t.content_hash is null or t.content_hash <> r.c{}",
        S::source(key.len() + 1),
        target.table(),
        target.key_matches::<S>("t"),
        key.len(),
    )
}
