use crate::clients::database::changes::Changes;
use crate::clients::database::session::{Params, Session};

use super::followed::followed;
use super::known::Checks;
use super::orphans::orphans;
use super::parts::{Refused, Setback, by_parts};
use super::save::Saved;
use super::target::Target;
use super::upsert::Upsert;

/// Finds the rows that the database would refuse among those that are not written because one with an equal key follows.
/// Everything else is written and holds; nothing that is done here stays.
pub(super) async fn try_followed<S: Session>(
    session: &mut S,
    target: Target<'_>,
    changes: &Changes,
    saved: &Saved,
) -> Result<Refused, Setback> {
    let mut refused = Refused::new();
    let mut rows = saved.followed.clone();
    if rows.is_empty() {
        return Ok(refused);
    }
    session.execute("savepoint trial", &Params::none()).await?;
    session.check_at_once(None).await?;
    let mut upsert = Upsert::new(session, target, changes, &saved.hashes, Checks::AtEnd).await?;
    while !rows.is_empty() {
        // A statement takes one row of each key.
        let before = followed(session, target, &rows).await?;
        let (later, now): (Vec<usize>, _) = rows.into_iter().partition(|row| before.contains(row));
        refused.extend(by_parts(session, &now, &mut upsert).await?);
        let written = now.into_iter().filter(|row| !refused.contains_key(row)).collect();
        refused.extend(orphans(session, target, &written).await?);
        rows = later;
    }
    session.roll_back_to("trial").await?;
    Ok(refused)
}
