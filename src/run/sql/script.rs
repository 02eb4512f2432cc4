use crate::clients::{Bound, Param, StatementError};
use crate::diag::{Fault as _, Findings, Source};
use crate::expr::{LateError, Lookup, Scalar as _};
use crate::plan::{Declared, RUN_PARAMETERS, SqlKind, SqlVar};
use crate::run::binder::{BindError, Binder};
use crate::run::identity::Identity;
use crate::sql::{Dialect, Parameter, Statement};

use super::line_error::LineError;
use super::problem::{SqlProblem, Standing};
use super::statements::{faulty, span, statements};

/// The verbs of statements whose affected rows are rows that they changed.
const CHANGES: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"];

/// Statements for a database, each parameter with where its value comes from.
#[derive(Debug, Clone)]
pub(in crate::run) struct BoundScript {
    source: Source,
    pub(super) statements: Vec<Statement>,
    values: Vec<(String, Param)>,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct Names<'a> {
    /// The variables that are bound.
    pub(in crate::run) vars: &'a [SqlVar],
    /// The variables and secrets that the spec declares, where they are to be listed.
    pub(in crate::run) declared: Option<&'a Declared>,
}

impl BoundScript {
    /// Reads the statements of a text, and gives their parameters values.
    ///
    /// # Errors
    /// [`BindError`]: all faults of the text.
    pub(in crate::run) fn bind(
        source: Source,
        names: Names<'_>,
        dialect: Dialect,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let (statements, mut findings) = statements(&source, dialect);
        for statement in &statements {
            for Parameter { name, range } in statement.parameters() {
                if !names.are_known(name) {
                    findings.push(names.unknown(name).at(span(range)));
                }
            }
        }
        if !findings.is_empty() {
            return Err(faulty(source, findings));
        }
        let values = names.vars.iter().map(|var| Ok((var.name.clone(), param(var, binder)?)));
        Ok(Self { values: values.collect::<Result<_, BindError>>()?, source, statements })
    }

    /// The same, of a text that must be one statement.
    ///
    /// # Errors
    /// [`BindError`].
    pub(in crate::run) fn bind_query(
        source: Source,
        names: Names<'_>,
        dialect: Dialect,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let script = Self::bind(source, names, dialect, binder)?;
        match script.statements.get(1) {
            None => Ok(script),
            Some(second) => {
                let mut findings = Findings::default();
                findings.push(SqlProblem::Several.at(span(&second.code_range())));
                Err(faulty(script.source, findings))
            }
        }
    }

    /// The statements with their values in this run.
    pub(in crate::run) fn bound(&self, identity: &Identity) -> Vec<Bound> {
        self.statements.iter().map(|statement| self.bound_statement(statement, identity)).collect()
    }

    fn bound_statement(&self, statement: &Statement, identity: &Identity) -> Bound {
        let start = statement.range().start;
        let mut bound = Bound { pieces: Vec::new(), params: Vec::new() };
        let mut at = 0;
        for Parameter { name, range } in statement.parameters() {
            bound.pieces.push(statement.text()[at..range.start - start].to_owned());
            bound.params.push(self.value(name, identity));
            at = range.end - start;
        }
        bound.pieces.push(statement.text()[at..].to_owned());
        bound
    }

    /// The value of a parameter in this run.
    pub(super) fn value(&self, name: &str, identity: &Identity) -> Param {
        if let Some((_, value)) = self.values.iter().find(|(known, _)| known == name) {
            return value.clone();
        }
        match name {
            "job_start_at" => Param::Time(identity.job_start_millis()),
            _ => Param::Text(identity.run_id.clone()),
        }
    }

    /// True where a statement is given the net's run, by its id or its start.
    pub(in crate::run) fn reads_run(&self) -> bool {
        let mut parameters = self.statements.iter().flat_map(Statement::parameters);
        parameters.any(|parameter| RUN_PARAMETERS.contains(&parameter.name.as_str()))
    }

    /// True where a statement has a name, in any letter case.
    pub(in crate::run) fn mentions(&self, name: &str) -> bool {
        self.statements.iter().any(|statement| statement.mentions(name))
    }

    /// The name by which the user knows the text.
    pub(in crate::run) fn name(&self) -> &str {
        &self.source.name
    }

    /// An error with the line of the statement that it is about.
    pub(super) fn located(&self, error: StatementError) -> LineError {
        let statement = error.statement.and_then(|place| self.statements.get(place));
        let line = statement.map(|statement| self.source.position(statement.code_range().start).line);
        LineError { line, source: error.source }
    }

    /// The rows that statements changed, of those that they affected: a query affects what it reads.
    pub(super) fn changed(&self, affected: &[u64]) -> u64 {
        let pairs = self.statements.iter().zip(affected);
        pairs.filter(|(statement, _)| CHANGES.contains(&statement.verb())).map(|(_, affected)| affected).sum()
    }
}

impl Names<'_> {
    fn are_known(self, name: &str) -> bool {
        RUN_PARAMETERS.contains(&name) || self.vars.iter().any(|var| var.name == name)
    }

    fn unknown(self, name: &str) -> SqlProblem {
        let vars = self.vars.iter().map(|var| var.name.clone());
        SqlProblem::Unknown {
            name: name.to_owned(),
            known: vars.chain(RUN_PARAMETERS.map(str::to_owned)).collect(),
            standing: match self.declared {
                Some(declared) if declared.is_secret(name) => Standing::Secret,
                Some(declared) if declared.variables().contains_key(name) => Standing::Unlisted,
                Some(_) | None => Standing::Undeclared,
            },
        }
    }
}

/// A variable's value, which was checked to be of its kind when it was given.
fn param(var: &SqlVar, binder: &Binder<'_>) -> Result<Param, BindError> {
    let absent =
        || BindError::Value { place: binder.place.clone(), source: LateError::Absent(var.name.clone()) };
    let text = Lookup::text(binder.values, &var.name).ok_or_else(absent)?;
    let trimmed = text.trim();
    let typed = match var.kind {
        SqlKind::Text => None,
        SqlKind::Int => trimmed.parse().ok().map(Param::Int),
        SqlKind::Float => trimmed.parse::<f64>().is_ok().then(|| Param::Number(trimmed.to_owned())),
        SqlKind::Bool => bool::parse(trimmed).map(Param::Bool),
    };
    Ok(typed.unwrap_or_else(|| Param::Text(text.to_owned())))
}
