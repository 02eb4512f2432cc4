//! What Kubernetes can do of what a spec asks for.

use std::fmt::Write as _;

use jobnet::targets::{self, Standing};

use super::Net;

/// The ledger of a net as lines.
fn ledger(net: &Net) -> String {
    targets::ledger(&net.plans).into_iter().fold(String::new(), |mut text, entry| {
        let place =
            format!("{} {}", entry.env.as_deref().unwrap_or("*"), entry.stage.as_deref().unwrap_or("*"));
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
    insta::assert_snapshot!(ledger(&Net::of_example("portal-pipeline")), @"
    * *                  timezone: UTC          exact
    * extract-view       overlap: forbid        exact
    * extract-view       timeout                exact
    * extract-view       retries                exact
    * extract-view       start_within           exact
    * extract-view       history                exact
    * extract-field      overlap: forbid        exact
    * extract-field      timeout                exact
    * extract-field      retries                exact
    * extract-field      start_within           exact
    * extract-field      history                exact
    dev translate        needs: extract-view    emulated: by its offset: it starts 5m after `extract-view`
    prod translate       needs: extract-view    emulated: by its offset: it starts 4m after `extract-view`
    dev translate        needs: extract-field   emulated: by its offset: it starts 3m after `extract-field`
    prod translate       needs: extract-field   emulated: by its offset: it starts 2m after `extract-field`
    * translate          overlap: forbid        exact
    * translate          timeout                exact
    * translate          retries                exact
    * translate          start_within           exact
    * translate          history                exact
    dev package          needs: translate       emulated: by its offset: it starts 5m after `translate`
    prod package         needs: translate       emulated: by its offset: it starts 2m after `translate`
    * package            overlap: forbid        exact
    * package            timeout                exact
    * package            retries                exact
    * package            start_within           exact
    * package            history                exact
    dev upsert           needs: package         emulated: by its offset: it starts 5m after `package`
    prod upsert          needs: package         emulated: by its offset: it starts 2m after `package`
    * upsert             overlap: forbid        exact
    * upsert             timeout                exact
    * upsert             retries                exact
    * upsert             start_within           exact
    * upsert             history                exact
    ");
}

#[test]
fn wombas_deadline_is_a_default() {
    insta::assert_snapshot!(ledger(&Net::of_example("index-all")), @"
    * *                  timezone: UTC          exact
    * index-all          overlap: forbid        exact
    * index-all          timeout                exact
    * index-all          retries                exact
    * index-all          start_within           emulated: 5m, since a CronJob must have a deadline
    * index-all          history                exact
    ");
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
    insta::assert_snapshot!(ledger(&Net::of(spec, &[]).unwrap()), @"
    * *                  timezone: Europe/Berlin emulated: when clocks go forward, what is due in the hour left out does not start; when they go back, what is due in the hour that comes twice starts twice
    * *                  confirm                emulated: nobody can be asked: the pods say yes themselves, by JOBNET_YES
    * load               overlap: queue         emulated: by the lease: runs start side by side, and wait for each other
    * load               timeout                exact
    * load               retries                exact
    * load               start_within           emulated: 5m, since a CronJob must have a deadline
    * load               lease                  exact
    * early              needs: load            emulated: by a schedule of its own: it starts 22h after `load` at the earliest
    * early              overlap: forbid        exact
    * early              timeout                exact
    * early              retries                exact
    * early              start_within           emulated: 5m, since a CronJob must have a deadline
    * early              suspend                exact
    * hand               manual                 emulated: a suspended CronJob, which `kubectl create job --from=cronjob/NAME` starts
    * hand               needs: early           emulated: whoever starts it does so after `early`
    * hand               overlap: forbid        exact
    * hand               timeout                exact
    * hand               retries                exact
    * hand               start_within           emulated: 5m, since a CronJob must have a deadline
    * after              needs: hand            emulated: `hand` is started by hand, and nothing waits for it
    * after              overlap: replace       exact
    * after              timeout                exact
    * after              retries                exact
    * after              start_within           emulated: 5m, since a CronJob must have a deadline
    ");
}
