//! `docs/recipes/kubernetes.md`: from an empty repository to finished Jobs, by the machine's own kubectl.

use super::steps;
use crate::common::cluster::Cluster;
use crate::common::document::blocks;
use crate::common::kubectl::Kubectl;
use crate::common::linters::Linters;
use crate::common::portal;
use crate::common::stranger::Stranger;

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_ends_with_finished_jobs() {
    let Some(kubectl) = Kubectl::find() else { return };
    let cluster = Cluster::start(["default", "portal-prod", "womba"]).await;
    let sandbox = portal().await;
    let Some(stranger) = Stranger::new().and_then(|one| one.with_cluster(&cluster)) else { return };
    let stranger = stranger.env("API_BASE", &sandbox.base_url());
    stranger.succeeds(&steps("kubernetes").concat()).await;

    let stages = ["chroma-package", "chroma-upsert", "extract-field", "translate-run"];
    let mut jobs = stages.map(|stage| format!("first-{stage}")).to_vec();
    jobs.push("first-view".to_owned());
    assert_eq!(cluster.names("portal-prod", "jobs"), jobs);
    assert_eq!(cluster.names("womba", "jobs"), ["first-index"]);
    assert_eq!(cluster.names("portal-prod", "cronjobs").len(), 5);
    // A pod of the net runs jobnet's own image, and a command's beside theirs.
    let job = cluster.object("portal-prod", "jobs/first-view");
    let image = concat!("ghcr.io/your-org/jobnet:", env!("CARGO_PKG_VERSION"));
    assert_eq!(job["spec"]["template"]["spec"]["containers"][0]["image"], image);
    let job = cluster.object("womba", "jobs/first-index");
    assert_eq!(job["spec"]["template"]["spec"]["initContainers"][0]["image"], image);

    let Some(linters) = Linters::find() else { return };
    for overlay in ["texts/k8s/overlays/dev", "texts/k8s/overlays/prod", "index/k8s/overlays/prod"] {
        let built = kubectl.kustomize(&stranger.work().join(overlay)).unwrap();
        linters.kubernetes_validate(&built, "1.37").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_secret_no_job_is_finished() {
    let cluster = Cluster::start(["default", "portal-prod"]).await;
    let Some(stranger) = Stranger::new().and_then(|one| one.with_cluster(&cluster)) else { return };
    stranger.succeeds(&crate::recipes::texts("prod")).await;
    let start = "kubectl create job a --from=cronjob/cj-translate-run --namespace portal-prod";
    let wait = "kubectl wait job/a --namespace portal-prod --for=condition=failed";
    stranger.succeeds(&format!("{start}\n{wait}")).await;
}

#[test]
fn the_secrets_in_the_file_are_those_of_prod() {
    let steps = blocks("docs/recipes/kubernetes.md", "sh").concat();
    let example = crate::common::document::read("examples/portal-pipeline/k8s/base/secret.example.yaml");
    let needed = example.split("# prod\n").skip(1).map(|rest| rest.trim_start().split(':').next().unwrap());
    let needed: Vec<&str> = needed.collect();
    assert_eq!(needed.len(), 3, "{needed:?}");
    for name in needed {
        assert!(steps.contains(&format!("\n{name}=")), "{name}");
    }
}
