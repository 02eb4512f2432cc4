//! Files beside a spec that are not as it renders them, and what cannot be rendered.

use serde_json::Value;

use crate::common::{Ended, Jobnet};

const SPEC: &str = "\
jobnet: v1
name: net
schedule: \"7 3 * * *\"
apis: {shop: {base_url: https://shop.example}}
stages: {load: {call: {get: /orders}}}
environments: {prod: {}}
targets:
  github:
    out: .github/workflows/net.yml
    environments: [prod]
  kubernetes: {out: k8s, environments: [prod], image: ghcr.io/shop/net, tags: {prod: v1}}
";

const WORKFLOW: &str = ".github/workflows/net.yml";
const CRON_JOB: &str = "k8s/base/cronjob-load.yaml";

/// The directory of a spec whose files are generated.
async fn generated() -> Jobnet {
    let jobnet = Jobnet::new(["generate"]).file("jobnet.yaml", SPEC);
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    jobnet
}

fn edit(jobnet: &Jobnet, file: &str, old: &str, new: &str) {
    let path = jobnet.directory().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{text}");
    std::fs::write(path, text.replace(old, new)).unwrap();
}

async fn run<const N: usize>(jobnet: Jobnet, arguments: [&str; N]) -> Ended {
    jobnet.instead(arguments).run().await
}

#[tokio::test]
async fn before_the_first_generation_a_target_has_one_finding() {
    let ended = run(Jobnet::new([]).file("jobnet.yaml", SPEC), ["lint", "--format", "human"]).await;
    assert_eq!(ended.code, Some(3));
    insta::assert_snapshot!(ended.stderr, @"
    error[drift]: nothing is generated for GitHub Actions yet
     --> jobnet.yaml:9:10
      |
    9 |     out: .github/workflows/net.yml
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^ expected a file here
      |
      = help: run `jobnet generate`, and commit what it writes

    error[drift]: nothing is generated for Kubernetes yet
      --> jobnet.yaml:11:21
       |
    11 |   kubernetes: {out: k8s, environments: [prod], image: ghcr.io/shop/net, tags: {prod: v1}}
       |                     ^^^ expected 5 files here
       |
       = help: run `jobnet generate`, and commit what it writes

    jobnet.yaml: 2 errors, 0 warnings
    ");
    let ended = run(generated().await, ["lint", "--format", "human"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), "jobnet.yaml: 0 errors, 0 warnings\n"));
}

#[tokio::test]
async fn a_file_that_differs_is_shown_where_it_does_and_a_missing_one_in_the_spec() {
    let jobnet = generated().await;
    edit(&jobnet, WORKFLOW, "7 3 * * *", "8 3 * * *");
    std::fs::remove_file(jobnet.directory().join(CRON_JOB)).unwrap();
    let ended = run(jobnet, ["lint", "--format", "human"]).await;
    assert_eq!(ended.code, Some(3));
    insta::assert_snapshot!(ended.stderr, @r#"
    error[drift]: jobnet.yaml generates `k8s/base/cronjob-load.yaml`, and it is missing
      --> jobnet.yaml:11:21
       |
    11 |   kubernetes: {out: k8s, environments: [prod], image: ghcr.io/shop/net, tags: {prod: v1}}
       |                     ^^^
       |
       = help: run `jobnet generate`

    error[drift]: this file was generated, and changed by hand
     --> .github/workflows/net.yml:4:1
      |
    4 | run-name: "net in ${{ inputs.env || github.event.schedule == '8 3 * * *' && 'prod' || '' }}: ${{ inputs.stages || github.event.schedule == '8 3 * * *' && 'all' || github.event.schedule }}${{ inputs.dry_run && ' (dry run)' || '' }}"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `run-name: "net in ${{ inputs.env || github.event.schedule == '7 3 * * *' && 'prod' || '' }}: ${{ inputs.stages || github.event.schedule == '7 3 * * *' && 'all' || github.event.schedule }}${{ inputs.dry_run && ' (dry run)' || '' }}"`
      |
      = help: make the change in jobnet.yaml and run `jobnet generate`, which undoes it here; `--diff` shows all of it

    jobnet.yaml: 2 errors, 0 warnings
    "#);
}

#[tokio::test]
async fn machines_are_led_to_the_file() {
    let jobnet = generated().await;
    edit(&jobnet, WORKFLOW, "7 3 * * *", "8 3 * * *");
    let json = run(jobnet, ["lint", "--format", "json"]).await;
    let finding = &json.events("finding")[0];
    assert_eq!((finding["code"].as_str(), finding["file"].as_str()), (Some("drift"), Some(WORKFLOW)));
    assert!(finding["line"].is_u64(), "{finding}");

    for command in [&["lint", "--format", "sarif"][..], &["generate", "--check", "--format", "sarif"]] {
        let jobnet = generated().await;
        edit(&jobnet, WORKFLOW, "7 3 * * *", "8 3 * * *");
        let jobnet = command.iter().fold(jobnet.instead([]), |jobnet, word| jobnet.arguments([word]));
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(3), "{}", ended.stderr);
        let shown: Value = serde_json::from_str(&ended.stdout).unwrap();
        let result = &shown["runs"][0]["results"][0];
        assert_eq!(result["ruleId"], "drift");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], WORKFLOW);
        assert_eq!(place["region"]["startLine"], finding["line"]);
    }

    let jobnet = generated().await;
    edit(&jobnet, WORKFLOW, "7 3 * * *", "8 3 * * *");
    let github = run(jobnet, ["lint", "--format", "github"]).await;
    let line = format!("::error file={WORKFLOW},line={},", finding["line"]);
    assert!(github.stderr.starts_with(&line), "{}", github.stderr);
}

