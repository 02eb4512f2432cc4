//! What is wrong with a spec is said at its place, with what was expected there and what to do.

mod documents;
mod environments;
mod exec;
mod jq;
mod keys;
mod names;
mod needs;
mod paging;
mod requests;
mod rows;
mod schedules;
mod tables;
mod targets;
mod together;
mod types;
mod values;

use crate::common::{Ended, Jobnet};

/// The beginning of a good spec, up to its stages.
pub(crate) const HEAD: &str = "\
jobnet: v1
name: net
environments: {local: {}}
apis: {shop: {base_url: https://shop.example}}
";

/// `jobnet plan` on a spec.
pub(crate) async fn plan(spec: &str) -> Ended {
    Jobnet::new(["plan"]).file("jobnet.yaml", spec).run().await
}

/// The findings that `jobnet plan` shows about a whole spec, of which at least one is an error.
pub(crate) async fn faults(spec: &str) -> String {
    let ended = plan(spec).await;
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    let (findings, count) =
        ended.stderr.split_once("\nerror: jobnet.yaml has ").expect("the number of errors");
    assert!(count.ends_with("; nothing was run\n"), "{count}");
    findings.to_owned()
}

/// The findings about a spec that begins with [`HEAD`].
pub(crate) async fn faults_below_head(rest: &str) -> String {
    faults(&format!("{HEAD}{rest}")).await
}
