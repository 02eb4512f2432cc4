use proptest::prelude::*;
use proptest::sample::select;

use super::{Dialect, Script};

/// Text of the characters that mean something to one dialect or another; no `t`, which is a tag below.
const NASTY: &str = r#"[:;'"$@#\[\]`\\/*\-(),.\r\n \u{feff}a-e1é日]{0,24}"#;

/// Words and marks that open and close things.
const PIECES: [&str; 32] = [
    "begin",
    "end",
    "atomic",
    "case",
    "then",
    "else",
    "if",
    "loop",
    "create",
    "trigger",
    "procedure",
    ";",
    "(",
    ")",
    "[",
    "]",
    ":a",
    ":b",
    "::",
    ":",
    " ",
    "\n",
    "'",
    "\"",
    "$$",
    "/*",
    "*/",
    "--",
    "a",
    "e",
    "名",
    ".",
];

fn dialects() -> impl Strategy<Value = Dialect> {
    select(vec![Dialect::Postgres, Dialect::Sqlite, Dialect::BigQuery])
}

fn scripts() -> impl Strategy<Value = String> {
    prop_oneof![NASTY, prop::collection::vec(select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat())]
}

/// The ways in which a dialect hides a text from itself.
fn hidden(content: &str, dialect: Dialect) -> Vec<String> {
    let doubled = |quote: &str| format!("{quote}{}{quote}", content.replace(quote, &quote.repeat(2)));
    let backslash = |quote: &str| {
        let mut escaped = content.replace('\\', "\\\\");
        for quote in ["'", "\"", "`"] {
            escaped = escaped.replace(quote, &format!("\\{quote}"));
        }
        format!("{quote}{escaped}{quote}")
    };
    let mut hidden = vec![
        format!("--{}\n", content.replace(['\n', '\r'], "")),
        format!("/*{}*/", content.replace('/', "")),
    ];
    hidden.extend(match dialect {
        Dialect::Postgres => vec![
            doubled("'"),
            doubled("\""),
            format!("E{}", backslash("'")),
            format!("$t${content}$t$"),
            format!("/*/*{0}*/{0}*/", content.replace('/', "")),
        ],
        Dialect::Sqlite => {
            vec![doubled("'"), doubled("\""), doubled("`"), format!("[{}]", content.replace(']', ""))]
        }
        Dialect::BigQuery => vec![
            backslash("'"),
            backslash("\""),
            backslash("`"),
            backslash("'''"),
            format!("rb{}", backslash("\"\"\"")),
            format!("#{}\n", content.replace(['\n', '\r'], "")),
        ],
    });
    hidden
}

proptest! {
    #[test]
    fn hidden_text_neither_splits_nor_holds_a_parameter(content in NASTY, dialect in dialects()) {
        for hidden in hidden(&content, dialect) {
            let text = format!("select 1, {hidden} , :p; select 2");
            let script = Script::parse(&text, dialect).unwrap();
            let [first, second] = &script.statements[..] else { panic!("{text}: {script:?}") };
            prop_assert_eq!(first.parameters().map(|parameter| &parameter.name).collect::<Vec<_>>(), ["p"]);
            prop_assert_eq!(first.text(), text.strip_suffix("; select 2").unwrap());
            prop_assert_eq!(second.text(), "select 2");
        }
    }

    #[test]
    fn nothing_but_space_and_comments_lies_between_statements(text in scripts(), dialect in dialects()) {
        if let Ok(script) = Script::parse(&text, dialect) {
            let mut at = 0;
            for statement in &script.statements {
                let range = statement.range();
                prop_assert_eq!(&text[range.clone()], statement.text());
                prop_assert_eq!(Script::parse(&text[at..range.start], dialect).unwrap().statements, []);
                at = range.end;
            }
            prop_assert_eq!(Script::parse(&text[at..], dialect).unwrap().statements, []);
        }
    }

    #[test]
    fn a_statement_is_the_one_statement_of_its_own_text(text in scripts(), dialect in dialects()) {
        if let Ok(script) = Script::parse(&text, dialect) {
            for statement in script.statements {
                let alone = Script::parse(statement.text(), dialect).unwrap().statements;
                let texts: Vec<_> = alone.iter().map(|statement| statement.text()).collect();
                prop_assert_eq!(texts, [statement.text()]);
            }
        }
    }

    #[test]
    fn a_parameter_stands_for_what_is_written(text in scripts(), dialect in dialects()) {
        let text = text.replace('@', "");
        if let Ok(script) = Script::parse(&text, dialect) {
            for statement in script.statements {
                prop_assert_eq!(&statement.render(|name| format!(":{name}")), statement.text());
                for parameter in statement.parameters() {
                    prop_assert_eq!(&text[parameter.range.clone()], format!(":{}", parameter.name));
                }
            }
        }
    }
}