#[tokio::test]
async fn a_check_without_drift_is_an_empty_document() {
    let ended = run(generated().await, ["generate", "--check", "--format", "sarif"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let shown: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(shown["runs"][0]["results"], serde_json::json!([]));
    let ended = run(generated().await, ["generate", "--format", "sarif"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
}

#[tokio::test]
async fn drift_is_allowed_where_the_spec_says_where_the_files_go() {
    let jobnet = generated().await;
    let out = "out: .github/workflows/net.yml";
    // The workflow has nothing of the spec's comments in it; the ConfigMap of the other target has.
    edit(&jobnet, "jobnet.yaml", out, &format!("{out} # jobnet: allow(drift) tried on a branch"));
    let jobnet = jobnet.instead(["generate"]);
    assert_eq!(jobnet.run().await.code, Some(0));
    edit(&jobnet, WORKFLOW, "7 3 * * *", "8 3 * * *");
    let ended = run(jobnet, ["lint", "--format", "human"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), "jobnet.yaml: 0 errors, 0 warnings\n"));
}

#[tokio::test]
async fn a_file_that_no_target_has_any_more_is_told_of() {
    let jobnet = generated().await;
    let text = SPEC.lines().filter(|line| !line.contains("kubernetes")).map(|line| format!("{line}\n"));
    let ended =
        run(jobnet.file("jobnet.yaml", &text.collect::<String>()), ["lint", "--format", "json"]).await;
    let findings = ended.events("finding");
    assert!(!findings.is_empty());
    for finding in findings {
        assert_eq!(finding["message"], "jobnet.yaml no longer generates this file");
        assert!(finding["file"].as_str().unwrap().starts_with("k8s/"), "{finding}");
    }
}

#[tokio::test]
async fn a_missing_file_and_what_an_engine_cannot_do_are_told_together() {
    let spec = SPEC
        .replace("apis:", "databases: {main: \"postgresql://db/shop\"}\napis:")
        .replace("stages: {", "stages: {clean: {overlap: replace, sql: {file: clean.sql}}, ");
    let ended = run(Jobnet::new([]).file("jobnet.yaml", &spec), ["lint", "--format", "json"]).await;
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let codes: Vec<_> = ended.events("finding").iter().map(|finding| finding["code"].clone()).collect();
    assert!(
        codes.contains(&"missing-file".into()) && codes.contains(&"impossible-on-target".into()),
        "{codes:?}"
    );
}
