use crate::clients::database::changes::Removal;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::hash::object;
use crate::clients::database::session::{Params, Rows, Session, Value};

use super::gone::delete;
use super::known::Checks;
use super::target::Target;

/// Removes the rows of a scope that are not among those that stay. Gives how many, or why the database refuses it; none where
/// one of those that stay is so bad that it cannot be compared, which that one's failure has told.
pub(super) async fn remove<S: Session>(
    session: &mut S,
    target: Target<'_>,
    removal: &Removal,
    checks: Checks,
) -> Result<Result<u64, String>, DatabaseError> {
    session.execute("savepoint removal", &Params::none()).await?;
    let broken = if checks == Checks::AtOnce { Some(session.broken_references().await?) } else { None };
    let mut removed = delete(session, target, removal).await;
    if let (Some(broken), Ok(_)) = (broken, &removed)
        && session.broken_references().await? > broken
    {
        removed = Err(DatabaseError::Values("other rows refer to them".to_owned()));
    }
    let reason = match removed {
        Ok(removed) => {
            session.execute("release savepoint removal", &Params::none()).await?;
            return Ok(Ok(removed));
        }
        Err(error) => error.of_rows().map(str::to_owned).ok_or(error)?,
    };
    session.roll_back_to("removal").await?;
    let is_comparable = compare(session, target, removal).await;
    session.roll_back_to("removal").await?;
    Ok(if is_comparable { Err(message(target, removal, &reason)) } else { Ok(0) })
}

/// True where the columns of the key can take the keys that stay.
async fn compare<S: Session>(session: &mut S, target: Target<'_>, removal: &Removal) -> bool {
    let width = target.0.key.len();
    let counts: Vec<String> =
        target.key_values::<S>().iter().map(|value| format!("count({value})")).collect();
    let sql = format!("select cast({} as text) from {}", counts.join(" + "), S::source(width));
    let keep = removal.keep.iter().flatten().map(Value::Cell).collect();
    let params = Params { rows: Some(Rows { width, values: keep }), texts: Vec::new() };
    session.rows(&sql, &params).await.is_ok()
}

/// What is said of a scope whose rows the database does not let go.
fn message(target: Target<'_>, removal: &Removal, reason: &str) -> String {
    let shape = &target.0.shape;
    let scope = removal.scope.iter().map(|(place, cell)| (&*shape.columns[*place].name, cell));
    let scope = String::from_utf8_lossy(&object(scope)).into_owned();
    format!(
        "rows of {} that the responses no longer hold cannot be deleted where {scope}: {reason}",
        target.table()
    )
}
