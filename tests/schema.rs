//! The JSON Schema: what editors know about a spec.

use std::path::Path;

use serde_json::{Value, json};

use crate::common::{Jobnet, portal_spec};

const OFFERED: &str = "examples/jobnet.schema.json";

const EXAMPLES: [&str; 5] =
    ["portal-pipeline", "index-all", "batch-etl", "batch-etl-commands", "scheduler-jobs"];

/// The spec of an example.
fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join("jobnet.yaml");
    std::fs::read_to_string(path).expect("the example's spec")
}

async fn printed() -> String {
    let ended = Jobnet::new(["schema"]).run().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    ended.stdout
}

async fn schema() -> Value {
    serde_json::from_str(&printed().await).expect("JSON")
}

fn portal() -> Value {
    let text = std::fs::read_to_string(portal_spec()).expect("the portal's spec");
    serde_saphyr::from_str(&text).expect("YAML")
}

/// What the schema says against a spec, each with its place.
fn faults(schema: &Value, spec: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).expect("a good schema");
    validator.iter_errors(spec).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The places of properties and definitions without a description, under `path`.
fn undescribed(schema: &Value, path: &str, found: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                if let (true, Some(properties)) = (key == "properties" || key == "$defs", value.as_object()) {
                    let bare = properties.iter().filter(|(_, property)| property["description"].is_null());
                    found.extend(bare.map(|(name, _)| format!("{path}/{key}/{name}")));
                }
                undescribed(value, &format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| undescribed(item, &format!("{path}/{index}"), found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_schema_is_good_by_its_own_draft() {
    let schema = schema().await;
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::meta::validate(&schema).expect("a good schema");
}

#[tokio::test]
async fn the_schema_takes_the_spec_of_every_example() {
    let schema = schema().await;
    for name in EXAMPLES {
        let spec = serde_saphyr::from_str(&example(name)).expect("YAML");
        assert_eq!(faults(&schema, &spec), [""; 0], "{name}");
    }
}

#[tokio::test]
async fn the_schema_refuses_an_unknown_key_at_every_level() {
    let schema = schema().await;
    for place in [
        "",
        "/apis/portal",
        "/stages/translate",
        "/stages/translate/call",
        "/environments/prod",
        "/environments/prod/apis/portal",
    ] {
        let mut spec = portal();
        let owner = spec.pointer_mut(place).and_then(Value::as_object_mut).expect("a mapping");
        owner.insert("colour".to_owned(), json!("red"));
        assert!(!faults(&schema, &spec).is_empty(), "an unknown key at `{place}`");
    }
}

#[tokio::test]
async fn the_schema_refuses_a_missing_key_except_in_an_environment() {
    let schema = schema().await;
    let mut spec = portal();
    spec["environments"]["dev"]["apis"] = json!({"portal": {"timeout": {"read": "5s"}}});
    assert_eq!(faults(&schema, &spec), [""; 0]);
    spec["apis"]["portal"].as_object_mut().expect("a mapping").remove("base_url");
    assert_eq!(faults(&schema, &spec), [r#"/apis/portal: "base_url" is a required property"#]);
}

#[tokio::test]
async fn the_schema_knows_what_an_environment_alone_has() {
    let schema = schema().await;
    let mut spec = portal();
    spec["environments"]["dev"]["when"] = json!({"CRON_WINDOW_MINUTES": 30});
    spec["environments"]["dev"]["confirm"] = json!(true);
    spec["environments"]["dev"]["secret_suffix"] = json!("-dev");
    spec["environments"]["dev"]["secret_names"] = json!({"CRON_SCOPE": "SCOPE"});
    assert_eq!(faults(&schema, &spec), [""; 0]);
    spec["environments"]["dev"]["confirm"] = json!("yes");
    assert_eq!(faults(&schema, &spec).len(), 1);
}

#[tokio::test]
async fn every_property_has_a_description() {
    let mut found = Vec::new();
    undescribed(&schema().await, "", &mut found);
    assert_eq!(found, [""; 0]);
}

#[tokio::test]
async fn an_environment_offers_exactly_what_it_can_change() {
    let schema = schema().await;
    let offered = schema["$defs"]["OverlaySpec"]["properties"].as_object().expect("properties");
    let spec =
        "jobnet: v1\nname: net\nstages: {a: {call: {get: /}}}\napis: {a: {base_url: https://a.example}}\n";
    let ended = Jobnet::new(["plan", "--format", "json"])
        .file("jobnet.yaml", &format!("{spec}environments: {{local: {{nonsense: 1}}}}\n"))
        .run()
        .await;
    let finding = ended.events("finding").remove(0);
    let refused = finding["expected"].as_str().expect("what was expected");
    let changeable: Vec<&str> = refused.split('`').skip(1).step_by(2).collect();
    let mut offered: Vec<&str> = offered.keys().map(String::as_str).collect();
    offered.sort_unstable();
    let mut changeable = changeable;
    changeable.sort_unstable();
    assert_eq!(offered, changeable);
}

#[tokio::test]
async fn every_example_is_edited_by_the_schema_beside_it() {
    for name in EXAMPLES {
        let expected = "# yaml-language-server: $schema=../jobnet.schema.json";
        assert_eq!(example(name).lines().next(), Some(expected), "{name}");
    }
    let offered = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(OFFERED));
    assert!(
        offered.expect("the schema") == printed().await,
        "{OFFERED} is stale: write it anew by `jobnet schema > {OFFERED}`"
    );
}
