use std::sync::Arc;

use serde_json::json;

use crate::clients::{Cell, TableShape, hash};
use crate::expr::{Bindings, Filter, Value, canonical_json};
use crate::plan::{OWN_COLUMNS, Save, SavedRows};

use super::cell::cell;
use super::error::{BadRow, RowError, TableError};

/// Makes the rows of one table.
pub(super) struct TableRows {
    pub(super) shape: Arc<TableShape>,
    pub(super) key: Vec<String>,
    pub(super) track: bool,
    rows: RowsOf,
    /// Columns by their places in the shape.
    scope: Vec<(usize, Filter)>,
}

enum RowsOf {
    /// By the names of the columns, sorted: that is the order in which a row is hashed.
    Columns {
        places: Arc<[usize]>,
        filters: Vec<ColumnFilter>,
    },
    Objects(Filter),
}

struct ColumnFilter {
    filter: Filter,
    /// It does not look at the item, and has one value for a whole page.
    is_constant: bool,
}

/// A row, with the columns that it has.
pub(super) struct Made {
    pub(super) columns: Arc<[usize]>,
    pub(super) cells: Vec<Cell>,
    pub(super) hash: String,
}

impl TableRows {
    /// Fits what the spec says of a table to what the table is like.
    ///
    /// # Errors
    /// [`TableError`].
    pub(super) fn new(save: &Save, shape: Option<TableShape>) -> Result<Self, TableError> {
        let table = save.table.to_string();
        let shape = shape.ok_or_else(|| TableError::absent(save))?;
        let place = |column: &str| {
            let hint = if OWN_COLUMNS.contains(&column) { ", which jobnet keeps for every row" } else { "" };
            let found = shape.columns.iter().position(|known| known.name == column);
            found.ok_or_else(|| TableError::NoColumn {
                table: table.clone(),
                column: column.to_owned(),
                hint,
            })
        };
        for column in OWN_COLUMNS.iter().copied().chain(save.key.iter().map(String::as_str)) {
            place(column)?;
        }
        if shape.unique_set(&save.key).is_none() {
            return Err(TableError::NotUnique { table, key: save.key.join(", ") });
        }
        let rows = match &save.rows {
            SavedRows::Objects(filter) => RowsOf::Objects(filter.clone()),
            SavedRows::Columns(columns) => {
                let mut columns: Vec<_> = columns.iter().collect();
                columns.sort_by(|a, b| a.0.cmp(&b.0));
                let places: Vec<usize> =
                    columns.iter().map(|(name, _)| place(name)).collect::<Result<_, _>>()?;
                let filters = columns.into_iter().map(|(_, filter)| ColumnFilter {
                    is_constant: filter.reads().keys_of_item().is_some_and(|keys| keys.is_empty()),
                    filter: filter.clone(),
                });
                RowsOf::Columns { places: places.into(), filters: filters.collect() }
            }
        };
        let scope = save.replace.iter().map(|(name, filter)| Ok((place(name)?, filter.clone())));
        let scope = scope.collect::<Result<_, _>>()?;
        Ok(Self { key: save.key.clone(), track: save.track, rows, scope, shape: Arc::new(shape) })
    }

    /// True where rows that an answer does not hold any more are removed.
    pub(super) fn replaces(&self) -> bool {
        !self.scope.is_empty()
    }

    /// The values that scope an answer.
    ///
    /// # Errors
    /// [`RowError`].
    pub(super) fn scope(&self, bindings: &Bindings) -> Result<Vec<(usize, Cell)>, RowError> {
        let value = |(place, filter): &(usize, Filter)| {
            let value = filter.only(Value::Null, bindings)?;
            Ok((*place, self.cell(*place, &value)?))
        };
        self.scope.iter().map(value).collect()
    }

