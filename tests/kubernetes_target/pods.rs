//! A pod is given what its stage uses and nothing else, and its command line runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use jobnet::plan::Plan;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::common::files::program;
use crate::common::{Ended, Jobnet, portal, portal_spec};

use super::{Net, container, example, pod};

/// The portal's stages with their CronJobs, in the order of their starts.
const PORTAL: [(&str, &str); 5] = [
    ("extract-view", "cj-extract-view"),
    ("extract-field", "cj-extract-field"),
    ("translate", "cj-translate-run"),
    ("package", "cj-chroma-package"),
    ("upsert", "cj-chroma-upsert"),
];

/// The environment of a container that stands in the manifest, by name.
fn environment(container: &Value) -> BTreeMap<String, Value> {
    let variables = container["env"].as_array().cloned().unwrap_or_default();
    let entry = |variable: Value| {
        let name = variable["name"].as_str().unwrap().to_owned();
        (name, variable.get("value").or(variable.get("valueFrom")).cloned().unwrap())
    };
    variables.into_iter().map(entry).collect()
}

/// What a stage is given by the plan, as a manifest says it.
fn planned(plan: &Plan, stage: &str) -> BTreeMap<String, Value> {
    let stage = plan.stage(stage).unwrap();
    let mut expected: BTreeMap<String, Value> =
        ["JOBNET_RUN_ID", "JOBNET_JOB_START_AT"].map(|name| (name.to_owned(), json!("schedule"))).into();
    let value = |name: &String| Some((name.clone(), json!(plan.declared.known(name)?)));
    let said = "LOG_LEVEL".to_owned();
    expected.extend(stage.uses.variables.iter().chain([&said]).filter_map(value));
    for (names, optional) in [(&stage.uses.secrets, false), (&stage.uses.optional_secrets, true)] {
        for name in names {
            let mut key = json!({"name": "secret-cron-auth", "key": plan.secret_name(name)});
            if optional {
                key["optional"] = json!(true);
            }
            expected.insert(name.clone(), json!({"secretKeyRef": key}));
        }
    }
    expected
}

#[test]
fn a_pod_is_given_the_variables_and_secrets_of_its_stage_and_no_others() {
    let net = Net::of_example("portal-pipeline");
    for env in ["dev", "prod"] {
        let Some(objects) = net.objects(env) else { return };
        for (stage, name) in PORTAL {
            let given = environment(container(&objects[&format!("CronJob/{name}")]));
            assert_eq!(given, planned(&net.plans.environments[env], stage), "{env} {stage}");
        }
    }
}

#[test]
fn a_stage_is_given_no_secret_of_another_environment() {
    let Some(objects) = Net::of_example("portal-pipeline").objects("dev") else { return };
    let secrets: BTreeSet<String> = PORTAL
        .iter()
        .flat_map(|(_, name)| environment(container(&objects[&format!("CronJob/{name}")])))
        .filter(|(_, value)| value.is_object())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(secrets, BTreeSet::from(["ALERT_WEBHOOK_URL", "CRON_STATIC_JWT"].map(str::to_owned)));
}

/// Runs the command line of a container, with the values of a manifest but where the portal is, and without the secrets
/// that may be absent.
async fn run(container: &Value, base: &str) -> Ended {
    let spec = portal_spec();
    let mut jobnet = Jobnet::new([]).env("API_BASE", base);
    for argument in container["args"].as_array().unwrap() {
        // Where the pod mounts the spec, this machine has it elsewhere.
        let argument = argument.as_str().unwrap().replace("/etc/jobnet/jobnet.yaml", spec.to_str().unwrap());
        jobnet = jobnet.arguments([argument.as_str()]);
    }
    for (name, value) in environment(container) {
        if let (Some(value), true) = (value.as_str(), name != "API_BASE") {
            jobnet = jobnet.env(&name, value);
        }
    }
    jobnet.run().await
}

#[tokio::test]
async fn the_command_lines_of_the_pods_run_the_net_in_the_order_of_their_schedules() {
    let Some(objects) = Net::of_example("portal-pipeline").objects("dev") else { return };
    let sandbox = portal().await;
    let mut run_ids = BTreeSet::new();
    for (stage, name) in PORTAL {
        let ended = run(container(&objects[&format!("CronJob/{name}")]), &sandbox.base_url()).await;
        assert_eq!(ended.code, Some(0), "{stage}: {}", ended.stderr);
        let summary = ended.summary(stage);
        assert_eq!(summary["env"], "dev");
        assert_eq!(summary["metrics"]["failed"], 0, "{stage}");
        run_ids.insert(summary["run_id"].as_str().unwrap().to_owned());
    }
    assert!(run_ids.iter().all(|id| id.starts_with("portal-pipeline-dev-")), "{run_ids:?}");
    assert_eq!(crate::common::number(&sandbox, "SELECT count(*) FROM vector").await, 2);
}

