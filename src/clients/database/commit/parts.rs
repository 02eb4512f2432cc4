use std::collections::BTreeMap;
use std::ops::Range;

use crate::clients::database::error::DatabaseError;
use crate::clients::database::session::{Params, Session};

/// Work on some rows of a table, given by their numbers.
pub(super) trait Step<S: Session>: Send {
    /// Does the work for all of these rows.
    fn take(
        &mut self,
        session: &mut S,
        rows: &[usize],
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;
}

/// Does a step for rows; where the database rejects some, for each half by itself, down to the row that it is about.
/// Gives the rows that it rejects, with the reasons.
///
/// # Errors
/// [`DatabaseError`] that is not about rows.
pub(super) async fn by_parts<S: Session>(
    session: &mut S,
    rows: &[usize],
    step: &mut impl Step<S>,
) -> Result<BTreeMap<usize, String>, DatabaseError> {
    let mut rejected = BTreeMap::new();
    let whole = (!rows.is_empty()).then_some(0..rows.len());
    let mut open: Vec<Range<usize>> = whole.into_iter().collect();
    while let Some(range) = open.pop() {
        session.execute("savepoint rows", &Params::none()).await?;
        match step.take(session, &rows[range.clone()]).await {
            Ok(()) => {
                session.execute("release savepoint rows", &Params::none()).await?;
            }
            Err(DatabaseError::Values(reason)) => {
                session.execute("rollback to savepoint rows", &Params::none()).await?;
                if range.len() == 1 {
                    rejected.insert(rows[range.start], reason);
                } else {
                    let middle = range.start + range.len() / 2;
                    open.extend([middle..range.end, range.start..middle]);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(rejected)
}
