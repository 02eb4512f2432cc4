use super::Span;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input can be used, and probably does not say what was meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One finding: what is wrong, where, what was expected there, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name in kebab-case, `unknown-key` say.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where; a finding about a whole file has no span.
    pub span: Option<Span>,
    /// What stands beside the marked place: what was expected.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    /// A change of the text that does it, where that is safe.
    pub fix: Option<Fix>,
}

/// A change of a text that mends a finding and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced. A quoted text stays quoted.
    pub span: Span,
    /// What stands there then.
    pub replacement: String,
}

/// Findings of one source, in the order of their places, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(Vec<Diagnostic>);

impl From<Diagnostic> for Findings {
    fn from(finding: Diagnostic) -> Self {
        Self(vec![finding])
    }
}

impl Findings {
    /// Adds a finding, unless the very same one is there (two environments read the same lines).
    pub fn push(&mut self, finding: impl Into<Diagnostic>) {
        let finding = finding.into();
        if !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Self) {
        for finding in other.0 {
            self.push(finding);
        }
    }

    /// True where at least one finding is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Keeps the findings of which `is_kept` is true.
    pub fn retain(&mut self, is_kept: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(is_kept);
    }

    /// True where there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// The findings, errors and warnings alike, in the order of their places.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut findings: Vec<_> = self.0.iter().collect();
        findings.sort_by_key(|finding| (finding.span.map(|span| span.start), finding.code));
        findings
    }
}
