use std::collections::{BTreeMap, BTreeSet};

use crate::clients::database::error::DatabaseError;
use crate::clients::database::quoted;
use crate::clients::database::session::{Params, Session};

use super::parts::Refused;
use super::target::Target;

/// The written rows that refer to a row that is not there. All of the commit is written: rows that refer to each other are
/// there.
pub(super) async fn orphans<S: Session>(
    session: &mut S,
    target: Target<'_>,
    written: &BTreeSet<usize>,
) -> Result<Refused, DatabaseError> {
    let mut orphans = Refused::new();
    if written.is_empty() {
        return Ok(orphans);
    }
    let rows: Vec<usize> = written.iter().copied().collect();
    for reference in references(session, target).await? {
        let params = Params { rows: Some(target.keys(&rows)), texts: Vec::new() };
        let found = session.rows(&reference.orphans_sql::<S>(target), &params).await?;
        for place in found.into_iter().flatten().flatten() {
            if let Some(row) = place.parse().ok().and_then(|place: usize| rows.get(place)) {
                orphans.entry(*row).or_insert_with(|| reference.reason());
            }
        }
    }
    Ok(orphans)
}

/// A foreign key.
struct Reference {
    /// The columns, each with that of the other table.
    columns: Vec<(String, String)>,
    /// The other table, as it stands in a statement.
    table: String,
}

async fn references<S: Session>(
    session: &mut S,
    target: Target<'_>,
) -> Result<Vec<Reference>, DatabaseError> {
    let mut references: BTreeMap<String, Reference> = BTreeMap::new();
    for row in session.late_references(&target.0.shape.table).await? {
        let Ok([Some(id), Some(own), Some(table), Some(other)]) = <[Option<String>; 4]>::try_from(row) else {
            continue;
        };
        let reference = references.entry(id).or_insert_with(|| Reference { columns: Vec::new(), table });
        reference.columns.push((own, other));
    }
    Ok(references.into_values().collect())
}

impl Reference {
    /// The query that gives the places of the rows that refer to nothing.
    fn orphans_sql<S: Session>(&self, target: Target<'_>) -> String {
        let own = self.columns.iter().map(|(own, _)| format!("t.{} is not null", quoted(own)));
        let same = self.columns.iter().map(|(own, other)| format!("o.{} = t.{}", quoted(other), quoted(own)));
        format!(
            "select cast(r.i as text) from {} join {} t on {} where {} and not exists (select 1 from {} o where {})",
            S::source(target.0.key.len()),
            target.table(),
            target.key_matches::<S>("t"),
            own.collect::<Vec<_>>().join(" and "),
            self.table,
            same.collect::<Vec<_>>().join(" and "),
        )
    }

    fn reason(&self) -> String {
        let own: Vec<&str> = self.columns.iter().map(|(own, _)| own.as_str()).collect();
        format!("the foreign key ({}) refers to a row that {} does not have", own.join(", "), self.table)
    }
}
