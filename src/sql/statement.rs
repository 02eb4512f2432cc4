use std::collections::BTreeSet;
use std::ops::Range;

use super::Dialect;
use super::lexer::{Kind, Token};
use super::verb::{self, TransactionControl};

/// A value that a statement leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, without the colon or `@`.
    pub name: String,
    /// Where it stands in the script's text, in bytes, with the colon or `@`.
    pub range: Range<usize>,
}

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    text: String,
    start: usize,
    code_start: usize,
    parameters: Vec<Parameter>,
    names: BTreeSet<String>,
    verb: String,
    transaction_control: Option<TransactionControl>,
    pragma_set: Option<String>,
    is_for_psql: bool,
}

impl Statement {
    /// The statement that these tokens are; `None` where they hold no code.
    ///
    /// It begins with the comments before its code, where hints to a planner stand, and ends with its code, so that
    /// more may be written behind it.
    pub(super) fn new(tokens: &[Token<'_>], dialect: Dialect) -> Option<Self> {
        let first = tokens.iter().position(|token| token.kind != Kind::Space)?;
        let last = tokens.iter().rposition(Token::is_code)?;
        let tokens = &tokens[first..=last];
        let code: Vec<_> = tokens.iter().copied().filter(Token::is_code).collect();
        Some(Self {
            text: tokens.iter().map(|token| token.text).collect(),
            start: tokens.first()?.start,
            code_start: code.first()?.start,
            parameters: tokens.iter().filter_map(parameter).collect(),
            names: code.iter().filter_map(name).collect(),
            verb: verb::verb(&code),
            transaction_control: verb::transaction_control(&code, dialect),
            pragma_set: verb::pragma_set(&code).filter(|_| dialect == Dialect::Sqlite),
            is_for_psql: verb::is_for_psql(&code, dialect),
        })
    }

    /// The statement as it is written, without its `;`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where [`Self::text`] stands in the script's text, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// Where its code begins and ends in the script's text, without the comments before it.
    pub fn code_range(&self) -> Range<usize> {
        self.code_start..self.start + self.text.len()
    }

    /// Its parameters in the order of the text; a name that is used twice comes twice.
    ///
    /// A parameter is `:name`, in BigQuery `@name` as well. A blank after the colon makes it none, and in PostgreSQL
    /// and BigQuery so does a value directly before it: `a[1:n]`, `'key':value`. An engine's other placeholders (`$1`,
    /// `?`) are left as they are.
    pub fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter()
    }

    /// The text with every parameter replaced by what `placeholder` gives for its name, `$1` say.
    pub fn render(&self, mut placeholder: impl FnMut(&str) -> String) -> String {
        let mut rendered = String::with_capacity(self.text.len());
        let mut at = 0;
        for parameter in &self.parameters {
            rendered += &self.text[at..parameter.range.start - self.start];
            rendered += &placeholder(&parameter.name);
            at = parameter.range.end - self.start;
        }
        rendered + &self.text[at..]
    }

    /// True where the statement has a word or quoted name that is this name in any letter case. A string in double quotes
    /// counts as a quoted name, as SQLite reads it.
    pub fn mentions(&self, name: &str) -> bool {
        self.names.contains(&name.to_lowercase())
    }

    /// The first keyword in upper case, empty where there is none.
    ///
    /// For a `WITH` it is the verb after the common table expressions, and `WITH` where that stands in parentheses. For
    /// an `EXPLAIN` it is `EXPLAIN`.
    pub fn verb(&self) -> &str {
        &self.verb
    }

    /// What the statement itself does to the transaction that it runs in: `BEGIN`, `START TRANSACTION`, `COMMIT`, `END`,
    /// `ROLLBACK`, `ABORT`, `SAVEPOINT`, `RELEASE`, `PREPARE TRANSACTION`. What a block or a routine does inside is not seen.
    pub fn transaction_control(&self) -> Option<TransactionControl> {
        self.transaction_control
    }

    /// The setting that it gives a value as a `PRAGMA` of SQLite's, in lower case.
    pub fn pragma_set(&self) -> Option<&str> {
        self.pragma_set.as_deref()
    }

    /// Tells whether psql alone can carry it out: `\restrict`, `copy … from stdin`.
    pub fn is_for_psql(&self) -> bool {
        self.is_for_psql
    }
}

fn parameter(token: &Token<'_>) -> Option<Parameter> {
    let name = token.text.get(1..).filter(|_| token.kind == Kind::Parameter)?;
    Some(Parameter { name: name.to_owned(), range: token.start..token.end() })
}

/// A word or quoted name in lower case.
fn name(token: &Token<'_>) -> Option<String> {
    let text = match token.kind {
        Kind::Word => token.text,
        Kind::Quoted if token.text.starts_with(['"', '`', '[']) => token.text.get(1..token.text.len() - 1)?,
        _ => return None,
    };
    // BigQuery quotes a whole path: `project.dataset.table`.
    let last = if token.text.starts_with('`') { text.rsplit('.').next()? } else { text };
    Some(last.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::Script;
    use super::*;

    #[test]
    fn each_parameter_is_replaced_where_it_stands() {
        let script =
            Script::parse("select 1; select :a, ':a', '名', :b, :a::int -- :c", Dialect::Postgres).unwrap();
        let mut names = Vec::new();
        let rendered = script.statements[1].render(|name| {
            let number = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            });
            format!("${}", number + 1)
        });
        assert_eq!(rendered, "select $1, ':a', '名', $2, $1::int");
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn a_statement_mentions_its_words_and_quoted_names_in_any_case_and_no_strings_or_comments() {
        for (dialect, text, mentioned) in [
            (Dialect::Postgres, "select 1 from Ranking_Seen", true),
            (Dialect::Postgres, "select 1 from shop.ranking_seen as seen", true),
            (Dialect::Postgres, "select 1 from shop.\"ranking_seen\"", true),
            (Dialect::Sqlite, "select 1 from [ranking_seen]", true),
            (Dialect::BigQuery, "select 1 from `shop.raw.ranking_seen`", true),
            (Dialect::Postgres, "select 'ranking_seen' -- ranking_seen", false),
            (Dialect::Postgres, "select ranking_seen_at, :ranking_seen", false),
        ] {
            let script = Script::parse(text, dialect).unwrap();
            assert_eq!(script.statements[0].mentions("ranking_seen"), mentioned, "{text}");
        }
    }

    #[test]
    fn ranges_count_the_bytes_of_the_file() {
        let text = "\u{feff}select '商品';\r\nupdate 表 set 列 = :値\r\n;\r\n";
        let script = Script::parse(text, Dialect::Sqlite).unwrap();
        let statement = &script.statements[1];
        assert_eq!(&text[statement.range()], "update 表 set 列 = :値");
        assert_eq!(statement.text(), &text[statement.range()]);
        let parameter = statement.parameters().next().unwrap();
        assert_eq!((&text[parameter.range.clone()], parameter.name.as_str()), (":値", "値"));
    }
}
