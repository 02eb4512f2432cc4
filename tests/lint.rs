//! What `jobnet lint` finds, what it lets pass, and how it is told.

mod allow;
mod counts;
mod cron;
mod daylight;
mod document;
mod drift;
mod examples;
mod fix;
mod formats;
mod names;
mod needs;
mod pages;
mod rates;
mod secrets;
mod windows;

use crate::common::{Ended, Jobnet};

/// `jobnet lint` for people on a spec, whose files are generated where they can be.
pub(crate) async fn lint(spec: &str) -> Ended {
    let jobnet = Jobnet::new(["generate"]).file("jobnet.yaml", spec);
    jobnet.run().await;
    jobnet.instead(["lint", "--format", "human"]).run().await
}

/// The codes that `jobnet lint` then finds.
pub(crate) async fn codes_of(spec: &str) -> Vec<String> {
    let jobnet = Jobnet::new(["generate"]).file("jobnet.yaml", spec);
    jobnet.run().await;
    let ended = jobnet.instead(["lint", "--format", "json"]).run().await;
    let findings = ended.events("finding");
    findings.iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}

/// What `jobnet lint` tells people of a spec that can be used.
pub(crate) async fn findings(spec: &str) -> String {
    let ended = lint(spec).await;
    assert_ne!(ended.code, Some(2), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    ended.stderr
}

/// The codes that are found in a spec, in the order of their places.
pub(crate) fn codes(spec: &str) -> Vec<&'static str> {
    let source = jobnet::diag::Source::new("jobnet.yaml", spec);
    let linted = jobnet::lint::lint(&source, |_| jobnet::lint::Around::default());
    linted.findings.sorted().iter().map(|finding| finding.code).collect()
}

/// The beginning of a spec whose stages run on GitHub Actions, in `prod`.
pub(crate) const ON_GITHUB: &str = "\
jobnet: v1
name: net
apis: {shop: {base_url: https://shop.example}}
environments: {prod: {}}
defaults: {overlap: queue}
targets: {github: {out: .github/workflows/net.yml, environments: [prod]}}
";
