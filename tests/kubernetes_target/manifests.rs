//! What kustomize builds, in its essential parts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Net, container, cron_jobs};

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
        (vec![json!(53), json!(8000), json!(443)], vec![json!(53), json!(8000), json!(443)])
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
    let images = |env| Some(cron_jobs(&net.objects(env)?, |job| container(job)["image"].clone()));
    let Some(dev) = images("dev") else { return };
    assert!(dev.values().all(|image| image == "ghcr.io/your-org/cron-runner:dev"), "{dev:?}");
    assert!(images("prod").unwrap().values().all(|image| image == "ghcr.io/your-org/cron-runner:1.0.0"));
}
