use std::collections::BTreeSet;
use std::fmt;

use crate::expr::{Filter, Scope};
use crate::spec::{Name, SaveSpec, Spanned, Table};

use super::compile::Compiler;
use super::outside::Outside;
use super::problem::PlanProblem;

/// The columns that jobnet itself keeps for every row.
pub(crate) const OWN_COLUMNS: [&str; 3] = ["content_hash", "saved_at", "run_id"];

/// The tables of one database that a flow's items are saved into, together.
#[derive(Debug, Clone)]
pub struct Saves {
    /// Which database.
    pub database: String,
    /// The tables, at least one.
    pub tables: Vec<Save>,
}

/// Rows that are saved into a table.
#[derive(Debug, Clone)]
pub struct Save {
    /// The table.
    pub table: TableName,
    /// The columns that tell one row from another.
    pub key: Vec<String>,
    /// What makes the rows of an item.
    pub rows: SavedRows,
    /// The columns that scope an answer, with what makes their values without looking at an item.
    pub replace: Vec<(String, Filter)>,
    /// Whether the keys that a run saw are recorded.
    pub track: bool,
}

/// What makes the rows of an item.
#[derive(Debug, Clone)]
pub enum SavedRows {
    /// One row, column by column.
    Columns(Vec<(String, Filter)>),
    /// An object a row.
    Objects(Filter),
}

impl SavedRows {
    /// The expressions that look at an item.
    pub fn filters(&self) -> impl Iterator<Item = &Filter> {
        let (columns, objects) = match self {
            Self::Columns(columns) => (&columns[..], None),
            Self::Objects(filter) => (&[][..], Some(filter)),
        };
        columns.iter().map(|(_, filter)| filter).chain(objects)
    }
}

/// The name of a table, of letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    /// The schema, where one is named.
    pub schema: Option<String>,
    /// The table.
    pub name: String,
}

