//! The plan: what runs when, and which stages a word selects.

mod examples;
mod selection;
mod shown;
mod texts;
mod times;

use jobnet::diag::{Source, render};
use jobnet::plan::Plans;

/// The plans of a good spec, by the library.
pub(crate) fn resolved(spec: &str) -> Plans {
    let source = Source::new("jobnet.yaml", spec);
    let (spec, mut findings) = jobnet::spec::parse(source.clone());
    let (plans, of_plan) = jobnet::plan::resolve(&spec.expect("a mapping"));
    findings.extend(of_plan);
    assert!(!findings.has_errors(), "{}", render(&source, &findings, false));
    plans.expect("plans where nothing is an error")
}
