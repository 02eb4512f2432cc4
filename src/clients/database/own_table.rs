use super::error::DatabaseError;
use super::session::{Params, Session};

/// True where a table of jobnet's own is there.
pub(super) async fn is_there<S: Session>(session: &mut S, name: &str) -> Result<bool, DatabaseError> {
    // SQLite, which needs no turn to make one, lists its tables in a table.
    const IN_SQLITE: &str = "select '1' from sqlite_master where name = $1";
    let there = S::THERE_AND_TURN.map_or(IN_SQLITE, |(there, _)| there);
    let params = Params { rows: None, texts: vec![Some(name)] };
    Ok(!session.rows(there, &params).await?.is_empty())
}

/// Makes a table of jobnet's own where it is absent, by its name as it stands in a statement and what stands after that.
/// Until the end of the transaction the session is the only one that does.
///
/// `if not exists` alone does not let several make it at once: in PostgreSQL they collide in the catalogue. And it asks for
/// the right to make tables also where nothing is to be made, so that it is asked first whether the table is there.
pub(super) async fn create<S: Session>(
    session: &mut S,
    name: &str,
    definition: &str,
) -> Result<(), DatabaseError> {
    if let Some((there, turn)) = S::THERE_AND_TURN {
        let params = Params { rows: None, texts: vec![Some(name)] };
        if !session.rows(there, &params).await?.is_empty() {
            return Ok(());
        }
        session.rows(turn, &Params::none()).await?;
    }
    let statement = format!("create table if not exists {name} {definition}");
    session.execute(&statement, &Params::none()).await.map(drop)
}
