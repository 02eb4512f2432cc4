use crate::clients::database::changes::Changes;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::session::{Params, Session};

use super::parts::{Refused, Setback, Step, by_parts};
use super::target::Target;

/// Records the keys of rows as seen by this run: of good ones, and of refused ones that the table has from before.
pub(super) async fn see<S: Session>(
    session: &mut S,
    target: Target<'_>,
    changes: &Changes,
    refused: &Refused,
) -> Result<(), Setback> {
    let good: Vec<usize> = (0..target.0.rows.len()).filter(|row| !refused.contains_key(row)).collect();
    record(session, target, changes, &good, "").await?;
    if !refused.is_empty() {
        let refused: Vec<usize> = refused.keys().copied().collect();
        // A key that its columns do not take is no row's.
        by_parts(session, &refused, &mut SeeHeld { target, changes }).await?;
    }
    Ok(())
}

/// Records the keys that the table has.
struct SeeHeld<'a> {
    target: Target<'a>,
    changes: &'a Changes,
}

impl<S: Session> Step<S> for SeeHeld<'_> {
    async fn take(&mut self, session: &mut S, rows: &[usize]) -> Result<(), DatabaseError> {
        let Self { target, changes } = *self;
        let held = format!("join {} as t on {}", target.table(), target.key_matches::<S>("t"));
        record(session, target, changes, rows, &held).await
    }
}

async fn record<S: Session>(
    session: &mut S,
    target: Target<'_>,
    changes: &Changes,
    rows: &[usize],
    joined: &str,
) -> Result<(), DatabaseError> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = target.0.key.len();
    let taken = S::taken(width);
    let sql = format!(
        "insert into {seen} ({keys}, run_id, seen_at) select distinct {values}, ${run_id}, {seen_at} from {source} {joined} \
         where true on conflict ({keys}) do update set run_id = excluded.run_id, seen_at = excluded.seen_at",
        seen = target.seen_table(),
        keys = target.key_names().join(", "),
        values = target.key_values::<S>().join(", "),
        run_id = taken + 1,
        seen_at = S::time(&format!("${}", taken + 2)),
        source = S::source(width),
    );
    let texts = vec![Some(changes.run_id.as_str()), Some(changes.saved_at.as_str())];
    session.execute(&sql, &Params { rows: Some(target.keys(rows)), texts }).await.map(drop)
}
