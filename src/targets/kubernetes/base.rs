use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use crate::plan::{Kubernetes, Plan, Plans, Stage};

use super::super::file_set::owns;
use super::super::problem::TargetProblem;
use super::files::ConfigFile;
use super::pod::{Entry, Pod, config_map, entries};
use super::tree::Tree;
use super::{names, network};

/// The most that an object can have in annotations, one of which is where `kubectl apply` keeps a copy of it
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/>); the rest of the ConfigMap is small.
const MOST_REMEMBERED: usize = 250 << 10;

/// Renders what is the same in every environment.
pub(super) fn render(
    kubernetes: &Kubernetes,
    plans: &Plans,
    files: &[ConfigFile<'_>],
    tree: &mut Tree<'_>,
) -> Result<(), TargetProblem> {
    let mut resources = Vec::new();
    if let Some(account) = &kubernetes.service_account {
        resources.push("serviceaccount.yaml".to_owned());
        tree.add("base/serviceaccount.yaml", "serviceaccount", &json!({"name": account.value}))?;
    }
    let object = names::object(&plans.net);
    if let Some(rules) = network::everywhere(kubernetes) {
        resources.push("networkpolicy.yaml".to_owned());
        let view = json!({"name": object, "net": plans.net, "rules": rules});
        tree.add("base/networkpolicy.yaml", "networkpolicy", &view)?;
    }
    let of_env = || kubernetes.environments.iter().filter_map(|env| plans.environments.get(env));
    for stage in of_env().take(1).flat_map(|plan| &plan.stages) {
        let everywhere = || of_env().filter_map(|plan| plan.stage(&stage.name));
        let work: Vec<_> = everywhere().map(|stage| &stage.work).collect();
        let pod = Pod::of(kubernetes, &plans.net, &work, files);
        let (name, _) = names::cron_job(kubernetes, &plans.net, stage);
        let settings = tree.shared(&stage.name);
        let view = json!({"name": name, "stage": stage.name, "pod": pod, "settings": settings});
        let file = file_of(stage);
        tree.add(&format!("base/{file}"), "cronjob", &view)?;
        resources.push(file);
    }
    if let Some(secret) = &kubernetes.secret {
        let secrets = secrets(&of_env().collect::<Vec<_>>());
        if !secrets.is_empty() {
            let view = json!({"name": secret.value, "secrets": secrets});
            tree.add("base/secret.example.yaml", "secret", &view)?;
        }
    }
    for file in files {
        tree.copy(&format!("base/files/{}", file.path), file.bytes);
    }
    let owned = files.iter().map(|file| owns(&format!("files/{}", file.path), file.bytes));
    let generated = files.iter().map(|file| format!("{}=files/{}", file.key, file.path));
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let view = json!({
        "owned": owned.collect::<Vec<_>>(),
        "large": bytes > MOST_REMEMBERED,
        "resources": resources,
        "labels": labels(kubernetes, plans),
        "config_map": config_map(&plans.net),
        "files": generated.collect::<Vec<_>>(),
    });
    tree.add("base/kustomization.yaml", "base", &view)
}

/// The name of the file of a stage's CronJob, in the base and in each overlay.
pub(super) fn file_of(stage: &Stage) -> String {
    format!("cronjob-{}.yaml", stage.name)
}

/// The labels of every object, the spec's own last
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>).
fn labels<'a>(kubernetes: &'a Kubernetes, plans: &'a Plans) -> Vec<Entry<'a>> {
    let own =
        [(names::NAME, plans.net.as_str()), (names::PART_OF, &plans.net), (names::MANAGED_BY, "jobnet")];
    let said = entries(&kubernetes.labels);
    let own = own.into_iter().map(|(key, value)| Entry { key, value });
    own.filter(|own| !said.iter().any(|said| said.key == own.key)).chain(said.clone()).collect()
}

/// A key of the Secret, with who needs it.
#[derive(Serialize)]
struct SecretKey {
    key: String,
    who: String,
}

/// The keys that the Secret has in some environment.
fn secrets(plans: &[&Plan]) -> Vec<SecretKey> {
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for plan in plans {
        let mut of_env: BTreeMap<String, bool> = BTreeMap::new();
        for uses in plan.stages.iter().map(|stage| &stage.uses) {
            for secret in uses.all_secrets() {
                let needed = uses.secrets.contains(secret);
                *of_env.entry(plan.secret_name(secret)).or_default() |= needed;
            }
        }
        for (key, needed) in of_env {
            let note = if needed { "" } else { " (may be absent)" };
            keys.entry(key).or_default().push(format!("{}{note}", plan.env));
        }
    }
    keys.into_iter().map(|(key, who)| SecretKey { key, who: who.join(", ") }).collect()
}
