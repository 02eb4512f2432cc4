//! GoogleSQL made into SQLite's SQL: names, texts, parameters, and times less or plus an interval.

use super::error::{Error, Reason};
use super::parameter::Parameter;
use super::tokens::{Token, tokens};
use crate::platform::TABLES;

/// The one dataset: the platform's tables.
pub(super) const DATASET: &str = "organizations";

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Select,
    Dml,
}

/// A statement for SQLite. `?1` is the time of the job, `?2` the first of the parameters.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) kind: Kind,
    pub(super) sql: String,
    /// The platform's tables which are named in it.
    pub(super) tables: Vec<&'static str>,
}

const TIME: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', ";

/// Translates one statement: `SELECT`, `INSERT`, `UPDATE` or `DELETE`, with the tables of the dataset
/// `organizations` by one, two or (in backticks) three names, `@parameters`, `CURRENT_TIMESTAMP()`, and
/// `TIMESTAMP_SUB` and `TIMESTAMP_ADD` of an interval in days, hours, minutes or seconds.
pub(super) fn translate(text: &str, parameters: &[Parameter]) -> Result<Statement, Error> {
    let tokens: Vec<Token> = tokens(text)?;
    let mut words = tokens.iter().filter(|token| **token != Token::Space);
    let kind = match words.next() {
        Some(Token::Word(word)) => match word.to_lowercase().as_str() {
            "select" => Kind::Select,
            "insert" | "update" | "delete" => Kind::Dml,
            _ => return Err(invalid("the sandbox runs SELECT, INSERT, UPDATE and DELETE")),
        },
        _ => return Err(invalid("Syntax error: a statement was expected")),
    };
    let mut writer = Writer { parameters, tokens, at: 0, signs: Vec::new(), sql: String::new() };
    while let Some(token) = writer.next() {
        writer.write(token)?;
    }
    let named = |table: &&str| writer.tokens.iter().any(|token| names(token, table));
    let tables = TABLES.iter().map(|table| table.name).filter(named).collect();
    Ok(Statement { kind, sql: writer.sql, tables })
}

fn names(token: &Token, table: &str) -> bool {
    match token {
        Token::Word(name) | Token::Name(name) => name.rsplit('.').next() == Some(table),
        _ => false,
    }
}

struct Writer<'p> {
    parameters: &'p [Parameter],
    tokens: Vec<Token>,
    at: usize,
    /// Of the functions around that take an interval: whether they add or subtract it.
    signs: Vec<char>,
    sql: String,
}

impl Writer<'_> {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// The next token that is no space.
    fn next_word(&mut self) -> Option<Token> {
        let next = self.next();
        if next == Some(Token::Space) { self.next() } else { next }
    }

    /// Passes the next token if it is this one.
    fn pass(&mut self, sign: char) -> bool {
        let is_next = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(is_next);
        is_next
    }

    fn write(&mut self, token: Token) -> Result<(), Error> {
        match token {
            Token::Space => self.sql.push(' '),
            Token::Sign(';') => {
                if self.tokens[self.at..].iter().any(|token| *token != Token::Space) {
                    return Err(invalid("the sandbox runs one statement at a time"));
                }
            }
            Token::Sign(sign) => self.sql.push(sign),
            Token::Text(text) => self.sql.push_str(&format!("'{}'", text.replace('\'', "''"))),
            Token::Parameter(name) => {
                let number = self.number(&name)?;
                self.sql.push_str(&format!("?{number}"));
            }
            Token::Name(name) => self.name(&name)?,
            Token::Word(word) => self.word(&word)?,
        }
        Ok(())
    }

    fn number(&self, name: &str) -> Result<usize, Error> {
        let known = self.parameters.iter().position(|parameter| parameter.name.to_lowercase() == name);
        known.map(|at| at + 2).ok_or_else(|| invalid(&format!("Query parameter '{name}' not found")))
    }

    fn name(&mut self, name: &str) -> Result<(), Error> {
        let parts: Vec<&str> = name.split('.').collect();
        let ([name] | [DATASET, name] | [_, DATASET, name]) = parts[..] else {
            return Err(Error::new(Reason::NotFound, format!("Not found: Dataset of {name}")));
        };
        self.sql.push_str(&format!("\"{}\"", name.replace('"', "\"\"")));
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Error> {
        match word.to_uppercase().as_str() {
            "CURRENT_TIMESTAMP" => {
                if self.pass('(') && !self.pass(')') {
                    return Err(invalid("CURRENT_TIMESTAMP takes no argument"));
                }
                self.sql.push_str("?1");
            }
            function @ ("TIMESTAMP_SUB" | "TIMESTAMP_ADD") if self.pass('(') => {
                self.signs.push(if function == "TIMESTAMP_SUB" { '-' } else { '+' });
                self.sql.push_str(TIME);
            }
            "INTERVAL" => self.interval()?,
            // The organizations' own columns are written so, too.
            _ if word == DATASET && self.is_before_a_table() => {}
            _ => self.sql.push_str(word),
        }
        Ok(())
    }

    /// Passes the dot of `dataset.table`, if that is what comes.
    fn is_before_a_table(&mut self) -> bool {
        let is_table = |name: &String| TABLES.iter().any(|table| table.name == name);
        let comes = matches!(
            self.tokens.get(self.at..self.at + 2),
            Some([Token::Sign('.'), Token::Word(name) | Token::Name(name)]) if is_table(name)
        );
        comes && self.pass('.')
    }

    /// What follows `INTERVAL`, as a modifier of SQLite's time functions.
    fn interval(&mut self) -> Result<(), Error> {
        let sign =
            self.signs.pop().ok_or_else(|| invalid("INTERVAL belongs to TIMESTAMP_SUB or _ADD here"))?;
        let amount = match self.next_word() {
            Some(Token::Word(number)) if number.parse::<u32>().is_ok() => number,
            Some(Token::Parameter(name)) => format!("' || ?{} || '", self.number(&name)?),
            _ => return Err(invalid("INTERVAL takes a whole number or a parameter")),
        };
        let unit = match self.next_word() {
            Some(Token::Word(unit)) => unit.to_lowercase(),
            _ => String::new(),
        };
        if !["day", "hour", "minute", "second"].contains(&unit.as_str()) {
            return Err(invalid("a TIMESTAMP's interval is in DAY, HOUR, MINUTE or SECOND"));
        }
        self.sql.push_str(&format!("'{sign}{amount} {unit}'"));
        Ok(())
    }
}

fn invalid(message: &str) -> Error {
    Error::new(Reason::InvalidQuery, message)
}
