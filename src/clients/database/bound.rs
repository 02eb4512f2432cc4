/// A value for a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number that may have a fraction, with the digits that it was given with.
    Number(String),
    /// True or false.
    Bool(bool),
    /// A time, as RFC 3339 writes it.
    Time(String),
}

/// A statement, cut where a value is wanted: `pieces[0] params[0] pieces[1] …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The text around the parameters: one piece more than there are parameters.
    pub pieces: Vec<String>,
    /// A value for each place that wants one; a name that stands twice is two of them.
    pub params: Vec<Param>,
}

impl Bound {
    /// The text, with what `placeholder` gives for each parameter by its place from 0.
    pub(super) fn text(&self, mut placeholder: impl FnMut(usize, &Param) -> String) -> String {
        let mut text = String::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            text.push_str(piece);
            if let Some(param) = self.params.get(place) {
                text.push_str(&placeholder(place, param));
            }
        }
        text
    }

    /// The same statement inside another.
    pub(super) fn inside(&self, before: &str, after: &str) -> Self {
        let mut inside = self.clone();
        if let Some(first) = inside.pieces.first_mut() {
            first.insert_str(0, before);
        }
        if let Some(last) = inside.pieces.last_mut() {
            last.push_str(after);
        }
        inside
    }
}

impl Param {
    /// The value as a database's text input takes it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Time(text) => text.clone(),
            Self::Int(value) => value.to_string(),
            Self::Bool(value) => value.to_string(),
        }
    }
}
