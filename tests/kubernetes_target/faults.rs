//! What Kubernetes or kustomize would refuse is said at its place in the spec.

mod stages;
mod values;

use super::faults;

/// A spec with a target that has these keys beside those that it must have.
fn target(stages: &str, keys: &str) -> String {
    format!(
        "jobnet: v1
name: net
schedule: \"0 3 * * *\"
secrets: [TOKEN]
databases: {{shop: \"postgres://db/shop\", notes: \"sqlite:notes.db\"}}
apis: {{shop: {{base_url: \"https://shop.example/${{TOKEN}}\"}}, open: {{base_url: https://open.example}}}}
environments: {{prod: {{}}}}
{stages}targets:
  kubernetes:
    out: k8s
    environments: [prod]
{keys}"
    )
}

fn options(keys: &str) -> String {
    let stages = "stages: {load: {call: {api: open, get: /orders}}}\n";
    faults(&target(stages, &format!("    image: shop\n    tags: {{prod: v1}}\n{keys}")), &[])
}

fn stages(stages: &str) -> String {
    faults(&target(stages, "    image: shop\n    tags: {prod: v1}\n    secret: shop\n"), &[])
}
