use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArguments, PgPool, PgStatement};
use sqlx::{
    Acquire as _, Arguments as _, AssertSqlSafe, Either, Executor as _, Postgres, SqlSafeStr as _,
    Statement as _, Transaction,
};

use super::bound::{Bound, Param};
use super::error::DatabaseError;
use super::statements::StatementError;

/// Parameters whose type nothing in the statement tells
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>): `indeterminate_datatype`, and the functions and
/// operators that are not unique or not there for what is not known.
const INDETERMINATE: &str = "42P18";
const AMBIGUOUS: [&str; 2] = ["42725", "42883"];

/// Types as a cast writes them. The modifier -1 tells `bpchar` from `character`, which is one character.
const TYPES: &str =
    "select format_type(t, -1) from unnest($1::oid[]) with ordinality as u(t, place) order by place";

pub(super) async fn query(pool: &PgPool, query: &Bound) -> Result<Vec<String>, DatabaseError> {
    let query = query.inside("select row_to_json(q)::text from (\n", "\n) q");
    let mut transaction = pool.begin().await?;
    let (text, arguments) = typed(&mut transaction, &query).await?;
    let rows = sqlx::query_scalar_with(AssertSqlSafe(text), arguments);
    let rows = rows.fetch_all(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(rows)
}

pub(super) async fn execute(pool: &PgPool, statements: &[Bound]) -> Result<Vec<u64>, StatementError> {
    // What wants no transaction around it takes no parameters either; with some it takes a transaction to learn their
    // types through a pooler, which may give each its own connection.
    if let [Bound { pieces, params }] = statements
        && params.is_empty()
    {
        let mut connection = pool.acquire().await?;
        let done = sqlx::raw_sql(AssertSqlSafe(pieces.concat())).execute(&mut *connection).await;
        let done = done.map_err(|error| StatementError { statement: Some(0), source: uncertain(error) })?;
        return Ok(vec![done.rows_affected()]);
    }
    let mut transaction = pool.begin().await?;
    let mut affected = Vec::new();
    for (place, statement) in statements.iter().enumerate() {
        let done = run(&mut transaction, statement).await;
        affected.push(done.map_err(StatementError::of(place))?);
    }
    let committed = transaction.commit().await;
    committed.map_err(|error| StatementError { statement: None, source: uncertain(error) })?;
    Ok(affected)
}

pub(super) async fn prepare(pool: &PgPool, statements: &[Bound]) -> Result<(), StatementError> {
    let mut transaction = pool.begin().await?;
    for (place, statement) in statements.iter().enumerate() {
        types(&mut transaction, statement).await.map_err(StatementError::of(place))?;
    }
    Ok(transaction.rollback().await?)
}

async fn run(
    transaction: &mut Transaction<'static, Postgres>,
    statement: &Bound,
) -> Result<u64, sqlx::Error> {
    let done = if statement.params.is_empty() {
        sqlx::raw_sql(AssertSqlSafe(statement.pieces.concat())).execute(&mut **transaction).await?
    } else {
        let (text, arguments) = typed(transaction, statement).await?;
        sqlx::query_with(AssertSqlSafe(text), arguments).execute(&mut **transaction).await?
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
async fn typed(
    transaction: &mut Transaction<'static, Postgres>,
    statement: &Bound,
) -> Result<(String, PgArguments), sqlx::Error> {
    let mut arguments = PgArguments::default();
    if statement.params.is_empty() {
        return Ok((statement.pieces.concat(), arguments));
    }
    let types = types(transaction, statement).await?;
    for param in &statement.params {
        arguments.add(param.text()).map_err(sqlx::Error::Encode)?;
    }
    let text =
        statement.text(|place, param| cast(place, types.get(place).map_or(own_type(param), String::as_str)));
    Ok((text, arguments))
}

/// The types that PostgreSQL wants for the parameters; where it cannot tell, those of the values.
async fn types(
    transaction: &mut Transaction<'static, Postgres>,
    statement: &Bound,
) -> Result<Vec<String>, sqlx::Error> {
    let mut own = vec![false; statement.params.len()];
    let mut first = None;
    let prepared =
        loop {
            let text = statement.text(|place, param| {
                if own[place] { cast(place, own_type(param)) } else { format!("${}", place + 1) }
            });
            let error = match read(transaction, text).await {
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
    let names: Vec<String> = sqlx::query_scalar(TYPES).bind(wanted).fetch_all(&mut **transaction).await?;
    let names = names.into_iter().zip(&statement.params).zip(own);
    Ok(names.map(|((name, param), own)| if own { own_type(param).to_owned() } else { name }).collect())
}

/// Lets PostgreSQL read a statement. A fault in it does not end the transaction.
async fn read(
    transaction: &mut Transaction<'static, Postgres>,
    text: String,
) -> Result<PgStatement, sqlx::Error> {
    let mut savepoint = transaction.begin().await?;
    let prepared = (&mut *savepoint).prepare_with(AssertSqlSafe(text).into_sql_str(), &[]).await;
    savepoint.rollback().await?;
    prepared
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
