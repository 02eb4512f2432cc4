use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArguments, PgStatement};
use sqlx::{
    Arguments as _, AssertSqlSafe, Connection as _, Either, Executor as _, SqlSafeStr as _, Statement as _,
};

use super::bound::{Bound, Param};
use super::error::{DatabaseError, cannot_be_in_transaction};
use super::postgres_pool::{PostgresPool, Urgency};
use super::postgres_unit::Unit;
use super::statements::StatementError;

/// Parameters whose type nothing in the statement tells
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>): `indeterminate_datatype`, and the functions and
/// operators that are not unique or not there for what is not known.
const INDETERMINATE: &str = "42P18";
const AMBIGUOUS: [&str; 2] = ["42725", "42883"];

/// Types as a cast writes them. The modifier -1 tells `bpchar` from `character`, which is one character.
const TYPES: &str =
    "select format_type(t, -1) from unnest($1::oid[]) with ordinality as u(t, place) order by place";

/// `invalid_transaction_termination`: what a procedure's `commit` is inside a transaction.
const ENDS_TRANSACTION: &str = "2D000";

/// `duplicate_prepared_statement`: somebody who shares the session through a pooler left one of that name.
const TAKEN: &str = "42P05";

pub(super) async fn query(pool: &PostgresPool, query: &Bound) -> Result<Vec<String>, DatabaseError> {
    let query = query.inside("select row_to_json(q)::text from (\n", "\n) q");
    let mut unit = Unit::begin(pool).await?;
    let (text, arguments) = typed(&mut unit, &query).await?;
    let rows = sqlx::query_scalar_with(AssertSqlSafe(text), arguments).persistent(false);
    let rows = rows.fetch_all(&mut *unit).await?;
    unit.reset().await?;
    unit.commit().await?;
    Ok(rows)
}

pub(super) async fn execute(pool: &PostgresPool, statements: &[Bound]) -> Result<Vec<u64>, StatementError> {
    let mut unit = Unit::begin(pool).await?;
    let mut affected = Vec::new();
    for (place, statement) in statements.iter().enumerate() {
        match run(&mut unit, statement).await {
            Ok(done) => affected.push(done),
            Err(error) if statements.len() == 1 && statement.params.is_empty() && wants_none(&error) => {
                unit.undo().await;
                return outside(pool, statement).await.map(|done| vec![done]);
            }
            Err(error) => return Err(StatementError::of(place)(error)),
        }
    }
    unit.reset().await?;
    let committed = unit.commit().await;
    committed.map_err(|error| StatementError { statement: None, source: uncertain(error) })?;
    Ok(affected)
}

/// Carries out a statement that cannot be in a transaction, by the simple protocol: as one message, so that it is one unit
/// for a pooler too. It takes no parameters.
async fn outside(pool: &PostgresPool, statement: &Bound) -> Result<u64, StatementError> {
    let mut connection = pool.acquire_new(Urgency::Patient).await?;
    connection.set_timezone().await?;
    let done = sqlx::raw_sql(AssertSqlSafe(statement.pieces.concat())).execute(&mut *connection).await;
    let done = done.map_err(|error| StatementError { statement: Some(0), source: uncertain(error) })?;
    connection.close().await;
    Ok(done.rows_affected())
}

/// True where the statement cannot be in a transaction, as `vacuum` and `create index concurrently` cannot, which do
/// nothing then; or calls a procedure that ends one, all of which is undone with it.
fn wants_none(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    let code = error.code();
    code.as_deref() == Some(ENDS_TRANSACTION) || cannot_be_in_transaction(code.as_deref(), error.message())
}

pub(super) async fn prepare(pool: &PostgresPool, statements: &[Bound]) -> Result<(), StatementError> {
    let mut unit = Unit::begin(pool).await?;
    for (place, statement) in statements.iter().enumerate() {
        types(&mut unit, statement).await.map_err(StatementError::of(place))?;
    }
    Ok(unit.roll_back().await?)
}

async fn run(unit: &mut Unit, statement: &Bound) -> Result<u64, sqlx::Error> {
    let done = if statement.params.is_empty() {
        sqlx::raw_sql(AssertSqlSafe(statement.pieces.concat())).execute(&mut **unit).await?
    } else {
        let (text, arguments) = typed(unit, statement).await?;
        sqlx::query_with(AssertSqlSafe(text), arguments).persistent(false).execute(&mut **unit).await?
    };
    Ok(done.rows_affected())
}

/// Without an answer nobody knows whether the work was done.
pub(super) fn uncertain(error: sqlx::Error) -> DatabaseError {
    match error {
        sqlx::Error::Io(error) => DatabaseError::Uncertain(error.to_string()),
        sqlx::Error::Protocol(message) => DatabaseError::Uncertain(message),
        other => other.into(),
    }
}

