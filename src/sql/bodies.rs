use super::Dialect;
use super::bigquery::Procedural;
use super::lexer::Token;

/// Reads one statement's code and tells which `;` ends it: a body may hold some of its own.
#[derive(Debug)]
pub(super) enum Bodies {
    Postgres(Routine),
    Sqlite(Trigger),
    BigQuery(Procedural),
}

impl Bodies {
    /// At the beginning of a statement.
    pub(super) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self::Postgres(Routine::new()),
            Dialect::Sqlite => Self::Sqlite(Trigger::new()),
            Dialect::BigQuery => Self::BigQuery(Procedural::new()),
        }
    }

    /// Takes the statement's next token of code and tells whether it is the `;` that ends the statement.
    pub(super) fn ends_at(&mut self, token: &Token<'_>) -> bool {
        match self {
            Self::Postgres(routine) => routine.ends_at(token),
            Self::Sqlite(trigger) => trigger.ends_at(token),
            Self::BigQuery(procedural) => procedural.ends_at(token),
        }
    }
}

/// Whether a statement is a `CREATE` of one of some kinds, read word by word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Creates {
    Beginning,
    /// After `CREATE`, before what is created.
    Create,
    Kind,
    Other,
}

impl Creates {
    pub(super) fn next(self, token: &Token<'_>, kinds: &[&str]) -> Self {
        match self {
            Self::Beginning if token.is_word("CREATE") => Self::Create,
            Self::Create if token.is_word_of(&["OR", "REPLACE", "TEMP", "TEMPORARY"]) => Self::Create,
            Self::Create if token.is_word_of(kinds) => Self::Kind,
            Self::Beginning | Self::Create => Self::Other,
            Self::Kind | Self::Other => self,
        }
    }
}

/// PostgreSQL: the body of a routine between `BEGIN ATOMIC` and `END`, and a rule's actions in parentheses.
#[derive(Debug)]
pub(super) struct Routine {
    creates: Creates,
    after_begin: bool,
    /// The `ATOMIC` and `CASE` still without their `END`.
    open: usize,
    parentheses: usize,
}

impl Routine {
    fn new() -> Self {
        Self { creates: Creates::Beginning, after_begin: false, open: 0, parentheses: 0 }
    }

    fn ends_at(&mut self, token: &Token<'_>) -> bool {
        self.creates = self.creates.next(token, &["FUNCTION", "PROCEDURE"]);
        let begins_body = self.after_begin && token.is_word("ATOMIC") && self.creates == Creates::Kind;
        if begins_body || (self.open > 0 && token.is_word("CASE")) {
            self.open += 1;
        } else if token.is_word("END") {
            self.open = self.open.saturating_sub(1);
        } else if token.is_symbol("(") {
            self.parentheses += 1;
        } else if token.is_symbol(")") {
            self.parentheses = self.parentheses.saturating_sub(1);
        }
        self.after_begin = token.is_word("BEGIN");
        token.is_symbol(";") && self.open == 0 && self.parentheses == 0
    }
}

/// SQLite: a trigger ends where `END` stands as a statement of its own, for `end` may be a column as well.
/// <https://sqlite.org/c3ref/complete.html>
#[derive(Debug)]
pub(super) struct Trigger {
    creates: Creates,
    after_semicolon: bool,
    /// After a `;` and then `END`.
    after_end: bool,
}

impl Trigger {
    fn new() -> Self {
        Self { creates: Creates::Beginning, after_semicolon: false, after_end: false }
    }

    fn ends_at(&mut self, token: &Token<'_>) -> bool {
        self.creates = self.creates.next(token, &["TRIGGER"]);
        let semicolon = token.is_symbol(";");
        let ends = semicolon && (self.creates != Creates::Kind || self.after_end);
        self.after_end = self.after_semicolon && token.is_word("END");
        self.after_semicolon = semicolon;
        ends
    }
}
