use crate::expr::{Num, Template};
use crate::spec::{ForEachSpec, RowSpec};

use super::compile::Compiler;
use super::outside::Outside;
use super::problem::PlanProblem;
use super::sql::Query;

/// The rows for each of which the items of a flow are read, or a command is run.
#[derive(Debug, Clone)]
pub enum Rows {
    /// They stand in the spec.
    Values(Vec<Row>),
    /// They are the lines of a file, by its path from the spec's directory.
    Lines(Template),
    /// They are the rows of a query.
    Query(Query),
}

/// A row, or a value in one.
#[derive(Debug, Clone)]
pub enum Row {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Number(Num),
    /// A text, with its names' values still to come.
    Text(Template),
    /// Several values.
    List(Vec<Row>),
    /// Values by name.
    Map(Vec<(String, Row)>),
}

impl Rows {
    pub(super) fn compile(
        spec: &ForEachSpec,
        outside: &Outside,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        if let (Some(database), None) = (&spec.database, &spec.sql)
            && !spec.unread.contains(&"sql")
        {
            let advice = "`database` belongs to `sql`: remove it";
            let other = if spec.values.is_some() { "values" } else { "lines" };
            compiler.report(PlanProblem::Contradiction { one: "database", other, advice }, database.span);
        }
        match (&spec.values, &spec.lines, &spec.sql) {
            (Some(values), None, None) => {
                Some(Self::Values(values.value.iter().map(|row| Row::compile(row, compiler)).collect()))
            }
            (None, Some(lines), None) => Some(Self::Lines(compiler.plain(lines))),
            (None, None, Some(sql)) => {
                let database = outside.database(spec.database.as_ref(), spec.span, compiler);
                let vars = compiler.parameters(sql);
                Some(Self::Query(Query { database: database?, text: sql.value.clone(), vars }))
            }
            (None, None, None) if !spec.unread.is_empty() => None,
            (values, lines, sql) => {
                let spans = [
                    ("values", values.as_ref().map(|values| values.span)),
                    ("lines", lines.as_ref().map(|lines| lines.span)),
                    ("sql", sql.as_ref().map(|sql| sql.span)),
                ];
                let span = spans.iter().filter_map(|(_, span)| *span).max().unwrap_or(spec.span);
                compiler.not_one("`for_each`", spans.map(|(key, span)| (key, span.is_some())), span);
                None
            }
        }
    }
}

impl Row {
    fn compile(spec: &RowSpec, compiler: &mut Compiler<'_>) -> Self {
        match spec {
            RowSpec::Bool(value) => Self::Bool(*value),
            RowSpec::Int(value) => Self::Int(*value),
            RowSpec::Number(value) => Self::Number(value.clone()),
            RowSpec::Text(text) => Self::Text(compiler.seen_by_jq(text)),
            RowSpec::List(values) => {
                Self::List(values.iter().map(|value| Self::compile(value, compiler)).collect())
            }
            RowSpec::Map(values) => {
                let values = values.iter();
                Self::Map(
                    values
                        .map(|(name, value)| (name.value.clone(), Self::compile(value, compiler)))
                        .collect(),
                )
            }
        }
    }
}
