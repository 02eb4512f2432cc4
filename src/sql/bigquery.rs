use super::bodies::Creates;
use super::lexer::Token;

/// BigQuery's procedural language: blocks, branches, loops and procedures hold statements of their own.
///
/// All its keywords but `CASE` and `END` open something only where a statement begins, since `begin`, `loop`, `while`
/// and `repeat` may be names and `IF` and `REPEAT` functions.
/// <https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language>
#[derive(Debug)]
pub(super) struct Procedural {
    /// What is still without its `END`, outermost first.
    open: Vec<Open>,
    creates: Creates,
    before: Before,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// A `CASE … END` that is a value.
    Case,
    Statements,
}

/// What the token before means for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The next token begins a statement, of the script or inside a block.
    Start,
    /// After a `BEGIN` that opened a block, unless it begins a transaction.
    Begin,
    /// After the first word of a statement, which a colon makes a label.
    First,
    /// After `END`, where `CASE` opens nothing.
    End,
    /// After a dot: the next word is part of a name.
    Dot,
    Other,
}

impl Procedural {
    pub(super) fn new() -> Self {
        Self { open: Vec::new(), creates: Creates::Beginning, before: Before::Start }
    }

    pub(super) fn ends_at(&mut self, token: &Token<'_>) -> bool {
        let semicolon = token.is_symbol(";");
        if self.before == Before::Begin && (semicolon || token.is_word("TRANSACTION")) {
            self.open.pop();
        }
        let starts = matches!(self.before, Before::Start | Before::Begin);
        if starts {
            self.creates = Creates::Beginning;
        }
        self.creates = self.creates.next(token, &["PROCEDURE"]);
        self.before = self.after(token, starts);
        semicolon && self.open.is_empty()
    }

    /// Opens or closes what the token opens or closes.
    fn after(&mut self, token: &Token<'_>, starts: bool) -> Before {
        if token.is_symbol(";") || (self.before == Before::First && token.is_symbol(":")) {
            Before::Start
        } else if token.is_symbol(".") {
            Before::Dot
        } else if self.before == Before::Dot {
            Before::Other
        } else if token.is_word("END") {
            self.open.pop();
            Before::End
        } else if token.is_word("CASE") && self.before != Before::End {
            self.open.push(if starts { Open::Statements } else { Open::Case });
            Before::Other
        } else if token.is_word("BEGIN") && (starts || self.creates == Creates::Kind) {
            self.open.push(Open::Statements);
            Before::Begin
        } else if starts && token.is_word_of(&["LOOP", "REPEAT"]) {
            self.open.push(Open::Statements);
            Before::Start
        } else if starts && token.is_word_of(&["IF", "WHILE", "FOR"]) {
            self.open.push(Open::Statements);
            Before::Other
        } else if self.open.last() == Some(&Open::Statements) && token.is_word_of(&["THEN", "ELSE", "DO"]) {
            Before::Start
        } else if starts {
            Before::First
        } else {
            Before::Other
        }
    }
}
