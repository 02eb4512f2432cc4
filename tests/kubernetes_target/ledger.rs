//! What Kubernetes can do of what a spec asks for.

use std::fmt::Write as _;

use jobnet::targets::{self, Standing};

use super::Net;

/// The ledger of a net as lines.
fn ledger(net: &Net) -> String {
    targets::ledger(&net.plans).into_iter().fold(String::new(), |mut text, entry| {
        let place = format!("{} {}", entry.env.as_deref().unwrap_or("*"), entry.stage.as_deref().unwrap_or("*"));
        let standing = match entry.standing {
            Standing::Exact => "exact".to_owned(),
            Standing::Emulated { how } => format!("emulated: {how}"),
            Standing::Impossible { why, instead } => format!("impossible: {why}; {instead}"),
        };
        let _ = writeln!(text, "{place:20} {:22} {standing}", entry.feature);
        text
    })
}

#[test]
fn offsets_stand_in_for_the_portals_needs() {
    insta::assert_snapshot!(ledger(&Net::of_example("portal-pipeline")), @"");
}

#[test]
fn wombas_deadline_is_a_default() {
    insta::assert_snapshot!(ledger(&Net::of_example("index-all")), @"");
}

#[test]
fn what_is_done_by_other_means_is_said() {
    let spec = "\
jobnet: v1
name: net
timezone: Europe/Berlin
databases: {shop: \"postgres://db/shop\"}
apis: {shop: {base_url: https://shop.example}}
schedule: \"0 3 * * *\"
stages:
  load: {call: {get: /orders}, lease: {database: shop}, overlap: queue}
  early: {call: {get: /orders}, needs: [load], schedule: \"0 1 * * *\", suspend: true}
  hand: {call: {get: /orders}, needs: [early], schedule: manual}
  after: {call: {get: /orders}, needs: [hand], offset: 2h, overlap: replace}
environments: {prod: {confirm: true}}
targets: {kubernetes: {out: k8s, environments: [prod], image: shop, tags: {prod: v1}}}
";
    insta::assert_snapshot!(ledger(&Net::of(spec, &[]).unwrap()), @"");
}
