//! What of the platform is there, and what it lacks.

use std::collections::{HashMap, HashSet};

use sqlx::SqliteConnection;

use super::tables::{Column, TABLES, Table};
use crate::api_error::ApiError;

/// What today's platform has and this one lacks.
pub(super) struct Gaps {
    pub(super) tables: Vec<&'static Table>,
    /// The columns that the other tables lack.
    pub(super) columns: Vec<(&'static Table, Vec<&'static Column>)>,
}

impl Gaps {
    /// Reads the schema of the database.
    pub(super) async fn of(database: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'",
        )
        .fetch_all(database)
        .await?;
        let mut there: HashMap<String, HashSet<String>> = HashMap::new();
        for (table, column) in rows {
            there.entry(table).or_default().insert(column);
        }
        let mut gaps = Self { tables: Vec::new(), columns: Vec::new() };
        for table in &TABLES {
            let Some(columns) = there.get(table.name) else {
                gaps.tables.push(table);
                continue;
            };
            let lacking: Vec<_> = table.columns.iter().filter(|(name, _)| !columns.contains(*name)).collect();
            if !lacking.is_empty() {
                gaps.columns.push((table, lacking));
            }
        }
        Ok(gaps)
    }

    pub(super) fn table_names(&self) -> Vec<&'static str> {
        self.tables.iter().map(|table| table.name).collect()
    }

    /// The lacking columns, as `table.column`.
    pub(super) fn column_names(&self) -> Vec<String> {
        let names = self.columns.iter().flat_map(|(table, columns)| {
            columns.iter().map(|(column, _)| format!("{}.{column}", table.name))
        });
        names.collect()
    }
}

/// Refuses the work unless the tables that it is about are there and up to date.
pub(super) async fn require(database: &mut SqliteConnection, tables: &[&str]) -> Result<(), ApiError> {
    let gaps = Gaps::of(database).await?;
    let lacking = gaps.tables.iter().chain(gaps.columns.iter().map(|(table, _)| table));
    match lacking.map(|table| table.name).find(|name| tables.contains(name)) {
        Some(name) => Err(ApiError::NotInstalled(format!("the table {name}, or columns of it"))),
        None => Ok(()),
    }
}
