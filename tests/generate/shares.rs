//! Stages that may work at once on machines of their own are told to share the rate of their API.

use jobnet::diag::Source;
use jobnet::targets::{self, Origin, Standing, Target};
use jobnet::{plan, spec};

/// A net on all engines; `load` and `list` may work at once.
const SPEC: &str = "\
jobnet: v1
name: net
apis: {shop: {base_url: https://shop.example, rate: 1/s}}
stages:
  start: {call: {get: /start}}
  load: {needs: [start], offset: 1h, call: {get: /orders}}
  list: {needs: [start], offset: 1h, call: {get: /items}}
  count: {needs: [start], offset: 1h, exec: {command: ls}}
environments: {prod: {schedule: \"7 3 * * *\"}}
targets:
  github: {out: .github/workflows/net.yml, environments: [prod]}
  kubernetes: {out: k8s, environments: [prod], image: ghcr.io/shop/net, tags: {prod: v1}}
  cloud_run: {out: deploy, environments: [prod], project: shop-1, region: europe-west1, image: shop, base_image: debian, service_account: net}
";

fn plans(text: &str) -> plan::Plans {
    let (spec, findings) = spec::parse(Source::new("jobnet.yaml", text));
    assert!(!findings.has_errors(), "{findings:?}");
    let (plans, findings) = plan::resolve(&spec.unwrap());
    assert!(!findings.has_errors(), "{findings:?}");
    plans.unwrap()
}

/// The lines with which a target's files tell shares, each with the name of its file.
fn told(target: Target, text: &str) -> Vec<String> {
    let origin = Origin { file: "jobnet.yaml".to_owned(), spec: text.to_owned(), ..Origin::default() };
    let set = targets::render(target, &plans(text), &origin).unwrap();
    let files = set.files.iter().map(|(path, file)| (path.rsplit('/').next().unwrap(), &file.bytes));
    let lines = files.flat_map(|(name, bytes)| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let told = (0..lines.len()).filter(|line| lines[*line].contains("JOBNET_RATE_SHARE"));
        told.map(|line| {
            let lines: Vec<&str> = lines[line..].iter().take(2).map(|line| line.trim()).collect();
            format!("{name}: {}", lines.join(" ").trim())
        })
        .collect::<Vec<_>>()
    });
    lines.collect()
}

#[test]
fn every_target_tells_them_what_their_share_is() {
    insta::assert_debug_snapshot!(told(Target::Github, SPEC), @r#"
    [
        "net.yml: JOBNET_RATE_SHARE: 2",
        "net.yml: JOBNET_RATE_SHARE: 2",
    ]
    "#);
    insta::assert_debug_snapshot!(told(Target::Kubernetes, SPEC), @r#"
    [
        "cronjob-list.yaml: - name: JOBNET_RATE_SHARE value: \"2\"",
        "cronjob-load.yaml: - name: JOBNET_RATE_SHARE value: \"2\"",
    ]
    "#);
    insta::assert_debug_snapshot!(told(Target::CloudRun, SPEC), @r#"
    [
        "create-all-jobs.sh: --set-env-vars='JOBNET_RATE_SHARE=2' \\ --clear-secrets \\",
        "create-all-jobs.sh: --set-env-vars='JOBNET_RATE_SHARE=2' \\ --clear-secrets \\",
    ]
    "#);
}

#[test]
fn who_shares_nothing_is_told_nothing() {
    let ordered = SPEC.replace("list: {needs: [start], offset: 1h", "list: {needs: [load], offset: 2h");
    let unlimited = SPEC.replace(", rate: 1/s", "");
    for text in [ordered, unlimited] {
        for target in [Target::Github, Target::Kubernetes, Target::CloudRun] {
            assert!(told(target, &text).is_empty(), "{target}");
        }
    }
}

#[test]
fn the_ledger_says_of_every_target_how_a_rate_is_kept() {
    let entries = targets::ledger(&plans(SPEC));
    let rates = entries.into_iter().filter(|entry| entry.feature == "rate").map(|entry| {
        let how = match entry.standing {
            Standing::Exact => "exact".to_owned(),
            Standing::Emulated { how } => how,
            Standing::Impossible { why, .. } => panic!("{why}"),
        };
        format!("{}, {}: {how}", entry.target.key(), entry.stage.unwrap_or_default())
    });
    insta::assert_debug_snapshot!(rates.collect::<Vec<_>>(), @r#"
    [
        "github, start: exact",
        "github, load: 2 stages may work at once, and each gets 1/2 of the rate",
        "github, list: 2 stages may work at once, and each gets 1/2 of the rate",
        "kubernetes, start: exact",
        "kubernetes, load: 2 stages may work at once, and each gets 1/2 of the rate",
        "kubernetes, list: 2 stages may work at once, and each gets 1/2 of the rate",
        "cloud_run, start: exact",
        "cloud_run, load: 2 stages may work at once, and each gets 1/2 of the rate",
        "cloud_run, list: 2 stages may work at once, and each gets 1/2 of the rate",
    ]
    "#);
}