#[test]
fn a_pod_is_given_the_values_by_which_its_environment_is_known() {
    let spec = "\
jobnet: v1
name: net
vars: {PROJECT: testing, SHARD: 0}
apis: {shop: {base_url: 'https://${PROJECT}.example/${SHARD}'}}
stages: {load: {call: {get: /orders}}}
environments:
  test: {when: {PROJECT: testing}}
  shard: {when: {PROJECT: shards, SHARD: 7}}
targets: {kubernetes: {out: k8s, environments: [test, shard], image: shop, tags: {test: v1, shard: v1}}}
";
    let net = Net::of(spec, &[]).unwrap();
    for (env, project, shard) in [("test", "testing", "0"), ("shard", "shards", "7")] {
        let patch =
            serde_saphyr::from_str(&net.text(&format!("k8s/overlays/{env}/cronjob-load.yaml"))).unwrap();
        let given = environment(container(&patch));
        assert_eq!((&given["PROJECT"], &given["SHARD"]), (&json!(project), &json!(shard)));
        let around = |name: &str| given.get(name).and_then(Value::as_str).map(str::to_owned);
        assert_eq!(net.plans.choose(Some(env), &around).unwrap().env, env);
    }
}

#[test]
fn a_pod_on_an_image_of_jobnets_may_do_next_to_nothing() {
    let Some(objects) = Net::of_example("portal-pipeline").objects("prod") else { return };
    let pod = pod(&objects["CronJob/cj-translate-run"]);
    insta::assert_json_snapshot!(
        json!({
            "pod": pod["securityContext"],
            "container": pod["containers"][0]["securityContext"],
            "token": pod["automountServiceAccountToken"],
            "restart": pod["restartPolicy"],
        }),
        @r#"
    {
      "container": {
        "allowPrivilegeEscalation": false,
        "capabilities": {
          "drop": [
            "ALL"
          ]
        },
        "readOnlyRootFilesystem": true
      },
      "pod": {
        "runAsGroup": 65532,
        "runAsNonRoot": true,
        "runAsUser": 65532,
        "seccompProfile": {
          "type": "RuntimeDefault"
        }
      },
      "restart": "Never",
      "token": false
    }
    "#
    );
}

#[test]
fn a_command_on_somebody_elses_image_runs_beside_their_main_pod_under_an_installed_binary() {
    let Some(objects) = Net::of_example("index-all").objects("prod") else { return };
    // A release changes nothing but this.
    let version = [(concat!("(jobnet:v?)", env!("CARGO_PKG_VERSION")), "${1}VERSION")];
    insta::with_settings!({filters => version}, {
        insta::assert_json_snapshot!(pod(&objects["CronJob/womba-index-all"]));
    });
}

#[tokio::test]
async fn an_installed_binary_runs_the_command_of_somebody_elses_image() {
    let Some(objects) = Net::of_example("index-all").objects("prod") else { return };
    let pod = pod(&objects["CronJob/womba-index-all"]);
    let (directory, spec) = (tempfile::tempdir().unwrap(), example("index-all").join("jobnet.yaml"));
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let here = |word: &Value| {
        let word = word.as_str().unwrap().replace("/etc/jobnet/jobnet.yaml", spec.to_str().unwrap());
        if word.starts_with("/jobnet") { path(word.trim_start_matches('/')) } else { word }
    };
    let words = |list: &Value| list.as_array().unwrap().iter().map(here).collect::<Vec<_>>();
    // The init container, and the image's program.
    fs::create_dir(path("jobnet")).unwrap();
    let install = words(&pod["initContainers"][0]["args"]);
    let installed = Command::new(env!("CARGO_BIN_EXE_jobnet")).args(install).output().await.unwrap();
    assert!(installed.status.success(), "{installed:?}");
    program(directory.path(), "womba", "echo \"$@ $WOMBA_KEY\"");

    let container = &pod["containers"][0];
    let command = words(&container["command"]);
    let mut jobnet = Command::new(&command[0]);
    jobnet.args(&command[1..]).args(words(&container["args"])).current_dir(directory.path()).env_clear();
    // What the Secret and the ConfigMap would give.
    jobnet.env("PATH", format!("{}:/usr/bin:/bin", path(""))).env("WOMBA_KEY", "from-the-secret");
    jobnet.envs(environment(container).iter().map(|(name, value)| (name, value.as_str().unwrap())));
    let ended = Ended::from(jobnet.output().await.unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.summary("index-all")["env"], "prod");
    assert!(ended.stderr.contains("index-all --force-refresh from-the-secret"), "{}", ended.stderr);
}
