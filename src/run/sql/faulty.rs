use std::fmt;

use crate::diag::{Findings, Severity, Source};

/// A text of SQL with faults in it, which are shown as those of a spec are.
#[derive(Debug)]
pub struct FaultySql {
    /// The text, under the name by which the user knows it.
    pub source: Source,
    /// What is wrong with it.
    pub findings: Findings,
}

impl fmt::Display for FaultySql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors =
            self.findings.sorted().iter().filter(|finding| finding.severity == Severity::Error).count();
        let count = if errors == 1 { "an error".to_owned() } else { format!("{errors} errors") };
        write!(f, "{} has {count}; nothing was run", self.source.name)
    }
}
