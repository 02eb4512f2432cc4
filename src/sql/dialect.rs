/// Whose SQL a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL, with `standard_conforming_strings` on.
    /// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html>
    Postgres,
    /// SQLite.
    /// <https://sqlite.org/lang.html>
    Sqlite,
    /// GoogleSQL of BigQuery.
    /// <https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical>
    BigQuery,
}
