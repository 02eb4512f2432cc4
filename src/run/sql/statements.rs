use std::io::{self, Read};
use std::ops::Range;

use crate::diag::{Fault as _, Findings, Source, Span};
use crate::run::binder::{BindError, Binder};
use crate::run::files::Files;
use crate::sql::{Dialect, Script, Statement};

use super::faulty::FaultySql;
use super::problem::SqlProblem;

/// The whole of a file.
pub(in crate::run) fn read(
    file: String,
    files: &dyn Files,
    binder: &Binder<'_>,
) -> Result<Source, BindError> {
    match files.open(&file).and_then(text) {
        Ok(text) => Ok(Source::new(file, text)),
        Err(source) => Err(BindError::File { place: binder.place.clone(), file, source }),
    }
}

/// The text of a file. No database takes a NUL character in a statement.
fn text(mut file: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let line = |at: usize| bytes[..at].split(|byte| *byte == b'\n').count();
    let fault = match std::str::from_utf8(&bytes) {
        Err(error) => Some(format!("line {} is not UTF-8", line(error.valid_up_to()))),
        Ok(text) => text.find('\0').map(|at| format!("line {} has a NUL character", line(at))),
    };
    match fault {
        Some(fault) => Err(io::Error::new(io::ErrorKind::InvalidData, fault)),
        None => String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
    }
}

/// The statements of a text, of which there must be one and none that controls the transaction around them.
pub(super) fn statements(source: &Source, dialect: Dialect) -> (Vec<Statement>, Findings) {
    let (script, mut findings) = script(source, dialect);
    // A script of BigQuery's is one job, which may well have transactions of its own.
    if dialect != Dialect::BigQuery {
        findings.extend(enclosed(&script.statements));
    }
    (script.statements, findings)
}

/// A text of SQL, in which there must be a statement.
pub(in crate::run) fn script(source: &Source, dialect: Dialect) -> (Script, Findings) {
    let mut findings = Findings::default();
    match Script::parse(&source.text, dialect) {
        Ok(script) => {
            if script.statements.is_empty() {
                findings.push(SqlProblem::Empty.at(Span::default()));
            }
            for statement in script.statements.iter().filter(|statement| statement.is_for_psql()) {
                let range = statement.code_range();
                let line = source.text[range.clone()].lines().next().unwrap_or_default();
                findings.push(SqlProblem::ForPsql.at(Span::new(range.start, range.start + line.len())));
            }
            (script, findings)
        }
        Err(error) => {
            let span = span(&error.range());
            findings.push(SqlProblem::Unclosed(error).at(span));
            (Script { statements: Vec::new(), comments: Vec::new() }, findings)
        }
    }
}

/// The statements that control the transaction around them.
pub(in crate::run) fn enclosed(statements: &[Statement]) -> Findings {
    let mut findings = Findings::default();
    for statement in statements.iter().filter(|statement| statement.transaction_control().is_some()) {
        let verb = statement.verb().to_owned();
        findings.push(SqlProblem::Transaction { verb }.at(span(&statement.code_range())));
    }
    findings
}

/// The error of a text with faults.
pub(in crate::run) fn faulty(source: Source, findings: Findings) -> BindError {
    BindError::Sql(Box::new(FaultySql { source, findings }))
}

pub(in crate::run) fn span(range: &Range<usize>) -> Span {
    Span::new(range.start, range.end)
}
