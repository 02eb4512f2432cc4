use std::ops::Range;

use super::Value;
use super::error::{EvalError, ExprError};
use super::filter::{Bindings, Filter, Scope};
use super::names::{NameUse, is_variable_name};
use super::place::Place;
use super::syntax::closing_brace;

/// Values of variables and secrets by name.
pub trait Lookup {
    /// The value as text; `None` where the name has no value.
    fn text(&self, name: &str) -> Option<&str>;
}

/// Everything but RFC 3986's unreserved characters.
const SEGMENT: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Debug, Clone)]
pub(super) enum Piece {
    Text(String),
    Name {
        name: String,
        optional: bool,
        range: Range<usize>,
    },
    /// An expression, and where its text begins.
    Filter(Box<Filter>, usize),
}

/// A plain string with its `${NAME}` and `{jq}` pieces.
#[derive(Debug, Clone)]
pub struct Template {
    pub(super) place: Place,
    pub(super) pieces: Vec<Piece>,
}

/// Values by name, for templates that are bound before a run.
impl Lookup for std::collections::BTreeMap<String, String> {
    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(String::as_str)
    }
}

impl Template {
    /// Parses a text that stands at `place`; `scope` names the answers that its `{jq}` may use.
    ///
    /// # Errors
    /// A brace that is not closed, a name that cannot be one, and every fault of an expression, at their places.
    pub fn parse(text: &str, place: Place, scope: &Scope) -> Result<Self, Vec<ExprError>> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(found) =
            text[at..].find(if place == Place::Plain { &['$'][..] } else { &['$', '{'][..] })
        {
            let start = at + found;
            push_text(&mut pieces, &text[at..start]);
            if text[start..].starts_with("${") {
                let (piece, end) = name_piece(text, start).map_err(|error| vec![error])?;
                pieces.push(piece);
                at = end;
            } else if text[start..].starts_with('{') {
                let end = closing_brace(text, start).ok_or_else(|| {
                    vec![unclosed(text, start, "to write a brace itself, put it in jq quotes: {\"{\"}")]
                })?;
                let filter = Filter::compile(&text[start + 1..end], scope)
                    .map_err(|errors| shifted(errors, start + 1))?;
                pieces.push(Piece::Filter(Box::new(filter), start + 1));
                at = end + 1;
            } else {
                push_text(&mut pieces, "$");
                at = start + 1;
            }
        }
        push_text(&mut pieces, &text[at..]);
        Ok(Self { place, pieces })
    }

    /// A text in which nothing is to be replaced.
    pub fn constant(text: &str) -> Self {
        let mut pieces = Vec::new();
        push_text(&mut pieces, text);
        Self { place: Place::Plain, pieces }
    }

    /// The text as it was written.
    pub fn shown(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Name { name, optional, .. } => format!("${{{name}{}}}", if *optional { "?" } else { "" }),
            Piece::Filter(filter, _) => format!("{{{}}}", filter.text()),
        });
        pieces.collect()
    }

    /// The text with `x` for each expression and each name, and a slash before a name that it begins with: its form,
    /// whatever their values are.
    pub fn sketch(&self) -> String {
        let begins = matches!(self.pieces.first(), Some(Piece::Name { .. }));
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Name { .. } | Piece::Filter(..) => "x",
        });
        begins.then_some("/").into_iter().chain(pieces).collect()
    }

    /// The text up to the first piece that is to be replaced, and the name there if it is one.
    pub fn beginning(&self) -> (String, Option<&str>) {
        match &self.pieces[..] {
            [] => (String::new(), None),
            [Piece::Name { name, .. }, ..] => (String::new(), Some(name)),
            [Piece::Filter(..), ..] => (String::new(), None),
            [Piece::Text(text), Piece::Name { name, .. }, ..] => (text.clone(), Some(name)),
            [Piece::Text(text), ..] => (text.clone(), None),
        }
    }

    /// The names that it uses by `${NAME}`.
    pub fn names(&self) -> impl Iterator<Item = NameUse> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Name { name, optional, range } => {
                Some(NameUse { name: name.clone(), range: range.clone(), optional: *optional })
            }
            Piece::Text(_) | Piece::Filter(..) => None,
        })
    }

    /// The expressions in it.
    pub fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Filter(filter, _) => Some(&**filter),
            Piece::Text(_) | Piece::Name { .. } => None,
        })
    }

    /// The names that its expressions use by `$vars.NAME`.
    pub fn names_in_jq(&self) -> impl Iterator<Item = NameUse> + '_ {
        self.pieces.iter().flat_map(|piece| {
            let (names, start) = match piece {
                Piece::Filter(filter, start) => (filter.names(), *start),
                Piece::Text(_) | Piece::Name { .. } => (&[][..], 0),
            };
            names.iter().map(move |used| NameUse { range: moved(&used.range, start), ..used.clone() })
        })
    }

    /// The text itself where nothing in it is to be replaced.
    pub fn as_constant(&self) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Name { .. } | Piece::Filter(..) => None,
            })
            .collect()
    }

    /// Puts in the values of the names. `None` where an optional name has no value: the field is left out.
    ///
    /// # Errors
    /// The name that has no value.
    pub fn bind(&self, values: &dyn Lookup) -> Result<Option<Self>, String> {
        let mut pieces = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Name { name, optional, .. } => match values.text(name) {
                    Some(value) => push_text(&mut pieces, value),
                    None if *optional => return Ok(None),
                    None => return Err(name.clone()),
                },
                Piece::Text(text) => push_text(&mut pieces, text),
                Piece::Filter(..) => pieces.push(piece.clone()),
            }
        }
        Ok(Some(Self { place: self.place, pieces }))
    }

    /// The text with its `{jq}` pieces computed from `input`; names must have been bound before.
    ///
    /// `None` where the whole text is one `{jq}` that gave null: a query value is then left out.
    ///
    /// # Errors
    /// An expression that failed, or gave null, an array or an object inside a longer text.
    pub fn render(&self, input: &Value, bindings: &Bindings) -> Result<Option<String>, EvalError> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Name { name, .. } => text.push_str(name),
                Piece::Filter(filter, _) => match filter.only(input.clone(), bindings)? {
                    Value::Null if self.pieces.len() == 1 && self.place == Place::Query => return Ok(None),
                    Value::Str(text) if text.is_empty() && self.place == Place::Path => {
                        return Err(EvalError::WrongType {
                            filter: filter.text().to_owned(),
                            found: "an empty text".to_owned(),
                            expected: "a text that names something",
                        });
                    }
                    value => self.push_escaped(&mut text, &scalar_text(filter, &value)?),
                },
            }
        }
        Ok(Some(text))
    }

    /// The values of a query's name: those of a list where the whole text is one `{jq}` that gave one, none for null.
    ///
    /// # Errors
    /// As those of [`Template::render`]; a list of lists, objects or nulls.
    pub fn render_values(&self, input: &Value, bindings: &Bindings) -> Result<Vec<String>, EvalError> {
        if let [Piece::Filter(filter, _)] = &self.pieces[..]
            && let Value::Arr(values) = filter.only(input.clone(), bindings)?
        {
            return values.iter().map(|value| scalar_text(filter, value)).collect();
        }
        Ok(self.render(input, bindings)?.into_iter().collect())
    }

    fn push_escaped(&self, text: &mut String, value: &str) {
        match self.place {
            Place::Path => text.extend(percent_encoding::utf8_percent_encode(value, SEGMENT)),
            Place::Plain | Place::Query | Place::Word => text.push_str(value),
        }
    }
}

