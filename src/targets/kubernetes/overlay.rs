use serde::Serialize;
use serde_json::json;

use crate::plan::{Kubernetes, Plan, Schedule, Stage};

use super::super::problem::TargetProblem;
use super::base::file_of;
use super::environment::{EnvVar, literal};
use super::timing::Settings;
use super::tree::Tree;
use super::{environment, files, names, network};

/// The schedule of a CronJob that only people start: it must have one, and is suspended.
const NO_SCHEDULE: &str = "0 0 1 1 *";

/// The tag of jobnet's own image where the spec does not say it: a release has its version for a tag, without the `v` of git's.
const OWN_TAG: &str = env!("CARGO_PKG_VERSION");

/// What an environment makes of a CronJob.
#[derive(Serialize)]
struct Patch<'a> {
    name: String,
    schedule: String,
    /// True where nobody but people starts it.
    by_hand: bool,
    time_zone: &'a str,
    suspend: bool,
    settings: Settings,
    args: Vec<String>,
    variables: Vec<EnvVar<'a>>,
}

/// An image with what kustomize adds to it (<https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/>).
#[derive(Serialize)]
struct Image<'a> {
    name: &'a str,
    tag: &'a str,
    is_digest: bool,
}

/// Renders what an environment has of its own.
pub(super) fn render(
    kubernetes: &Kubernetes,
    plan: &Plan,
    spec_file: &str,
    tree: &mut Tree<'_>,
) -> Result<(), TargetProblem> {
    let directory = format!("overlays/{}", plan.env);
    let mut patches = Vec::new();
    for stage in &plan.stages {
        let file = file_of(stage);
        let view = patch(kubernetes, plan, stage, spec_file, tree);
        tree.add(&format!("{directory}/{file}"), "patch", &view)?;
        patches.push(file);
    }
    let rules = network::only_in(kubernetes, &plan.env);
    if !rules.is_empty() {
        let view = json!({"rules": rules});
        tree.add(&format!("{directory}/networkpolicy.yaml"), "network-patch", &view)?;
    }
    let namespace = kubernetes.namespace.as_ref().map(|name| name.value.replace("{env}", &plan.env));
    let view = json!({
        "directory": tree.path(&directory),
        "namespace": namespace,
        "images": images(kubernetes, &plan.env),
        "patches": patches,
        "network_policy": (!rules.is_empty()).then(|| names::object(&plan.net)),
    });
    tree.add(&format!("{directory}/kustomization.yaml"), "overlay", &view)
}

fn patch<'a>(
    kubernetes: &'a Kubernetes,
    plan: &'a Plan,
    stage: &'a Stage,
    spec_file: &str,
    tree: &Tree<'_>,
) -> Patch<'a> {
    let spec = format!("{}/{spec_file}", files::MOUNT);
    let (schedule, by_hand) = match &stage.timing.schedule {
        Schedule::Cron(cron) => (cron.to_string(), false),
        Schedule::Manual => (NO_SCHEDULE.to_owned(), true),
    };
    Patch {
        name: names::cron_job(kubernetes, &plan.net, stage).0,
        schedule,
        by_hand,
        time_zone: &plan.timezone,
        // Only where the spec says so: else an apply would undo what an operator paused.
        suspend: by_hand || stage.timing.suspend,
        settings: Settings::of(plan, stage).without(&tree.shared(&stage.name)),
        args: ["run", &stage.name, "--env", &plan.env, "--spec", &spec].map(literal).to_vec(),
        variables: environment::of(kubernetes, plan, stage),
    }
}

fn images<'a>(kubernetes: &'a Kubernetes, env: &str) -> Vec<Image<'a>> {
    let own = kubernetes.tags.get(env).map(|tag| (&kubernetes.image, tag.value.as_str()));
    let own_tag = kubernetes.jobnet_tag.as_ref().map_or(OWN_TAG, |tag| &tag.value);
    let jobnets = kubernetes.jobnet_image.as_ref().map(|image| (image, own_tag));
    let image = |name, tag: &'a str| Image { name, tag, is_digest: tag.starts_with("sha256:") };
    own.into_iter().chain(jobnets).map(|(name, tag)| image(name.value.as_str(), tag)).collect()
}
