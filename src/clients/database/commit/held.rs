use std::collections::HashMap;

use crate::clients::database::cell::Cell;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::hash::hash;
use crate::clients::database::session::{Params, Rows, Session, Value};

use super::parts::{Refused, Setback, Step, by_parts};
use super::target::Target;

/// The hashes of rows whose columns hold something else than they are given: a rounded number, a time in UTC.
pub(super) struct Hashes(HashMap<usize, String>);

impl Hashes {
    /// Asks the database what it would hold, for the rows of which it is not known. Gives the rows too that it cannot read.
    pub(super) async fn of<S: Session>(
        session: &mut S,
        target: Target<'_>,
        rows: &[usize],
    ) -> Result<(Self, Refused), Setback> {
        let mut held = Held::new::<S>(target);
        let asked: Vec<usize> = rows.iter().copied().filter(|row| held.is_open(*row)).collect();
        let refused = by_parts(session, &asked, &mut held).await?;
        Ok((Self(held.hashes), refused))
    }

    /// The hash of a row.
    pub(super) fn hash<'r>(&'r self, target: Target<'r>, row: usize) -> &'r str {
        if self.0.is_empty() {
            return &target.0.rows[row].hash;
        }
        self.0.get(&row).unwrap_or(&target.0.rows[row].hash)
    }
}

/// Asks for what columns hold.
struct Held<'a> {
    target: Target<'a>,
    /// The columns that may hold something else than they are given, by their places in the rows.
    places: Vec<usize>,
    sql: String,
    hashes: HashMap<usize, String>,
}

impl<'a> Held<'a> {
    fn new<S: Session>(target: Target<'a>) -> Self {
        let places = 0..target.0.columns.len();
        let places: Vec<usize> =
            places.filter(|place| !target.column(*place).storage.is_as_given()).collect();
        let values = places.iter().enumerate().map(|(source, place)| {
            let (column, given) = (target.column(*place), format!("r.c{source}"));
            column.storage.text_of(&given, &S::cast(&given, column))
        });
        let values: Vec<String> = values.collect();
        let sql = format!("select {} from {} order by r.i", values.join(", "), S::source(places.len()));
        Self { target, places, sql, hashes: HashMap::new() }
    }

    /// True where only the database knows what it would hold.
    fn is_open(&self, row: usize) -> bool {
        let cells = &self.target.0.rows[row].cells;
        let is_open = |place: &usize| {
            let text = cells[*place].as_text();
            text.is_some_and(|text| !self.target.column(*place).storage.holds(text))
        };
        self.places.iter().any(is_open)
    }
}

impl<S: Session> Step<S> for Held<'_> {
    async fn take(&mut self, session: &mut S, rows: &[usize]) -> Result<(), DatabaseError> {
        let table = self.target.0;
        let cells = rows.iter().flat_map(|row| {
            let cells = &table.rows[*row].cells;
            self.places.iter().map(|place| Value::Cell(&cells[*place]))
        });
        let width = self.places.len();
        let params = Params { rows: Some(Rows { width, values: cells.collect() }), texts: Vec::new() };
        let held = session.rows(&self.sql, &params).await?;
        for (row, texts) in rows.iter().zip(held) {
            let mut cells = table.rows[*row].cells.clone();
            for (place, text) in self.places.iter().zip(texts) {
                // A number that is none any more (NaN, infinity) stays as it was given.
                let is_open = |cell: &Cell| {
                    cell.as_text().is_some_and(|text| !self.target.column(*place).storage.holds(text))
                };
                if let Some(text) = text.filter(|_| is_open(&cells[*place])) {
                    cells[*place] = match &cells[*place] {
                        Cell::Number(_) => {
                            self.target.column(*place).kind.number(&text).unwrap_or(Cell::Text(text))
                        }
                        _ => Cell::Text(text),
                    };
                }
            }
            let names = table.columns.iter().map(|place| table.shape.columns[*place].name.as_str());
            let hash = hash(names.zip(&cells));
            if hash != table.rows[*row].hash {
                self.hashes.insert(*row, hash);
            }
        }
        Ok(())
    }
}
