use serde::Serialize;

use super::super::quote;
use super::expression::{Expression, without_expressions};

/// A value of a workflow as it stands in YAML, quoted where it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Scalar(String);

impl Scalar {
    /// A text that is no expression, whatever is in it.
    pub(super) fn text(text: &str) -> Self {
        Self(quote::yaml(&without_expressions(text)).into_owned())
    }

    /// A whole number.
    pub(super) fn number(number: u64) -> Self {
        Self(number.to_string())
    }

    /// True, as inputs that are flags have it.
    pub(super) fn yes() -> Self {
        Self("true".to_owned())
    }

    /// An expression.
    pub(super) fn expression(expression: &Expression) -> Self {
        Self::plain(expression.embedded())
    }

    /// A text around expressions, all of it jobnet's own words.
    pub(super) fn around(text: String) -> Self {
        Self::plain(text)
    }

    /// As it stands in YAML.
    pub(super) fn as_yaml(&self) -> &str {
        &self.0
    }

    /// Without quotes where nobody can take it for anything else, as people write expressions
    /// (<https://yaml.org/spec/1.2.2/#733-plain-style>).
    fn plain(text: String) -> Self {
        let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$');
        let is_plain = text.chars().all(|c| matches!(c, ' '..='~'))
            && ![": ", " #"].iter().any(|mark| text.contains(mark))
            && !text.ends_with([':', ' ']);
        if begins && is_plain && text.contains("${{") {
            Self(text)
        } else {
            Self(quote::yaml(&text).into_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_stands_as_people_write_it_where_yaml_lets_it() {
        let scalar = |code: &str| Scalar::expression(&Expression::of(code)).0;
        assert_eq!(scalar("inputs.env || ''"), "${{ inputs.env || '' }}");
        assert_eq!(scalar("a == 'b: c'"), r#""${{ a == 'b: c' }}""#);
        assert_eq!(scalar("a == 'b #c'"), r#""${{ a == 'b #c' }}""#);
        assert_eq!(Scalar::text("${{ a }}").0, r#""${{ '${{' }} a }}""#);
    }
}