/// The text of a value that is one word of a longer text.
fn scalar_text(filter: &Filter, value: &Value) -> Result<String, EvalError> {
    let found = match value {
        Value::Null | Value::Arr(_) | Value::Obj(_) => value.described(),
        Value::Num(number) if !number.is_finite() => "what is not a finite number".to_owned(),
        value => return Ok(value.to_text()),
    };
    Err(EvalError::WrongType {
        filter: filter.text().to_owned(),
        found,
        expected: "a text, a number or a boolean",
    })
}

pub(super) fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

fn name_piece(text: &str, start: usize) -> Result<(Piece, usize), ExprError> {
    let Some(length) = text[start..].find('}') else {
        return Err(unclosed(text, start, "a variable or secret is written ${NAME}"));
    };
    let end = start + length + 1;
    let inner = &text[start + 2..end - 1];
    let (name, optional) = match inner.strip_suffix('?') {
        Some(name) => (name, true),
        None => (inner, false),
    };
    if !is_variable_name(name) {
        return Err(ExprError {
            message: format!("`{inner}` is not a name"),
            range: start..end,
            expected: "expected ${NAME} or ${NAME?}".to_owned(),
            help: Some(
                "a name has letters, digits and underscores, and does not start with a digit".to_owned(),
            ),
        });
    }
    let range = start + 2..start + 2 + name.len();
    Ok((Piece::Name { name: name.to_owned(), optional, range }, end))
}

fn unclosed(text: &str, start: usize, help: &str) -> ExprError {
    ExprError {
        message: "this brace is not closed".to_owned(),
        range: start..text.len(),
        expected: "expected `}`".to_owned(),
        help: Some(help.to_owned()),
    }
}

fn shifted(errors: Vec<ExprError>, by: usize) -> Vec<ExprError> {
    errors.into_iter().map(|error| ExprError { range: moved(&error.range, by), ..error }).collect()
}

fn moved(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::expr::parse_json;

    fn rendered(text: &str, place: Place, input: &str) -> Option<String> {
        let values = BTreeMap::from(
            [("A", "1"), ("B", "two")].map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let template = Template::parse(text, place, &Scope::default()).unwrap();
        let bound = template.bind(&values).unwrap()?;
        let input = parse_json(input.as_bytes(), None).unwrap();
        bound.render(&input, &Bindings::new(Value::Null, Value::Null)).unwrap()
    }

    #[test]
    fn names_and_expressions_are_put_in() {
        assert_eq!(rendered("${A}-${B}$", Place::Plain, "null").as_deref(), Some("1-two$"));
        assert_eq!(
            rendered("/x/{.id}/y", Place::Path, r#"{"id": "a b/ü"}"#).as_deref(),
            Some("/x/a%20b%2F%C3%BC/y")
        );
        assert_eq!(rendered(r#"{ {a: "}"} | .a }"#, Place::Query, "null").as_deref(), Some("}"));
        assert_eq!(rendered("{x}", Place::Plain, "null").as_deref(), Some("{x}"));
    }

    #[test]
    fn an_absent_optional_name_or_a_null_leaves_the_field_out() {
        assert_eq!(rendered("${C?}", Place::Plain, "null"), None);
        assert_eq!(rendered("{.missing}", Place::Query, "{}"), None);
    }

    #[test]
    fn faults_are_found_at_their_places() {
        let fault = |text| Template::parse(text, Place::Path, &Scope::default()).unwrap_err().remove(0);
        assert_eq!(fault("/a/${1X}").range, 3..8);
        assert_eq!(fault("/a/{.x").range, 3..6);
        assert_eq!(fault("/a/{.x | nope}").range, 9..13);
    }
}
