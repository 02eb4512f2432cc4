use std::collections::BTreeMap;
use std::ops::Range;

use crate::clients::database::error::DatabaseError;
use crate::clients::database::session::{Params, Session};

/// Into so many parts are rows divided among which there is a bad one. Of a thousand rows with one bad row twenty-six parts
/// are tried, and no row more than a few times; halves would be fewer, but each row is tried again in most of them.
const PARTS: usize = 8;

/// Work on some rows of a table, given by their numbers.
pub(super) trait Step<S: Session>: Send {
    /// Does the work for all of these rows.
    fn take(
        &mut self,
        session: &mut S,
        rows: &[usize],
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;
}

/// Rows that the database refuses, with the reasons.
pub(super) type Refused = BTreeMap<usize, String>;

/// Why a step did not come to its end.
pub(super) enum Setback {
    /// An error that is not about rows.
    Failed(DatabaseError),
    /// The transaction is lost with all that was done in it, and another has begun: these rows ended it.
    Lost(Refused),
}

impl From<DatabaseError> for Setback {
    fn from(error: DatabaseError) -> Self {
        Self::Failed(error)
    }
}

/// Does a step for rows; where the database refuses some, for parts of them by themselves, down to the row that it is
/// about. Gives the refused rows.
///
/// # Errors
/// [`Setback`]. An error that comes without any row is the statement's.
pub(super) async fn by_parts<S: Session>(
    session: &mut S,
    rows: &[usize],
    step: &mut impl Step<S>,
) -> Result<Refused, Setback> {
    divide(session, rows, step).await.map(|(refused, _)| refused)
}

/// The same for rows that are all there are.
///
/// # Errors
/// [`Setback`]. An error of a kind that a statement's faults have is the statement's too if every row has it.
pub(super) async fn all_by_parts<S: Session>(
    session: &mut S,
    rows: &[usize],
    step: &mut impl Step<S>,
) -> Result<Refused, Setback> {
    match divide(session, rows, step).await? {
        (_, FaultOfAll::Is(reason)) if rows.len() > 1 => Err(DatabaseError::Statement(reason).into()),
        (refused, _) => Ok(refused),
    }
}

async fn divide<S: Session>(
    session: &mut S,
    rows: &[usize],
    step: &mut impl Step<S>,
) -> Result<(Refused, FaultOfAll), Setback> {
    let mut refused = Refused::new();
    let mut fault_of_all = FaultOfAll::Unknown;
    if rows.is_empty() {
        return Ok((refused, fault_of_all));
    }
    let mut open: Vec<Range<usize>> = std::iter::once(0..rows.len()).collect();
    session.execute("savepoint rows", &Params::none()).await?;
    while let Some(range) = open.pop() {
        let error = match step.take(session, &rows[range.clone()]).await {
            Ok(()) => {
                fault_of_all = FaultOfAll::None;
                session.execute("release savepoint rows", &Params::none()).await?;
                if !open.is_empty() {
                    session.execute("savepoint rows", &Params::none()).await?;
                }
                continue;
            }
            Err(error) => error,
        };
        let Some(reason) = error.of_rows().map(str::to_owned) else { return Err(error.into()) };
        if !session.roll_back_to("rows").await? {
            return Err(ended_by(session, &rows[range], step, error).await?);
        }
        if range.len() == rows.len() {
            without_rows(session, step).await?;
        }
        if range.len() == 1 {
            fault_of_all = fault_of_all.and(&error);
            refused.insert(rows[range.start], reason);
        } else {
            open.extend(parts(range).rev());
        }
        if open.is_empty() {
            session.execute("release savepoint rows", &Params::none()).await?;
        }
    }
    Ok((refused, fault_of_all))
}

/// A fault of the statement that every row has had so far.
enum FaultOfAll {
    Unknown,
    None,
    Is(String),
}

impl FaultOfAll {
    fn and(self, error: &DatabaseError) -> Self {
        match (self, error) {
            (Self::Unknown, DatabaseError::Statement(reason)) => Self::Is(reason.clone()),
            (Self::Is(known), DatabaseError::Statement(reason)) if known == *reason => Self::Is(known),
            _ => Self::None,
        }
    }
}

/// A range in parts.
fn parts(range: Range<usize>) -> impl DoubleEndedIterator<Item = Range<usize>> {
    let count = range.len().min(PARTS);
    let place = move |part: usize| range.start + range.len() * part / count;
    let ends = place.clone();
    (0..count).map(move |part| place(part)..ends(part + 1))
}

/// Does a step for no row, which fails where the statement itself cannot be carried out.
async fn without_rows<S: Session>(session: &mut S, step: &mut impl Step<S>) -> Result<(), DatabaseError> {
    step.take(session, &[]).await
}

/// Finds the rows that end the transaction, each tried by itself.
///
/// # Errors
/// [`DatabaseError`], and the one that was met where no row by itself ends the transaction.
async fn ended_by<S: Session>(
    session: &mut S,
    rows: &[usize],
    step: &mut impl Step<S>,
    met: DatabaseError,
) -> Result<Setback, DatabaseError> {
    let mut refused = Refused::new();
    for row in rows {
        session.execute("savepoint rows", &Params::none()).await?;
        let reason = match step.take(session, &[*row]).await {
            Ok(()) => None,
            Err(error) => Some(error.of_rows().map(str::to_owned).ok_or(error)?),
        };
        let goes_on = session.roll_back_to("rows").await?;
        if let (false, Some(reason)) = (goes_on, reason) {
            refused.insert(*row, reason);
        }
    }
    if refused.is_empty() { Err(met) } else { Ok(Setback::Lost(refused)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_the_whole_in_its_order(start in 0_usize..50, length in 2_usize..5_000) {
            let parts: Vec<_> = parts(start..start + length).collect();
            prop_assert!(parts.len() <= PARTS && parts.iter().all(|part| !part.is_empty() && part.len() < length));
            let rows: Vec<usize> = parts.into_iter().flatten().collect();
            prop_assert_eq!(rows, (start..start + length).collect::<Vec<_>>());
        }
    }
}
