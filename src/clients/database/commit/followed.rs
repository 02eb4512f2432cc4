use std::collections::{HashMap, HashSet};

use crate::clients::database::cell::Cell;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::session::{Params, Session};

use super::target::Target;

/// The rows after which there is another with an equal key. The database says which keys are equal, where columns have
/// rules of their own for it.
pub(super) async fn followed<S: Session>(
    session: &mut S,
    target: Target<'_>,
    rows: &[usize],
) -> Result<HashSet<usize>, DatabaseError> {
    if target.is_key_exact() { Ok(same(target, rows)) } else { equal(session, target, rows).await }
}

/// The rows that are followed by one with the very same key.
fn same(target: Target<'_>, rows: &[usize]) -> HashSet<usize> {
    let table = target.0;
    let mut last: HashMap<Vec<&Cell>, usize> = HashMap::with_capacity(rows.len());
    let mut followed = HashSet::new();
    for row in rows {
        let cells = &table.rows[*row].cells;
        followed.extend(last.insert(table.key.iter().map(|column| &cells[*column]).collect(), *row));
    }
    followed
}

/// The rows that are followed by one whose key is equal to the database.
async fn equal<S: Session>(
    session: &mut S,
    target: Target<'_>,
    rows: &[usize],
) -> Result<HashSet<usize>, DatabaseError> {
    let params = Params { rows: Some(target.keys(rows)), texts: Vec::new() };
    let query = |source: &str| {
        format!(
            "select cast(f.i as text) from (select r.i as i, row_number() over (partition by {} order by r.i desc) as n \
             from {source}) as f where f.n > 1",
            target.key_values::<S>().join(", "),
        )
    };
    let found = match S::typed_keys(&target.table(), &target.key_names()) {
        None => session.rows(&query(&S::source(target.0.key.len())), &params).await?,
        Some(keys) => {
            session.execute(&keys.create, &Params::none()).await?;
            session.execute(&keys.fill, &params).await?;
            let found = session.rows(&query(keys.source), &Params::none()).await?;
            session.execute(keys.drop, &Params::none()).await?;
            found
        }
    };
    let places = found.into_iter().flatten().flatten();
    Ok(places.filter_map(|place| rows.get(place.parse::<usize>().ok()?).copied()).collect())
}