impl TableName {
    fn parse(text: &str) -> Option<Self> {
        let (schema, name) = match text.split_once('.') {
            Some((schema, name)) => (Some(schema), name),
            None => (None, text),
        };
        let good = is_identifier(name) && schema.is_none_or(is_identifier);
        good.then(|| Self { schema: schema.map(str::to_owned), name: name.to_owned() })
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

/// Databases take other names too, in quotes; these need none anywhere.
fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

impl Saves {
    pub(super) fn compile(
        specs: &[SaveSpec],
        outside: &Outside,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let mut database: Option<String> = None;
        let mut tables: Vec<Save> = Vec::new();
        for spec in specs {
            let named = outside.database(spec.database.as_ref(), spec.table.span, compiler);
            if let (Some(first), Some(named)) = (&database, &named)
                && first != named
            {
                let problem = PlanProblem::TwoDatabases { one: first.clone(), other: named.clone() };
                compiler.report(problem, spec.database.as_ref().map_or(spec.table.span, |name| name.span));
            }
            database = database.or(named);
            if let Some(save) = Save::compile(spec, compiler) {
                if tables.iter().any(|known| known.table == save.table) {
                    let (name, reason) = (spec.table.value.clone(), "it stands in this list twice");
                    compiler.report(PlanProblem::BadTable { name, reason }, spec.table.span);
                }
                tables.push(save);
            }
        }
        (tables.len() == specs.len()).then_some(Self { database: database?, tables })
    }
}

impl Save {
    fn compile(spec: &SaveSpec, compiler: &mut Compiler<'_>) -> Option<Self> {
        let table = TableName::parse(&spec.table.value);
        if table.is_none() {
            let (name, reason) = (spec.table.value.clone(), "it is not NAME or SCHEMA.NAME");
            compiler.report(PlanProblem::BadTable { name, reason }, spec.table.span);
        }
        let rows = SavedRows::compile(spec, compiler);
        let columns = spec.columns.as_ref();
        let key = named_columns("key", &spec.key, columns, compiler);
        if spec.key.is_empty() {
            let (name, reason) =
                (spec.table.value.clone(), "without a column in `key` no row is like another");
            compiler.report(PlanProblem::BadTable { name, reason }, spec.table.span);
        }
        let rows = rows?;
        let replace = replaced(spec, &rows, compiler);
        Some(Self { table: table?, key, rows, replace, track: spec.track == Some(true) })
    }
}

impl SavedRows {
    fn compile(spec: &SaveSpec, compiler: &mut Compiler<'_>) -> Option<Self> {
        match (&spec.columns, &spec.rows) {
            (Some(columns), None) => {
                columns.names().for_each(|name| check_column(name, compiler));
                let filters = columns.iter().filter_map(|(name, jq)| {
                    Some((name.value.clone(), compiler.filter(jq, &Scope::default())?))
                });
                let filters: Vec<_> = filters.collect();
                (filters.len() == columns.names().count()).then_some(Self::Columns(filters))
            }
            (None, Some(rows)) => compiler.filter(rows, &Scope::default()).map(Self::Objects),
            (None, None) if !spec.unread.is_empty() => None,
            (columns, rows) => {
                let span = rows.as_ref().map_or(spec.table.span, |rows| rows.span);
                let keys = [("columns", columns.is_some()), ("rows", rows.is_some())];
                compiler.not_one("a table", keys, span);
                None
            }
        }
    }
}

fn check_column(name: &Spanned<String>, compiler: &mut Compiler<'_>) {
    let reason = if OWN_COLUMNS.contains(&name.value.as_str()) {
        "jobnet keeps this column itself"
    } else if is_identifier(&name.value) {
        return;
    } else {
        "it is not made of letters, digits and underscores"
    };
    compiler.report(PlanProblem::BadColumn { name: name.value.clone(), reason }, name.span);
}

/// Names of columns, each of which must be one that the rows have, where that is known.
fn named_columns(
    what: &'static str,
    names: &[Name],
    columns: Option<&Table<crate::spec::JqText>>,
    compiler: &mut Compiler<'_>,
) -> Vec<String> {
    let mut seen = BTreeSet::new();
    for Name(name) in names {
        if columns.is_some_and(|columns| !columns.contains(&name.value)) {
            let known = columns.iter().flat_map(|columns| columns.names()).map(|name| name.value.clone());
            let problem =
                PlanProblem::Unknown { what: "column", name: name.value.clone(), known: known.collect() };
            compiler.report(problem, name.span);
        } else if columns.is_none() {
            check_column(name, compiler);
        }
        if !seen.insert(&name.value) {
            let reason =
                if what == "key" { "it stands in `key` twice" } else { "it stands in `replace` twice" };
            compiler.report(PlanProblem::BadColumn { name: name.value.clone(), reason }, name.span);
        }
    }
    names.iter().map(|Name(name)| name.value.clone()).collect()
}

/// The columns that scope an answer. An answer without items has a scope too, so that it must not come from an item.
fn replaced(spec: &SaveSpec, rows: &SavedRows, compiler: &mut Compiler<'_>) -> Vec<(String, Filter)> {
    let Some(names) = spec.replace.as_ref().filter(|names| !names.is_empty()) else {
        return Vec::new();
    };
    let SavedRows::Columns(columns) = rows else {
        let advice = "write the row as `columns`, or leave `replace` out";
        let problem = PlanProblem::Contradiction { one: "rows", other: "replace", advice };
        compiler.report(problem, names[0].0.span);
        return Vec::new();
    };
    named_columns("replace", names, spec.columns.as_ref(), compiler);
    let mut scope = Vec::new();
    for Name(name) in names {
        let Some((_, filter)) = columns.iter().find(|(column, _)| *column == name.value) else { continue };
        if filter.reads().keys_of_item().is_none_or(|keys| !keys.is_empty()) {
            compiler.report(PlanProblem::ScopeFromItem { name: name.value.clone() }, name.span);
        }
        scope.push((name.value.clone(), filter.clone()));
    }
    scope
}
