//! A net that uses what the examples do not.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::common::kubectl::Kubectl;
use crate::common::linters::Linters;

use super::{Net, container, cron_jobs, objects};

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
    command: [/opt/jobnet, \"--color=$(COLOR)\"]
    namespace: \"shop-{env}\"
    labels: {team: \"no\", app.kubernetes.io/part-of: shop}
    egress: [{pods: {}, port: 1}, {cidr: 192.0.2.0/24, port: 2, environments: [prod]}]
    volumes: [{claim: spec, mount: /data}, {config_map: a.b, mount: /a}, {config_map: a.b, key: k, mount: /k}]
";

/// Its overlay of an environment.
fn options(env: &str) -> Option<BTreeMap<String, Value>> {
    let net = Net::of(OPTIONS, &[("sql/load.sql", "SELECT 1;\n")]).unwrap();
    let kubectl = Kubectl::find()?;
    let directory = net.written();
    let built = kubectl.kustomize(&directory.path().join("deploy/k8s/overlays").join(env)).unwrap();
    let linters = Linters::find()?;
    let own = net.render().unwrap().files.into_keys().filter(|path| !path.contains("/base/files/"));
    linters.yamllint(&own.map(|path| directory.path().join(path)).collect::<Vec<_>>()).unwrap();
    linters.kubernetes_validate(&built, "1.37").unwrap();
    Some(objects(&built))
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
            let container = container(job);
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
fn a_rule_of_egress_stands_in_the_environments_that_it_names() {
    let (Some(dev), Some(prod)) = (options("dev"), options("prod")) else { return };
    let ports = |objects: &BTreeMap<String, Value>| -> Vec<Value> {
        let policy = objects.iter().find(|(name, _)| name.starts_with("NetworkPolicy/")).unwrap().1;
        let rules = policy["spec"]["egress"].as_array().unwrap();
        rules.iter().map(|rule| rule["ports"][0]["port"].clone()).collect()
    };
    assert_eq!((ports(&dev), ports(&prod)), (vec![json!(53), json!(1)], vec![json!(53), json!(1), json!(2)]));
}

#[test]
fn a_rendered_file_says_where_it_is_from_and_owns_its_copies() {
    let net = Net::of(OPTIONS, &[("sql/load.sql", "SELECT 1;\n")]).unwrap();
    insta::assert_snapshot!(net.text("deploy/k8s/base/kustomization.yaml"));
    assert_eq!(net.text("deploy/k8s/base/files/sql/load.sql"), "SELECT 1;\n");
    assert_eq!(net.text("deploy/k8s/base/files/jobnet.yaml"), OPTIONS);
}

#[test]
fn a_file_of_rows_goes_with_the_command_that_is_run_for_each() {
    let command = "{command: tidy, for_each: {lines: rows.txt}, grace: 1m}";
    let spec = OPTIONS.replace("{command: tidy, grace: 1m}", command);
    let net = Net::of(&spec, &[("sql/load.sql", "SELECT 1;\n"), ("rows.txt", "one\ntwo\n")]).unwrap();
    assert_eq!(net.text("deploy/k8s/base/files/rows.txt"), "one\ntwo\n");
}