    /// What is the same for every item of a page.
    pub(super) fn constants(&self, bindings: &Bindings) -> Vec<Option<Value>> {
        let RowsOf::Columns { filters, .. } = &self.rows else { return Vec::new() };
        let constant = |column: &ColumnFilter| {
            // One that fails fails for every item, with its place.
            column.is_constant.then(|| column.filter.only(Value::Null, bindings).ok()).flatten()
        };
        filters.iter().map(constant).collect()
    }

    /// Hands over the rows of an item, or why there is none.
    pub(super) fn make(
        &self,
        item: &Value,
        constants: &[Option<Value>],
        bindings: &Bindings,
        mut out: impl FnMut(Result<Made, BadRow>),
    ) {
        match &self.rows {
            RowsOf::Columns { places, filters } => {
                let columns = filters.iter().zip(constants).zip(places.iter());
                let cells = columns.map(|((column, constant), place)| match constant {
                    Some(value) => self.cell(*place, value),
                    None => column.filter.only_as(item, bindings, |value| self.cell(*place, value))?,
                });
                let made =
                    cells.collect::<Result<_, _>>().and_then(|cells| self.made(Arc::clone(places), cells));
                out(made.map_err(|error| {
                    let value = |name: &String| {
                        let at = places.iter().position(|place| self.shape.columns[*place].name == *name)?;
                        filters[at].filter.only(item.clone(), bindings).ok()
                    };
                    BadRow { key: self.key_shown(value), error }
                }));
            }
            RowsOf::Objects(filter) => {
                for output in filter.outputs(item.clone(), bindings) {
                    out(match output {
                        Ok(object) => self.object(&object).map_err(|error| {
                            let value = |name: &String| match &object {
                                Value::Obj(map) => map.get(name.as_str()).cloned(),
                                _ => None,
                            };
                            BadRow { key: self.key_shown(value), error }
                        }),
                        Err(error) => Err(BadRow { key: None, error: error.into() }),
                    });
                }
            }
        }
    }

    /// The key of a row that cannot be one, as JSON with what is known of it.
    fn key_shown(&self, value: impl Fn(&String) -> Option<Value>) -> Option<String> {
        let known = self.key.iter().filter_map(|name| Some((name, value(name)?)));
        let known = known.map(|(name, value)| format!("{}:{}", json!(name), canonical_json(&value)));
        let known = known.collect::<Vec<_>>().join(",");
        (!known.is_empty()).then(|| format!("{{{known}}}"))
    }

    fn object(&self, object: &Value) -> Result<Made, RowError> {
        let Value::Obj(map) = object else {
            return Err(RowError::NotObject(object.to_string()));
        };
        let mut columns: Vec<(String, &Value)> =
            map.iter().map(|(key, value)| (key.to_string(), value)).collect();
        columns.sort_by(|a, b| a.0.cmp(&b.0));
        let (mut places, mut cells) = (Vec::new(), Vec::new());
        for (name, value) in columns {
            let place = self.shape.columns.iter().position(|column| column.name == name);
            let place = place.filter(|_| !OWN_COLUMNS.contains(&name.as_str()));
            let place = place.ok_or(RowError::UnknownColumn(name))?;
            cells.push(self.cell(place, value)?);
            places.push(place);
        }
        self.made(places.into(), cells)
    }

    fn made(&self, columns: Arc<[usize]>, cells: Vec<Cell>) -> Result<Made, RowError> {
        for key in &self.key {
            let place = columns.iter().position(|column| self.shape.columns[*column].name == *key);
            if place.is_none_or(|place| cells[place] == Cell::Null) {
                return Err(RowError::NullKey(key.clone()));
            }
        }
        let names = columns.iter().map(|column| self.shape.columns[*column].name.as_str());
        let hash = hash(names.zip(&cells));
        Ok(Made { columns, cells, hash })
    }

    fn cell(&self, place: usize, value: &Value) -> Result<Cell, RowError> {
        let column = &self.shape.columns[place];
        cell(column.kind, value).map_err(|source| RowError::Value {
            column: column.name.clone(),
            value: value.to_text(),
            source,
        })
    }
}
