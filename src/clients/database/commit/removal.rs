use crate::clients::database::changes::Removal;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::session::{Params, Session};

use super::gone::delete;
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
