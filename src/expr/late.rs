use std::marker::PhantomData;

use thiserror::Error;

use super::error::ExprError;
use super::filter::Scope;
use super::names::NameUse;
use super::place::Place;
use super::scalar::Scalar;
use super::template::{Lookup, Template};

/// A value that is known from the spec, or only when the variables in its text are.
#[derive(Debug, Clone)]
pub enum Late<T> {
    /// Stands in the spec.
    Known(T),
    /// Is made from `${NAME}` pieces.
    Template(Template, PhantomData<T>),
}

/// Why a late value could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LateError {
    /// A name in it has no value.
    #[error("{0} has no value")]
    Absent(String),
    /// The names' values make a text that is not of the type.
    #[error("{names} makes it `{text}`, expected {expected}")]
    WrongType {
        /// The names in it, by comma.
        names: String,
        /// The text that they made.
        text: String,
        /// What it should be.
        expected: &'static str,
    },
}

/// Why a text is not a late value.
#[derive(Debug)]
pub enum ParseFault {
    /// It has no names and is not of the type.
    WrongType,
    /// It is not a template.
    Template(Vec<ExprError>),
}

impl<T: Scalar> Late<T> {
    /// Reads a text: at once where it has no `${NAME}`.
    ///
    /// # Errors
    /// [`ParseFault`].
    pub fn parse(text: &str) -> Result<Self, ParseFault> {
        let template =
            Template::parse(text, Place::Plain, &Scope::default()).map_err(ParseFault::Template)?;
        match template.as_constant() {
            Some(text) => T::parse(&text).map(Self::Known).ok_or(ParseFault::WrongType),
            None => Ok(Self::Template(template, PhantomData)),
        }
    }

    /// The names that it uses.
    pub fn names(&self) -> Vec<NameUse> {
        match self {
            Self::Known(_) => Vec::new(),
            Self::Template(template, _) => template.names().collect(),
        }
    }

    /// The value, with the names' values put in; `None` where an optional name has none.
    ///
    /// # Errors
    /// [`LateError`].
    pub fn bind(&self, values: &dyn Lookup) -> Result<Option<T>, LateError> {
        let template = match self {
            Self::Known(value) => return Ok(Some(value.clone())),
            Self::Template(template, _) => template,
        };
        let Some(text) =
            template.bind(values).map_err(LateError::Absent)?.and_then(|bound| bound.as_constant())
        else {
            return Ok(None);
        };
        T::parse(&text).map(Some).ok_or_else(|| LateError::WrongType {
            names: template.names().map(|used| used.name).collect::<Vec<_>>().join(", "),
            text,
            expected: T::EXPECTED,
        })
    }
}
