use crate::clients::database::changes::Removal;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::quoted;
use crate::clients::database::session::{Params, Rows, Session, Value};

use super::target::Target;

/// Removes the rows of a scope that are not among those that stay; none where one of those that stay is so bad that it
/// cannot be compared.
pub(super) async fn remove<S: Session>(
    session: &mut S,
    target: Target<'_>,
    removal: &Removal,
) -> Result<u64, DatabaseError> {
    session.execute("savepoint removal", &Params::none()).await?;
    let (end, removed) = match delete(session, target, removal).await {
        Ok(removed) => ("release savepoint removal", removed),
        Err(DatabaseError::Values(_)) => ("rollback to savepoint removal", 0),
        Err(error) => return Err(error),
    };
    session.execute(end, &Params::none()).await?;
    Ok(removed)
}

/// Deletes the rows of a scope that are not among those that stay, and their traces among the seen.
async fn delete<S: Session>(
    session: &mut S,
    target: Target<'_>,
    removal: &Removal,
) -> Result<u64, DatabaseError> {
    let table = target.0;
    let taken = S::taken(table.key.len());
    let scope: Vec<String> = removal
        .scope
        .iter()
        .enumerate()
        .map(|(place, (column, _))| {
            let column = &table.shape.columns[*column];
            let value = S::cast(&format!("${}", taken + 1 + place), column);
            format!("t.{} = {value}", quoted(&column.name))
        })
        .collect();
    let keep = removal.keep.iter().flatten().map(Value::Cell).collect();
    let params = Params {
        rows: Some(Rows { width: table.key.len(), values: keep }),
        texts: removal.scope.iter().map(|(_, value)| value.as_text()).collect(),
    };
    let gone = format!(
        "from {} as t where {} and not exists (select 1 from {} where {})",
        target.table(),
        scope.join(" and "),
        S::source(table.key.len()),
        target.key_matches::<S>("t"),
    );
    if table.track {
        let seen = target.seen_table();
        let same: Vec<String> =
            target.key_names().iter().map(|name| format!("t.{name} = s.{name}")).collect();
        let sql =
            format!("delete from {seen} as s where exists (select 1 {gone} and {})", same.join(" and "));
        session.execute(&sql, &params).await?;
    }
    session.execute(&format!("delete {gone}"), &params).await
}
