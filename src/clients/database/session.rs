use sqlx::{ColumnIndex, Decode, Row, Type};

use super::TableRef;
use super::cell::Cell;
use super::error::DatabaseError;
use super::shape::Column;

/// What a statement is given: rows at the beginning, where its text has them, and texts after them.
pub(super) struct Params<'a> {
    pub(super) rows: Option<Rows<'a>>,
    pub(super) texts: Vec<Option<&'a str>>,
}

/// Rows for a statement, each of so many values.
pub(super) struct Rows<'a> {
    pub(super) width: usize,
    pub(super) values: Vec<Value<'a>>,
}

/// A value of a row, which knows whether it is to be written as a number where that matters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Cell(&'a Cell),
    Text(&'a str),
}

impl<'a> Params<'a> {
    pub(super) fn none() -> Self {
        Self { rows: None, texts: Vec::new() }
    }

    pub(super) fn texts<const N: usize>(texts: [&'a String; N]) -> Self {
        Self { rows: None, texts: texts.iter().map(|text| Some(text.as_str())).collect() }
    }
}

/// The statements of a table in which keys have the types of their columns.
pub(super) struct TypedKeys {
    pub(super) create: String,
    /// Fills it with the rows of a statement.
    pub(super) fill: String,
    /// What stands after `from` so that its keys are `r`, as those of [`Session::source`].
    pub(super) source: &'static str,
    pub(super) drop: &'static str,
}

/// A transaction, in the words of its database. Every parameter is a text: what should be something else says so by a
/// cast, which both databases understand.
pub(super) trait Session: Send + Sized {
    /// Where sessions come from.
    type Pool: Sync;

    /// The type of a column that holds a time.
    const TIME: &'static str;

    /// A query that has a row where the table `$1` is there, and one that waits until no other session makes a table of
    /// jobnet's own, where `begin` does not see to that.
    const THERE_AND_TURN: Option<(&'static str, &'static str)>;

    /// The statement that checks what the database would check at the commit; `None` where only a commit does.
    const SETTLE: Option<&'static str>;

    /// Begins a transaction.
    fn begin(pool: &Self::Pool) -> impl Future<Output = Result<Self, DatabaseError>> + Send;

    /// How many parameters rows of that width take.
    fn taken(width: usize) -> usize;

    /// What stands after `from` so that a statement has its rows as `r`, with the columns `c0`, `c1`, … and the place `i`.
    fn source(width: usize) -> String;

    /// The same, without the place, where a plan must not depend on how many rows there are: PostgreSQL makes a table of
    /// hashes of a subquery's rows only as long as it expects few.
    fn source_of_any_length(width: usize) -> String;

    /// A table of its own for keys in which they are what the columns of a table make of them; `None` where a cast does
    /// that.
    fn typed_keys(table: &str, columns: &[String]) -> Option<TypedKeys>;

    /// A value of a row, as the column takes it.
    fn cast(value: &str, column: &Column) -> String;

    /// A text that is a time, as a column of jobnet's own takes it.
    fn time(value: &str) -> String;

    /// Runs a statement and gives how many rows it changed.
    fn execute(
        &mut self,
        sql: &str,
        params: &Params<'_>,
    ) -> impl Future<Output = Result<u64, DatabaseError>> + Send;

    /// Runs a query of texts.
    fn rows(
        &mut self,
        sql: &str,
        params: &Params<'_>,
    ) -> impl Future<Output = Result<Vec<Vec<Option<String>>>, DatabaseError>> + Send;

    /// Undoes what was done since a savepoint, which stays. False where the whole transaction was lost: what was undone
    /// is everything then, and another has begun, which has no savepoint.
    fn roll_back_to(&mut self, savepoint: &str) -> impl Future<Output = Result<bool, DatabaseError>> + Send;

    /// The foreign keys of a table that may be checked at the commit: a row for each column of each, with what tells the keys
    /// apart, the column, the table that it refers to as it stands in a statement, and that one's column.
    fn late_references(
        &mut self,
        table: &TableRef,
    ) -> impl Future<Output = Result<Vec<Vec<Option<String>>>, DatabaseError>> + Send;

    /// The sets of columns of a table whose being unique may be checked at the commit: a row for each column of each, with what
    /// tells the sets apart, and the column.
    fn late_unique(
        &mut self,
        table: &TableRef,
    ) -> impl Future<Output = Result<Vec<Vec<Option<String>>>, DatabaseError>> + Send;

    /// Makes constraints that are checked at the commit be checked at the end of every statement: of a table those
    /// that are neither foreign keys nor unique, or without a table all.
    fn check_at_once(
        &mut self,
        table: Option<&TableRef>,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// How many references lead nowhere, where nothing but a commit would say so.
    fn broken_references(&mut self) -> impl Future<Output = Result<u64, DatabaseError>> + Send;

    /// Makes what was done permanent.
    fn commit(self) -> impl Future<Output = Result<(), DatabaseError>> + Send;
}

/// The values of a query of texts.
pub(super) fn texts<R: Row>(rows: &[R]) -> Result<Vec<Vec<Option<String>>>, sqlx::Error>
where
    usize: ColumnIndex<R>,
    Option<String>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
{
    rows.iter().map(|row| (0..row.len()).map(|column| row.try_get(column)).collect()).collect()
}
