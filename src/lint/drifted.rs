use crate::diag::{Diagnostic, Severity, Source, Span};
use crate::drift::{Drift, Kind};
use crate::plan::Plans;
use crate::targets::{FileSet, Target, out};

/// Drift, as one who lints a spec is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drifted {
    /// The file that the finding is about; `None` where there is none, and the finding is about the spec.
    pub file: Option<Source>,
    /// The finding.
    pub finding: Diagnostic,
    /// Where the spec says where the target's files go, and where a comment can allow it; `None` where no target of the
    /// spec has the file.
    pub out: Option<Span>,
}

/// The drift of the files that targets render, a finding a file, and one alone for a target of which nothing is there.
///
/// `spec` is the name of the spec's file, `shown` a path as the user knows it.
pub fn drifted(
    rendered: &[(Target, &FileSet)],
    drifts: &[Drift<'_>],
    plans: &Plans,
    spec: &str,
    shown: impl Fn(&str) -> String,
) -> Vec<Drifted> {
    let mut found = Vec::new();
    let mut told: Vec<&Drift<'_>> = drifts.iter().collect();
    for (target, set) in rendered {
        let is_missing =
            |path: &str| drifts.iter().any(|drift| drift.path == path && drift.kind == Kind::Missing);
        if !set.files.is_empty() && set.files.keys().all(|path| is_missing(path)) {
            let out = out(*target, plans).map(|(_, place)| place);
            found.push(Drifted { file: None, finding: never_generated(*target, set, out), out });
            told.retain(|drift| !set.files.contains_key(drift.path));
        }
    }
    found.extend(told.into_iter().map(|drift| {
        let out =
            target_of(drift.path, rendered).and_then(|target| out(target, plans)).map(|(_, place)| place);
        let finding = drift.finding(spec);
        match (&drift.kind, out) {
            (Kind::Missing, Some(place)) => {
                let message = format!("{spec} generates `{}`, and it is missing", shown(drift.path));
                Drifted { file: None, finding: Diagnostic { message, span: Some(place), ..finding }, out }
            }
            _ => Drifted { file: Some(Source::new(shown(drift.path), drift.text())), finding, out },
        }
    }));
    found
}

fn never_generated(target: Target, set: &FileSet, out: Option<Span>) -> Diagnostic {
    let label = match set.files.len() {
        1 => "expected a file here".to_owned(),
        number => format!("expected {number} files here"),
    };
    Diagnostic {
        code: "drift",
        severity: Severity::Error,
        message: format!("nothing is generated for {target} yet"),
        span: out,
        label,
        help: Some("run `jobnet generate`, and commit what it writes".to_owned()),
        fix: None,
    }
}

/// The target that renders a path, or among whose files it lies.
fn target_of(path: &str, rendered: &[(Target, &FileSet)]) -> Option<Target> {
    let has = rendered.iter().find(|(_, set)| set.files.contains_key(path));
    let is_below =
        |set: &FileSet| path.strip_prefix(set.root.as_str()).is_some_and(|rest| rest.starts_with('/'));
    has.or_else(|| rendered.iter().find(|(_, set)| is_below(set))).map(|(target, _)| *target)
}
