use std::fmt::Display;

use super::{Diagnostic, Fix, Severity, Span};

/// A type whose variants are things that can be wrong; its text says what.
pub trait Fault: Display {
    /// A stable name in kebab-case.
    fn code(&self) -> &'static str;

    /// What was expected, to stand beside the marked place.
    fn label(&self) -> String;

    /// What to do.
    fn help(&self) -> Option<String>;

    /// What should stand at the marked place instead, where that is safe to write there.
    fn replacement(&self) -> Option<String> {
        None
    }

    /// Error, unless it says otherwise.
    fn severity(&self) -> Severity {
        Severity::Error
    }

    /// The finding, at its place.
    fn at(self, span: Span) -> Diagnostic
    where
        Self: Sized,
    {
        Diagnostic {
            code: self.code(),
            severity: self.severity(),
            label: self.label(),
            help: self.help(),
            fix: self.replacement().map(|replacement| Fix { span, replacement }),
            message: self.to_string(),
            span: Some(span),
        }
    }
}
