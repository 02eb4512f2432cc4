use crate::clients::database::changes::Changes;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::session::{Params, Session};

use super::known::Known;
use super::orphans::orphans;
use super::rivals::rivals;
use super::save::Saved;
use super::target::Target;

/// Checks what the database would check at the commit. False where it fails: then more is known, and the changes are to be
/// undone and carried out again.
///
/// # Errors
/// [`DatabaseError`], also where nothing remains by which a row could be found that is to blame.
pub(super) async fn settle<S: Session>(
    session: &mut S,
    changes: &Changes,
    saved: &[Saved],
    known: &mut Known,
) -> Result<bool, DatabaseError> {
    let mut failure = None;
    if let Some(statement) = S::SETTLE {
        session.execute("savepoint settle", &Params::none()).await?;
        let Err(error) = session.execute(statement, &Params::none()).await else { return Ok(true) };
        if error.of_rows().is_none() {
            return Err(error);
        }
        session.roll_back_to("settle").await?;
        failure = Some(error);
    }
    let mut is_found = false;
    for (index, (table, saved)) in changes.tables.iter().zip(saved).enumerate() {
        let mut found = orphans(session, Target(table), &saved.written).await?;
        found.append(&mut rivals(session, Target(table), &saved.written).await?);
        is_found |= !found.is_empty();
        known.refused[index].extend(found);
    }
    match failure {
        _ if is_found => Ok(false),
        None => Ok(true),
        Some(_) if known.check_earlier() => Ok(false),
        Some(error) => Err(error),
    }
}
