//! What a recipe says is done as it says it, by somebody who knows nothing else, with the programs that it names.

mod cloud_run;
mod github;
mod kubernetes;
mod oidc;
mod operations;

use crate::common::document::blocks;

/// The shell blocks of a recipe.
fn steps(name: &str) -> Vec<String> {
    blocks(&format!("docs/recipes/{name}.md"), "sh")
}

/// The shell blocks of a recipe that begin so.
fn steps_by(name: &str, beginning: &str) -> String {
    steps(name).into_iter().filter(|step| step.starts_with(beginning)).collect()
}

/// What brings the portal's net to a cluster.
fn texts(env: &str) -> String {
    format!(
        "cp -R jobnet/examples/portal-pipeline texts && cd texts && echo '    namespace: portal-{{env}}' >> jobnet.yaml\n\
         jobnet generate\nkubectl apply -k k8s/overlays/{env}\n"
    )
}
