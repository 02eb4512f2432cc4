use thiserror::Error;

use crate::diag::{Allows, Fault, Findings, Severity, did_you_mean, nearest};

use super::page::{PAGES, page};

/// What can be wrong with a comment that allows findings.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AllowProblem {
    /// It does not say why.
    #[error("this allows `{code}` and does not say why")]
    WithoutReason {
        /// The code.
        code: String,
    },
    /// Its line has no such finding, or one that cannot be allowed.
    #[error("this allows `{code}`, and the line has no such finding")]
    Unused {
        /// The code.
        code: String,
    },
    /// Nothing has that code.
    #[error("there is no finding `{code}`")]
    UnknownCode {
        /// The code.
        code: String,
    },
}

impl Fault for AllowProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::WithoutReason { .. } => "allow-without-reason",
            Self::Unused { .. } => "unused-allow",
            Self::UnknownCode { .. } => "unknown-code",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::WithoutReason { .. } => "expected a reason after the bracket".to_owned(),
            Self::Unused { .. } => String::new(),
            Self::UnknownCode { .. } => "expected the code of a finding".to_owned(),
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::WithoutReason { code } => {
                format!("write it for the next reader: `# jobnet: allow({code}) why`")
            }
            Self::Unused { .. } => "remove it: it would hide such a finding that comes later".to_owned(),
            Self::UnknownCode { code } => {
                did_you_mean(code, &codes()).unwrap_or_else(|| "`jobnet explain` lists them all".to_owned())
            }
        })
    }

    fn severity(&self) -> Severity {
        match self {
            Self::WithoutReason { .. } | Self::UnknownCode { .. } => Severity::Error,
            Self::Unused { .. } => Severity::Warning,
        }
    }

    fn replacement(&self) -> Option<String> {
        match self {
            Self::UnknownCode { code } => nearest(code, &codes()).map(str::to_owned),
            Self::WithoutReason { .. } | Self::Unused { .. } => None,
        }
    }
}

fn codes() -> Vec<&'static str> {
    PAGES.iter().map(|page| page.code).collect()
}

/// What is wrong with the comments of a text, once all findings have been sifted by them.
pub(super) fn check(allows: &Allows) -> Findings {
    let mut findings = Findings::default();
    for allow in allows.iter() {
        let code = allow.code.clone();
        if page(&code).is_none() {
            findings.push(AllowProblem::UnknownCode { code }.at(allow.place));
        } else if allow.why.is_empty() {
            findings.push(AllowProblem::WithoutReason { code }.at(allow.place));
        } else if !allow.is_used {
            findings.push(AllowProblem::Unused { code }.at(allow.place));
        }
    }
    findings
}