/// The statement with every value sent as a text and cast to the type that its place wants, so that a text compares
/// with a UUID and a whole number is taken for a count of days.
async fn typed(unit: &mut Unit, statement: &Bound) -> Result<(String, PgArguments), sqlx::Error> {
    let mut arguments = PgArguments::default();
    if statement.params.is_empty() {
        return Ok((statement.pieces.concat(), arguments));
    }
    let types = types(unit, statement).await?;
    for param in &statement.params {
        arguments.add(param.text()).map_err(sqlx::Error::Encode)?;
    }
    let text =
        statement.text(|place, param| cast(place, types.get(place).map_or(own_type(param), String::as_str)));
    Ok((text, arguments))
}

/// The types that PostgreSQL wants for the parameters; where it cannot tell, those of the values.
async fn types(unit: &mut Unit, statement: &Bound) -> Result<Vec<String>, sqlx::Error> {
    let mut own = vec![false; statement.params.len()];
    let mut first = None;
    let prepared =
        loop {
            let text = statement.text(|place, param| {
                if own[place] { cast(place, own_type(param)) } else { format!("${}", place + 1) }
            });
            let error = match read(unit, text).await {
                Ok(prepared) => break prepared,
                Err(error) => error,
            };
            let untold = untold(&error, &statement.params, &own);
            // The first error is about the statement as it was written.
            let error = first.take().unwrap_or(error);
            if untold.is_empty() {
                return Err(error);
            }
            first = Some(error);
            untold.into_iter().for_each(|place| own[place] = true);
        };
    let Some(Either::Left(wanted)) = prepared.parameters() else { return Ok(Vec::new()) };
    let wanted: Vec<Oid> = wanted.iter().filter_map(|wanted| wanted.oid()).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> =
        sqlx::query_scalar(TYPES).bind(wanted).persistent(false).fetch_all(&mut **unit).await?;
    let names = names.into_iter().zip(&statement.params).zip(own);
    Ok(names.map(|((name, param), own)| if own { own_type(param).to_owned() } else { name }).collect())
}

/// Lets PostgreSQL read a statement. A fault in it does not end the transaction.
///
/// The driver gives a statement a name to have it described. The name is free again before the transaction ends, and where
/// somebody else left it in the session, the driver's next one is taken.
async fn read(unit: &mut Unit, text: String) -> Result<PgStatement, sqlx::Error> {
    loop {
        unit.execute("savepoint reading").await?;
        let prepared = (&mut **unit).prepare_with(AssertSqlSafe(text.clone()).into_sql_str(), &[]).await;
        unit.execute("rollback to savepoint reading; release savepoint reading").await?;
        unit.clear_cached_statements().await?;
        match prepared {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(TAKEN) => {}
            prepared => return prepared,
        }
    }
}

/// The places of the parameters that get their own types after this error: the one that it names, or where it names
/// none those of the kind that leaves the least doubt.
fn untold(error: &sqlx::Error, params: &[Param], own: &[bool]) -> Vec<usize> {
    let open = || (0..params.len()).filter(|place| !own[*place]);
    let Some(error) = error.as_database_error() else { return Vec::new() };
    match error.code().as_deref() {
        Some(INDETERMINATE) => open().filter(|place| names(error.message(), place + 1)).collect(),
        Some(code) if AMBIGUOUS.contains(&code) => {
            let surest = open().map(|place| doubt(&params[place])).min();
            open().filter(|place| Some(doubt(&params[*place])) == surest).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a message names the parameter of this number.
fn names(message: &str, number: usize) -> bool {
    let name = format!("${number}");
    message
        .match_indices(&name)
        .any(|(at, _)| !message[at + name.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

/// How often something else is meant by a value than what it looks like.
fn doubt(param: &Param) -> u8 {
    match param {
        Param::Time(_) => 0,
        Param::Bool(_) | Param::Number(_) => 1,
        Param::Int(_) => 2,
        Param::Text(_) => 3,
    }
}

fn cast(place: usize, name: &str) -> String {
    format!("cast(cast(${} as text) as {name})", place + 1)
}

fn own_type(param: &Param) -> &'static str {
    match param {
        Param::Text(_) => "text",
        Param::Int(_) => "bigint",
        Param::Number(_) => "double precision",
        Param::Bool(_) => "boolean",
        Param::Time(_) => "timestamptz",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_broke_leaves_it_open_whether_the_work_was_done() {
        let cut = || sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        assert!(matches!(uncertain(cut()), DatabaseError::Uncertain(_)));
        assert!(!uncertain(cut()).is_temporary());
        assert!(DatabaseError::from(cut()).is_temporary());
        assert!(uncertain(sqlx::Error::PoolTimedOut).is_temporary());
    }

    #[test]
    fn a_message_names_a_parameter_by_its_whole_number() {
        assert!(names("could not determine data type of parameter $1", 1));
        assert!(names("„$12“", 12));
        assert!(!names("could not determine data type of parameter $12", 1));
    }
}
