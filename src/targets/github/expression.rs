use super::problem::MOST_OF_AN_EXPRESSION;

/// An expression of GitHub's, without `${{ }}`
/// (<https://docs.github.com/actions/reference/workflows-and-actions/expressions>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression(String);

impl Expression {
    /// What jobnet itself says, in which only texts of [`Expression::literal`] come from a spec.
    pub(super) fn of(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// A text: in single quotes, with those in it doubled.
    pub(super) fn literal(text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    /// A list of texts, which expressions have no literal for.
    pub(super) fn list<T: AsRef<str>>(texts: &[T]) -> String {
        let texts: Vec<&str> = texts.iter().map(T::as_ref).collect();
        // Texts always serialise.
        format!("fromJSON({})", Self::literal(&serde_json::to_string(&texts).unwrap_or_default()))
    }

    /// True where one of the texts is `value`, whatever its case.
    pub(super) fn is_one_of<T: AsRef<str>>(value: &str, texts: &[T]) -> String {
        format!("contains({}, {value})", Self::list(texts))
    }

    /// The expression as a text that GitHub replaces by its value.
    pub(super) fn embedded(&self) -> String {
        format!("${{{{ {} }}}}", self.0)
    }

    /// Its value as JSON, a text in one line whatever is in it; nothing where it has none.
    pub(super) fn as_json(&self) -> String {
        let end = if self.0.ends_with("|| ''") { "" } else { " || ''" };
        Self::of(format!("toJSON({}{end})", self.0)).embedded()
    }

    /// True where GitHub reads one of so many characters.
    pub(super) fn fits(length: usize) -> bool {
        length <= MOST_OF_AN_EXPRESSION
    }
}

/// A text in which GitHub finds no expression: where one would begin, its beginning is the value of one.
pub(super) fn without_expressions(text: &str) -> String {
    text.replace("${{", "${{ '${{' }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_somebody_cannot_leave_its_quotes() {
        assert_eq!(Expression::literal("it's }}"), "'it''s }}'");
        assert_eq!(Expression::list(&["a", "\"'"]), r#"fromJSON('["a","\"''"]')"#);
        assert_eq!(without_expressions("a ${{ secrets.B }}"), "a ${{ '${{' }} secrets.B }}");
    }
}
