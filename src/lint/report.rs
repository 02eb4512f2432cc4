use crate::diag::{Diagnostic, Findings, Fix, Span};

use super::rule::Rule;

/// The findings of one rule while it checks.
pub(super) struct Report {
    rule: &'static Rule,
    findings: Findings,
}

/// What a rule says of a place.
pub(super) struct Said {
    /// What is wrong, in one line.
    pub(super) message: String,
    /// What stands beside the marked place.
    pub(super) label: String,
    /// What to do.
    pub(super) help: String,
}

impl Report {
    pub(super) fn new(rule: &'static Rule) -> Self {
        Self { rule, findings: Findings::default() }
    }

    /// Adds a finding.
    pub(super) fn add(&mut self, span: Span, said: Said) {
        self.push(span, said, None);
    }

    /// Adds a finding that is mended by another text at its place.
    pub(super) fn add_mended_by(&mut self, replacement: String, span: Span, said: Said) {
        self.push(span, said, Some(Fix { span, replacement }));
    }

    fn push(&mut self, span: Span, said: Said, fix: Option<Fix>) {
        self.findings.push(Diagnostic {
            code: self.rule.code,
            severity: self.rule.severity,
            message: said.message,
            span: Some(span),
            label: said.label,
            help: Some(said.help),
            fix,
        });
    }

    pub(super) fn into_findings(self) -> Findings {
        self.findings
    }
}
