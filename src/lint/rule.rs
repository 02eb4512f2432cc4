use crate::diag::Severity;

use super::context::Context;
use super::page::{Page, page};
use super::report::Report;

/// Something that a good spec does not have.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name, which never changes.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Finds it.
    pub(super) check: fn(&Context<'_>, &mut Report),
}

impl Rule {
    /// Why it matters and how it is mended.
    pub fn page(&self) -> Option<&'static Page> {
        page(self.code)
    }
}
