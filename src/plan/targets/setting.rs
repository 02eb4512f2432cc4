use crate::diag::Span;
use crate::expr::Template;
use crate::spec::PlainText;

use super::super::model::Plan;

/// A value of a target in which variables may stand, each environment's its own.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Its key.
    pub key: &'static str,
    /// Where it stands.
    pub place: Span,
    pub(super) template: Template,
}

impl Setting {
    pub(super) fn of(key: &'static str, text: &PlainText) -> Self {
        Self { key, place: text.span, template: text.template.clone() }
    }

    /// The value in an environment; `None` where it needs a secret, which only a run knows.
    pub fn text(&self, plan: &Plan) -> Option<String> {
        self.template.bind(&plan.declared).ok().flatten()?.as_constant()
    }
}
