use serde::Serialize;

/// A flag of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Flag {
    /// Without the dashes.
    pub(super) name: &'static str,
    /// `None` for one that says all by itself.
    pub(super) value: Option<String>,
}

impl Flag {
    pub(super) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: Some(value.into()) }
    }
}
