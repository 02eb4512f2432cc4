use std::collections::VecDeque;

use crate::expr::{Value, canonical_json};
use crate::run::exchange::Failure;
use crate::run::rows::RowReader;

use super::pages::Start;

/// Rows with their numbers, without those that a run before is done with.
pub(super) struct Skipping {
    rows: RowReader,
    /// Rows that were read in vain, because they are not those of the run before.
    held: VecDeque<Value>,
    /// Rows that the run before is done with.
    pub(super) passed: Vec<Value>,
    number: u64,
    /// The rows are others: reading begins with the first.
    pub(super) is_anew: bool,
}

impl Skipping {
    /// Skips the rows that are done, unless the last of them is another now: then the rows are others.
    ///
    /// # Errors
    /// Why there are no rows.
    pub(super) async fn new(rows: RowReader, start: &Start) -> Result<Self, Failure> {
        let mut skipping =
            Self { rows, held: VecDeque::new(), passed: Vec::new(), number: 0, is_anew: false };
        while (skipping.held.len() as u64) < start.rows {
            match skipping.read().await? {
                Some(row) => skipping.held.push_back(row),
                None => break,
            }
        }
        let last = skipping.held.back().map(canonical_json);
        if skipping.held.len() as u64 == start.rows && last == start.last_row {
            skipping.number = start.rows;
            skipping.passed = std::mem::take(&mut skipping.held).into();
        } else {
            skipping.is_anew = true;
        }
        Ok(skipping)
    }

    /// The next row with its number, from 1.
    ///
    /// # Errors
    /// Why there is none: those after it are unknown.
    pub(super) async fn next(&mut self) -> Result<Option<(u64, Value)>, Failure> {
        let row = match self.held.pop_front() {
            Some(row) => Some(row),
            None => self.read().await?,
        };
        self.number += u64::from(row.is_some());
        Ok(row.map(|row| (self.number, row)))
    }

    async fn read(&mut self) -> Result<Option<Value>, Failure> {
        self.rows.next().await.map_err(|message| Failure { message, temporary: false })
    }
}
