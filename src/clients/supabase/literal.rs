/// A text as a string constant of SQL
/// (<https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS>). Backslashes mean nothing in it,
/// as `standard_conforming_strings` has it.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Texts as PostgreSQL's text of an array (<https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO>).
pub(super) fn array(texts: &[String]) -> String {
    let elements = texts.iter().map(|text| {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\"")
    });
    format!("{{{}}}", elements.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_text_does_not_end_it() {
        for (text, expected) in [
            ("", "''"),
            ("a", "'a'"),
            ("o'clock", "'o''clock'"),
            ("'; drop table t; --", "'''; drop table t; --'"),
            (r"\'", r"'\'''"),
            ("$$ \n 表", "'$$ \n 表'"),
        ] {
            assert_eq!(literal(text), expected, "{text}");
        }
    }

    #[test]
    fn an_element_of_an_array_is_what_it_is() {
        let array = |texts: &[&str]| array(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(array(&[]), "{}");
        assert_eq!(array(&["", "NULL", "a,b", "{}"]), r#"{"","NULL","a,b","{}"}"#);
        assert_eq!(array(&[r#"a "b" \ c"#, "'"]), r#"{"a \"b\" \\ c","'"}"#);
    }
}
