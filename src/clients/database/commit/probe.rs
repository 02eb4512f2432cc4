use crate::clients::database::error::DatabaseError;
use crate::clients::database::quoted;
use crate::clients::database::session::{Params, Rows, Session, Value};

use super::held::Hashes;
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
    hashes: &'a Hashes,
    sql: String,
    /// What each row of the table's changes is, as far as it is known.
    pub(super) states: Vec<State>,
}

impl<'a> Probe<'a> {
    pub(super) fn new<S: Session>(target: Target<'a>, hashes: &'a Hashes) -> Self {
        let states = vec![State::Unchanged; target.0.rows.len()];
        Self { target, hashes, sql: sql::<S>(target), states }
    }
}

impl<S: Session> Step<S> for Probe<'_> {
    async fn take(&mut self, session: &mut S, rows: &[usize]) -> Result<(), DatabaseError> {
        for (row, state) in find_differing(session, self.target, self.hashes, &self.sql, rows).await? {
            self.states[row] = state;
        }
        Ok(())
    }
}

/// The rows that are absent or differ, by the query that gives them.
pub(super) async fn find_differing<S: Session>(
    session: &mut S,
    target: Target<'_>,
    hashes: &Hashes,
    sql: &str,
    rows: &[usize],
) -> Result<Vec<(usize, State)>, DatabaseError> {
    let table = target.0;
    let of_row =
        |row: &usize| table.key_of(&table.rows[*row]).chain([Value::Text(hashes.hash(target, *row))]);
    let values = rows.iter().flat_map(of_row).collect();
    let params = Params { rows: Some(Rows { width: table.key.len() + 1, values }), texts: Vec::new() };
    let found = session.rows(sql, &params).await?.into_iter();
    let differing = found.filter_map(|found| match &found[..] {
        [Some(place), Some(is_there)] => {
            let row = rows.get(place.parse::<usize>().ok()?)?;
            Some((*row, if is_there == "1" { State::Differs } else { State::Absent }))
        }
        _ => None,
    });
    Ok(differing.collect())
}

/// The query that gives the rows that are absent or differ.
pub(super) fn sql<S: Session>(target: Target<'_>) -> String {
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
