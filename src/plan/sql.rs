use crate::expr::{NameUse, Template};
use crate::spec::{MigrateSpec, Name, Spanned, SqlSpec, VariableValue};
use crate::sql::{Dialect, Script};

use super::compile::Compiler;
use super::outside::Outside;
use super::problem::PlanProblem;

/// The parameters that every statement has.
pub(crate) const RUN_PARAMETERS: [&str; 2] = ["run_id", "job_start_at"];

/// Statements for a database.
#[derive(Debug, Clone)]
pub struct Sql {
    /// Which database.
    pub database: String,
    /// Where the statements stand.
    pub source: SqlSource,
    /// The variables that may be bound.
    pub vars: Vec<SqlVar>,
}

/// A query whose rows are wanted.
#[derive(Debug, Clone)]
pub struct Query {
    /// Which database.
    pub database: String,
    /// The query.
    pub text: String,
    /// The variables that it names.
    pub vars: Vec<SqlVar>,
}

/// A variable that may be bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlVar {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: SqlKind,
}

/// What a variable's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlKind {
    /// Texts.
    Text,
    /// Whole numbers.
    Int,
    /// Numbers.
    Float,
    /// True or false.
    Bool,
}

/// Where statements stand.
#[derive(Debug, Clone)]
pub enum SqlSource {
    /// In a file, by its path from the spec's directory.
    File(Template),
    /// In the spec.
    Text(String),
}

/// A directory of ordered SQL files, each applied once.
#[derive(Debug, Clone)]
pub struct Migrate {
    /// Which database.
    pub database: String,
    /// The directory, by its path from the spec's.
    pub dir: Template,
}

impl Sql {
    pub(super) fn compile(spec: &SqlSpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Self> {
        let database = outside.database(spec.database.as_ref(), spec.span, compiler);
        let mut vars = Vec::new();
        for Name(name) in spec.vars.iter().flatten() {
            vars.extend(bindable(name, compiler));
        }
        let source = match (&spec.file, &spec.query) {
            (Some(file), None) => SqlSource::File(compiler.plain(file)),
            (None, Some(query)) => {
                if let Some(listed) = spec.vars.iter().flatten().next() {
                    let advice = "a `query` is seen to name its variables: remove `vars`";
                    let problem = PlanProblem::Contradiction { one: "query", other: "vars", advice };
                    compiler.report(problem, listed.0.span);
                }
                vars = compiler.parameters(query);
                SqlSource::Text(query.value.clone())
            }
            (None, None) if !spec.unread.is_empty() => return None,
            (file, query) => {
                let span = query.as_ref().map_or(spec.span, |query| query.span);
                compiler.not_one("`sql`", [("file", file.is_some()), ("query", query.is_some())], span);
                return None;
            }
        };
        Some(Self { database: database?, source, vars })
    }
}

impl Migrate {
    pub(super) fn compile(
        spec: &MigrateSpec,
        outside: &Outside,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let database = outside.database(spec.database.as_ref(), spec.span, compiler);
        let dir = compiler.plain(&spec.dir);
        Some(Self { database: database?, dir })
    }
}

/// A variable whose value statements may be given: a secret would end in the database's own logs.
fn bindable(name: &Spanned<String>, compiler: &mut Compiler<'_>) -> Option<SqlVar> {
    let given = compiler.give("variable", name)?;
    if compiler.hides(&given) {
        compiler.report(PlanProblem::SecretInSql { name: given }, name.span);
        return None;
    }
    compiler.sql_var(&given)
}

impl Compiler<'_> {
    /// The variables that a text of SQL names as parameters. Which dialect it is in is known only when its database is,
    /// so that what cannot be read is reported then.
    pub(super) fn parameters(&mut self, text: &Spanned<String>) -> Vec<SqlVar> {
        let Ok(script) = Script::parse(&text.value, Dialect::Postgres) else { return Vec::new() };
        let mut vars: Vec<SqlVar> = Vec::new();
        for parameter in script.statements.iter().flat_map(|statement| statement.parameters()) {
            let name = &parameter.name;
            if RUN_PARAMETERS.contains(&name.as_str()) || vars.iter().any(|var| var.name == *name) {
                continue;
            }
            let place = self.place(text.span, &text.value, parameter.range.clone());
            if self.hides(name) {
                self.report(PlanProblem::SecretInSql { name: name.clone() }, place);
                continue;
            }
            let used = NameUse { name: name.clone(), range: parameter.range.clone(), optional: false };
            self.use_names(&[used], text.span, &text.value);
            vars.extend(self.sql_var(name));
        }
        vars
    }

    fn sql_var(&self, name: &str) -> Option<SqlVar> {
        let kind = match self.declared().variables().get(name)?.value {
            VariableValue::Text(_) => SqlKind::Text,
            VariableValue::Int(_) => SqlKind::Int,
            VariableValue::Number(_) => SqlKind::Float,
            VariableValue::Bool(_) => SqlKind::Bool,
        };
        Some(SqlVar { name: name.to_owned(), kind })
    }
}
