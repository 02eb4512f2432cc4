//! Actions are named by the commits that a lock file has for them.

use super::Rendering;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn uses(rendering: &Rendering) -> Vec<String> {
    let workflow = rendering.workflow();
    let uses =
        workflow.lines().filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("uses: "));
    uses.map(str::to_owned).collect()
}

#[test]
fn a_lock_file_pins_jobnets_own_action_too() {
    let spec = "\
stages: {load: {call: {get: /a}}, make: {exec: {command: make}}}
environments: {dev: {}}
targets:
  github:
    out: .github/workflows/net.yml
    environments: [dev]
    action: shop/jobnet@v2
    setup: [{uses: actions/setup-node@v7.0.0}, {uses: ./.github/actions/own}]
";
    let lock = format!("shop/jobnet@v2: {{commit: {COMMIT}, version: v2.3.4}}\n");
    let uses = uses(&Rendering::below_head(spec).lock(&lock));
    insta::assert_snapshot!(uses.join("\n"), @r#"
    actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
    shop/jobnet@0123456789abcdef0123456789abcdef01234567 # v2.3.4
    actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
    actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
    "./.github/actions/own"
    shop/jobnet/setup@0123456789abcdef0123456789abcdef01234567 # v2.3.4
    "#);
}
