//! What is wrong with a spec although it can be used: rules that look at the plans of all environments.
//!
//! Invariants: no file, environment variable or clock is read here. The same spec has the same findings everywhere and
//! on every day: what depends on dates is looked for in fixed years (`firings::FROM`).

mod allowed;
mod clock;
mod context;
mod drifted;
mod firings;
mod fix;
mod lag;
mod masked;
mod page;
mod reading;
mod report;
mod requests;
mod rule;
mod rules;
mod secret_shape;

pub use allowed::AllowProblem;
pub use context::Context;
pub use drifted::{Drifted, drifted};
pub use fix::{Mended, mend};
pub use masked::masked;
pub use page::{PAGES, Page, page};
pub use rule::Rule;
pub use rules::RULES;

use crate::diag::{Allows, Diagnostic, Findings, Severity, Source};
use crate::plan::{self, Plans};
use crate::spec;

use self::report::Report;

/// What was found in a spec.
#[derive(Debug, Clone, Default)]
pub struct Linted {
    /// All findings about its text, without those that comments allow.
    pub findings: Findings,
    /// The findings about files that it generates, each with the file.
    pub of_files: Vec<(Source, Findings)>,
    /// True where the text could be read as a spec at all.
    pub is_read: bool,
    /// True where the spec can be used: nothing is wrong with it but what rules and targets object to.
    pub is_usable: bool,
}

/// What is known of a spec beyond its text.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// What is wrong with rendering it.
    pub of_targets: Findings,
    /// Where the files beside it are not as it renders them.
    pub drift: Vec<Drifted>,
}

impl Linted {
    /// True where there is an error among all findings.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many of all findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        let all = std::iter::once(&self.findings).chain(self.of_files.iter().map(|(_, findings)| findings));
        all.map(|findings| findings.count(severity)).sum()
    }
}

/// Reads a spec and holds it to all rules. `around` is asked only where the spec can be used.
pub fn lint(source: &Source, around: impl FnOnce(&Plans) -> Around) -> Linted {
    let (spec, mut findings) = spec::parse(source.clone());
    let is_read = spec.is_some();
    let plans = spec.as_ref().and_then(|spec| {
        let (plans, of_plan) = plan::resolve(spec);
        findings.extend(of_plan);
        plans
    });
    let mut allows = Allows::read(source, spec.as_ref().map_or(&[], |spec| spec.texts()));
    let usable = spec.zip(plans).filter(|_| !findings.has_errors());
    // What makes a spec unusable, or cannot be rendered, is no matter of opinion.
    let is_warning = |finding: &Diagnostic| finding.severity == Severity::Warning;
    allows.sift(source, &mut findings, is_warning);
    let is_usable = usable.is_some();
    let mut of_files = Vec::new();
    if let Some((spec, plans)) = usable {
        let mut around = around(&plans);
        allows.sift(source, &mut around.of_targets, is_warning);
        findings.extend(around.of_targets);
        let mut is_allowed = |drifted: &Drifted| {
            drifted.out.is_some_and(|out| allows.allow(source, drifted.finding.code, out))
        };
        around.drift.retain(|drifted| !is_allowed(drifted));
        for Drifted { file, finding, .. } in around.drift {
            match file {
                Some(file) => of_files.push((file, Findings::from(finding))),
                None => findings.push(finding),
            }
        }
        let mut of_rules = check(&Context::new(&spec, &plans));
        allows.sift(source, &mut of_rules, |_| true);
        findings.extend(of_rules);
        findings.extend(allowed::check(&allows));
    }
    Linted { findings, of_files, is_read, is_usable }
}

/// Holds a spec to all rules.
pub fn check(context: &Context<'_>) -> Findings {
    let mut findings = Findings::default();
    for rule in RULES {
        let mut report = Report::new(rule);
        (rule.check)(context, &mut report);
        findings.extend(report.into_findings());
    }
    findings
}
