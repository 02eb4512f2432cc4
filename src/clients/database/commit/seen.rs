use crate::clients::database::changes::Changes;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::session::{Params, Rows, Session};

use super::target::Target;

/// Records the keys of rows as seen by this run.
pub(super) async fn see<S: Session>(
    session: &mut S,
    target: Target<'_>,
    changes: &Changes,
    rows: impl Iterator<Item = usize> + Send,
) -> Result<(), DatabaseError> {
    let table = target.0;
    if table.rows.is_empty() {
        return Ok(());
    }
    let taken = S::taken(table.key.len());
    let sql = format!(
        "insert into {seen} ({keys}, run_id, seen_at) select distinct {values}, ${run_id}, {seen_at} from {source} \
         where true on conflict ({keys}) do update set run_id = excluded.run_id, seen_at = excluded.seen_at",
        seen = target.seen_table(),
        keys = target.key_names().join(", "),
        values = target.key_values::<S>().join(", "),
        run_id = taken + 1,
        seen_at = S::time(&format!("${}", taken + 2)),
        source = S::source(table.key.len()),
    );
    let params = Params {
        rows: Some(Rows {
            width: table.key.len(),
            values: rows.flat_map(|row| table.key_of(&table.rows[row])).collect(),
        }),
        texts: vec![Some(&changes.run_id), Some(&changes.saved_at)],
    };
    session.execute(&sql, &params).await.map(drop)
}
