//! What kustomize builds, in its essential parts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Net;

/// The CronJobs among objects, each as a function sees it.
fn cron_jobs(objects: &BTreeMap<String, Value>, seen: impl Fn(&Value) -> Value) -> BTreeMap<String, Value> {
    let cron_jobs =
        objects.iter().filter_map(|(name, object)| Some((name.strip_prefix("CronJob/")?, object)));
    cron_jobs.map(|(name, object)| (name.to_owned(), seen(object))).collect()
}

fn schedules(net: &Net, env: &str) -> Option<BTreeMap<String, Value>> {
    Some(cron_jobs(&net.objects(env)?, |job| {
        json!(format!(
            "{} {}",
            job["spec"]["schedule"].as_str().unwrap(),
            job["spec"]["timeZone"].as_str().unwrap()
        ))
    }))
}

#[test]
fn the_portals_stages_start_one_after_the_other() {
    let net = Net::of_example("portal-pipeline");
    let Some(dev) = schedules(&net, "dev") else { return };
    insta::assert_json_snapshot!(dev, @r#"
    {
      "cj-chroma-package": "10,40 * * * * UTC",
      "cj-chroma-upsert": "15,45 * * * * UTC",
      "cj-extract-field": "2,32 * * * * UTC",
      "cj-extract-view": "*/30 * * * * UTC",
      "cj-translate-run": "5,35 * * * * UTC"
    }
    "#);
    insta::assert_json_snapshot!(schedules(&net, "prod").unwrap(), @r#"
    {
      "cj-chroma-package": "6,21,36,51 * * * * UTC",
      "cj-chroma-upsert": "8,23,38,53 * * * * UTC",
      "cj-extract-field": "2,17,32,47 * * * * UTC",
      "cj-extract-view": "*/15 * * * * UTC",
      "cj-translate-run": "4,19,34,49 * * * * UTC"
    }
    "#);
}

#[test]
fn wombas_index_is_made_on_saturday_at_three() {
    let Some(schedules) = schedules(&Net::of_example("index-all"), "prod") else { return };
    insta::assert_json_snapshot!(schedules, @r#"
    {
      "womba-index-all": "0 3 * * 6 UTC"
    }
    "#);
}

#[test]
fn a_cron_job_has_limits_and_knows_which_failures_are_final() {
    let Some(objects) = Net::of_example("portal-pipeline").objects("prod") else { return };
    let mut spec = objects["CronJob/cj-translate-run"]["spec"].clone();
    spec["jobTemplate"]["spec"]["template"] = json!("…");
    insta::assert_json_snapshot!(spec, @r#"
    {
      "concurrencyPolicy": "Forbid",
      "failedJobsHistoryLimit": 1,
      "jobTemplate": {
        "metadata": {
          "labels": {
            "app.kubernetes.io/component": "translate",
            "app.kubernetes.io/managed-by": "jobnet",
            "app.kubernetes.io/name": "portal-pipeline",
            "app.kubernetes.io/part-of": "portal-pipeline"
          }
        },
        "spec": {
          "activeDeadlineSeconds": 900,
          "backoffLimit": 1,
          "podFailurePolicy": {
            "rules": [
              {
                "action": "Ignore",
                "onPodConditions": [
                  {
                    "status": "True",
                    "type": "DisruptionTarget"
                  }
                ]
              },
              {
                "action": "FailJob",
                "onExitCodes": {
                  "containerName": "jobnet",
                  "operator": "In",
                  "values": [
                    1,
                    2
                  ]
                }
              }
            ]
          },
          "template": "…"
        }
      },
      "schedule": "4,19,34,49 * * * *",
      "startingDeadlineSeconds": 300,
      "successfulJobsHistoryLimit": 1,
      "timeZone": "UTC"
    }
    "#);
}

#[test]
fn a_command_that_failed_is_tried_again() {
    let Some(objects) = Net::of_example("index-all").objects("prod") else { return };
    let job = &objects["CronJob/womba-index-all"]["spec"]["jobTemplate"]["spec"];
    insta::assert_json_snapshot!(json!([job["backoffLimit"], job["podFailurePolicy"]]), @r#"
    [
      2,
      {
        "rules": [
          {
            "action": "Ignore",
            "onPodConditions": [
              {
                "status": "True",
                "type": "DisruptionTarget"
              }
            ]
          },
          {
            "action": "FailJob",
            "onExitCodes": {
              "containerName": "jobnet",
              "operator": "In",
              "values": [
                2
              ]
            }
          }
        ]
      }
    ]
    "#);
}

#[test]
fn the_identity_provider_can_be_reached_where_it_is_asked() {
    let net = Net::of_example("portal-pipeline");
    let egress = |env| Some(net.objects(env)?["NetworkPolicy/portal-pipeline"]["spec"].clone());
    let Some(prod) = egress("prod") else { return };
    insta::assert_json_snapshot!(prod, @r#"
    {
      "egress": [
        {
          "ports": [
            {
              "port": 53,
              "protocol": "UDP"
            },
            {
              "port": 53,
              "protocol": "TCP"
            }
          ]
        },
        {
          "ports": [
            {
              "port": 8000,
              "protocol": "TCP"
            }
          ],
          "to": [
            {
              "podSelector": {
                "matchLabels": {
                  "app.kubernetes.io/name": "portal-api"
                }
              }
            }
          ]
        },
        {
          "ports": [
            {
              "port": 443,
              "protocol": "TCP"
            }
          ],
          "to": [
            {
              "ipBlock": {
                "cidr": "0.0.0.0/0"
              }
            }
          ]
        }
      ],
      "podSelector": {
        "matchLabels": {
          "app.kubernetes.io/managed-by": "jobnet",
          "app.kubernetes.io/name": "portal-pipeline"
        }
      },
      "policyTypes": [
        "Ingress",
        "Egress"
      ]
    }
    "#);
    let ports = |spec: &Value| {
        spec["egress"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rule| rule["ports"][0]["port"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (ports(&prod), ports(&egress("dev").unwrap())),
        (vec![json!(53), json!(8000), json!(443)], vec![json!(53), json!(8000)])
    );
}

#[test]
fn the_network_policy_selects_the_pods_and_every_object_is_labelled() {
    let Some(objects) = Net::of_example("portal-pipeline").objects("prod") else { return };
    let selected = &objects["NetworkPolicy/portal-pipeline"]["spec"]["podSelector"]["matchLabels"];
    for (name, object) in &objects {
        assert_eq!(object["metadata"]["labels"]["app.kubernetes.io/part-of"], "portal-pipeline", "{name}");
        if name.starts_with("CronJob/") {
            let labels = &object["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"];
            assert!(selected.as_object().unwrap().iter().all(|(key, value)| labels[key] == *value), "{name}");
        }
    }
}

#[test]
fn images_have_the_environments_tag() {
    let net = Net::of_example("portal-pipeline");
    let images = |env| Some(cron_jobs(&net.objects(env)?, |job| super::container(job)["image"].clone()));
    let Some(dev) = images("dev") else { return };
    assert!(dev.values().all(|image| image == "ghcr.io/your-org/cron-runner:dev"), "{dev:?}");
    assert!(images("prod").unwrap().values().all(|image| image == "ghcr.io/your-org/cron-runner:1.0.0"));
}

const OPTIONS: &str = "\
jobnet: v1
name: Shop_Net
timezone: Asia/Tokyo
vars: {DAYS: 3, MADE: \"${TOKEN}/x\", PRICE: \"$(DAYS) is $$5\", LOG_LEVEL: debug}
secrets: [TOKEN]
apis: {shop: {base_url: \"https://shop.example/${MADE}\"}}
databases: {shop: \"postgres://db/shop\"}
schedule: \"0 3 * * *\"
stages:
  load: {sql: {file: sql/load.sql}, retries: 2}
  ask: {call: {get: \"/orders/${DAYS}/${PRICE}\"}, needs: [load], offset: 10m, suspend: true, timeout: 90s}
  tidy: {exec: {command: tidy, grace: 1m}, schedule: manual, lease: {database: shop}, overlap: queue}
environments:
  dev: {defaults: {retries: 1}, secret_suffix: _DEV}
  prod: {confirm: true, secret_names: {TOKEN: shop-token}}
targets:
  kubernetes:
    out: deploy/k8s/
    environments: [dev, prod]
    image: shop
    tags: {dev: sha256:0123456789012345678901234567890123456789012345678901234567890123, prod: v1}
    secret: shop
    namespace: \"shop-{env}\"
    labels: {team: \"no\", app.kubernetes.io/part-of: shop}
    egress: [{pods: {}, port: 1}]
    volumes: [{claim: spec, mount: /data}, {config_map: a.b, mount: /a}, {config_map: a.b, key: k, mount: /k}]
";

/// Its overlay of an environment.
fn options(env: &str) -> Option<BTreeMap<String, Value>> {
    let net = Net::of(OPTIONS, &[("sql/load.sql", "SELECT 1;\n")]).unwrap();
    let kubectl = crate::common::kubectl::Kubectl::find()?;
    let built = kubectl.kustomize(&net.written().path().join("deploy/k8s/overlays").join(env)).unwrap();
    let linters = crate::common::linters::Linters::find()?;
    linters.kubernetes_validate(&built, "1.37").unwrap();
    Some(super::objects(&built))
}

#[test]
fn every_option_arrives() {
    let Some(objects) = options("prod") else { return };
    insta::assert_json_snapshot!(objects["CronJob/shop-net-tidy"]);
}

#[test]
fn an_environment_says_what_it_has_of_its_own() {
    let (Some(dev), Some(prod)) = (options("dev"), options("prod")) else { return };
    let essential = |objects: &BTreeMap<String, Value>| {
        cron_jobs(objects, |job| {
            let container = super::container(job);
            json!([
                job["metadata"]["namespace"],
                container["image"],
                container["env"],
                job["spec"]["jobTemplate"]["spec"]["backoffLimit"]
            ])
        })
    };
    insta::assert_json_snapshot!([essential(&dev), essential(&prod)]);
}

#[test]
fn a_rendered_file_says_where_it_is_from_and_owns_its_copies() {
    let net = Net::of(OPTIONS, &[("sql/load.sql", "SELECT 1;\n")]).unwrap();
    insta::assert_snapshot!(net.text("deploy/k8s/base/kustomization.yaml"));
    assert_eq!(net.text("deploy/k8s/base/files/sql/load.sql"), "SELECT 1;\n");
    assert_eq!(net.text("deploy/k8s/base/files/jobnet.yaml"), OPTIONS);
}
