use std::collections::{BTreeMap, BTreeSet};

use crate::clients::database::error::DatabaseError;
use crate::clients::database::quoted;
use crate::clients::database::session::{Params, Session};

use super::parts::Refused;
use super::target::Target;

/// The written rows whose values another row has, where only one may have them: of two written rows the later one. All of
/// the commit is written: rows that swap their values have done so.
pub(super) async fn rivals<S: Session>(
    session: &mut S,
    target: Target<'_>,
    written: &BTreeSet<usize>,
) -> Result<Refused, DatabaseError> {
    let mut rivals = Refused::new();
    if written.is_empty() {
        return Ok(rivals);
    }
    let rows: Vec<usize> = written.iter().copied().collect();
    let mut constraints: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in session.late_unique(&target.0.shape.table).await? {
        if let Ok([Some(id), Some(column)]) = <[Option<String>; 2]>::try_from(row) {
            constraints.entry(id).or_default().push(column);
        }
    }
    for columns in constraints.values() {
        let params = Params { rows: Some(target.keys(&rows)), texts: Vec::new() };
        let pairs = session.rows(&sql::<S>(target, columns), &params).await?;
        let place = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<usize>().ok());
        let pairs = pairs.iter().filter_map(|pair| match &pair[..] {
            [row, other] => Some((place(row)?, place(other))),
            _ => None,
        });
        for place in to_blame(pairs.collect()) {
            let reason = format!("another row has the same values of the unique ({})", columns.join(", "));
            rivals.entry(rows[place]).or_insert(reason);
        }
    }
    Ok(rivals)
}

/// Those of colliding rows that leave no collision when they are gone. A row may collide with one that is not written now.
fn to_blame(pairs: BTreeSet<(usize, Option<usize>)>) -> BTreeSet<usize> {
    let mut blamed: BTreeSet<usize> =
        pairs.iter().filter(|(_, other)| other.is_none()).map(|(row, _)| *row).collect();
    for (row, other) in pairs {
        if other.is_some_and(|other| other < row && !blamed.contains(&other)) {
            blamed.insert(row);
        }
    }
    blamed
}

/// The query that gives the place of each row that collides, with that of the other one, which is null where that one is not
/// among the rows.
fn sql<S: Session>(target: Target<'_>, columns: &[String]) -> String {
    let source = S::source(target.0.key.len());
    let same = |names: Vec<String>| {
        names.iter().map(|name| format!("o.{name} = t.{name}")).collect::<Vec<_>>().join(" and ")
    };
    format!(
        "select cast(r.i as text), cast(s.i as text) from {source} join {table} t on {} \
         join {table} o on {} and not ({}) \
         left join lateral (select r.i as i from {source} where {} limit 1) as s on true",
        target.key_matches::<S>("t"),
        same(columns.iter().map(|column| quoted(column)).collect()),
        same(target.key_names()),
        target.key_matches::<S>("o"),
        table = target.table(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_rows_that_collide_the_first_stays() {
        let blamed = |pairs: &[(usize, Option<usize>)]| {
            to_blame(pairs.iter().copied().collect()).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(
            blamed(&[(1, Some(2)), (2, Some(1)), (1, Some(3)), (3, Some(1)), (2, Some(3)), (3, Some(2))]),
            [2, 3]
        );
        assert_eq!(blamed(&[(1, None), (1, Some(2)), (2, Some(1))]), [1]);
        assert_eq!(blamed(&[(1, Some(2)), (2, Some(1)), (2, Some(3)), (3, Some(2))]), [2]);
    }
}
