//! A stand-in of a Kubernetes cluster before the machine's own kubectl, which remembers what it is told.
//!
//! It shows that kubectl takes each command, what it sends, and that what a Job needs was made before: a Job is complete at
//! once where the keys of Secrets are there that its variables are from; `envFrom` is not looked at. Whether Kubernetes would
//! take the objects is asked of other tools.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::misbehaving::{Arrival, Reply, Server, status};

/// The groups of the API with their resources.
const RESOURCES: [(&str, &[(&str, &str)]); 3] = [
    (
        "api/v1",
        &[
            ("configmaps", "ConfigMap"),
            ("namespaces", "Namespace"),
            ("pods", "Pod"),
            ("secrets", "Secret"),
            ("serviceaccounts", "ServiceAccount"),
        ],
    ),
    ("apis/batch/v1", &[("cronjobs", "CronJob"), ("jobs", "Job")]),
    ("apis/networking.k8s.io/v1", &[("networkpolicies", "NetworkPolicy")]),
];

/// Objects by their paths: `/apis/batch/v1/namespaces/NAMESPACE/jobs/NAME`.
type Objects = BTreeMap<String, Value>;

/// The cluster, which ends with the test.
pub(crate) struct Cluster {
    server: Server,
    objects: Arc<Mutex<Objects>>,
}

impl Cluster {
    /// A cluster with these namespaces and nothing in them.
    pub(crate) async fn start<const N: usize>(namespaces: [&str; N]) -> Self {
        let namespace =
            |name: &str| (format!("/api/v1/namespaces/{name}"), json!({"metadata": {"name": name}}));
        let objects: Arc<Mutex<Objects>> = Arc::new(Mutex::new(namespaces.map(namespace).into()));
        let shared = Arc::clone(&objects);
        let server = Server::start(move |arrival| {
            let reply = answer(&mut shared.lock().expect("no test panics here"), &arrival);
            async { reply.header("content-type", "application/json") }
        });
        Self { server: server.await, objects }
    }

    /// What kubectl is configured with.
    pub(crate) fn kubeconfig(&self) -> String {
        let server = self.server.base_url();
        json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "clusters": [{"name": "here", "cluster": {"server": server}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "ana"}}],
            "users": [{"name": "ana", "user": {"token": "token"}}],
        })
        .to_string()
    }

    /// An object by its path behind the namespace, such as `jobs/NAME`.
    pub(crate) fn object(&self, namespace: &str, path: &str) -> Value {
        let end = format!("/namespaces/{namespace}/{path}");
        let objects = self.objects();
        let found = objects.iter().find(|(path, _)| path.ends_with(&end)).map(|(_, object)| object.clone());
        found.unwrap_or_else(|| panic!("{end} is not among {:?}", objects.keys()))
    }

    /// The names of the objects of a kind in a namespace.
    pub(crate) fn names(&self, namespace: &str, kind: &str) -> Vec<String> {
        let part = format!("/namespaces/{namespace}/{kind}/");
        self.objects()
            .keys()
            .filter_map(|path| path.split_once(&part))
            .map(|(_, name)| name.to_owned())
            .collect()
    }

    fn objects(&self) -> MutexGuard<'_, Objects> {
        self.objects.lock().expect("no test panics here")
    }
}

fn answer(objects: &mut Objects, arrival: &Arrival) -> Reply {
    let path = arrival.path.as_str();
    if let Some(found) = described(path) {
        return ok(200, &found);
    }
    let (parent, name) = path.rsplit_once('/').unwrap_or_default();
    match arrival.method.as_str() {
        "GET" if name == "log" => status(200).body("{\"event\":\"summary\"}\n"),
        "GET" if name == "pods" => {
            let job = arrival.query.split("job-name%3D").nth(1).unwrap_or_default().split('&').next();
            ok(200, &json!({"kind": "PodList", "apiVersion": "v1", "items": [pod(job.unwrap_or_default())]}))
        }
        "GET" if parent.ends_with("/pods") => ok(200, &pod(name)),
        "GET" if is_kind(name) => ok(200, &listed(objects, path, &arrival.query)),
        "GET" => objects.get(path).map_or_else(|| not_found(path), |object| ok(200, object)),
        "POST" => created(objects, arrival),
        "PATCH" => match objects.get_mut(path) {
            Some(object) => {
                merge(object, &arrival.json());
                ok(200, object)
            }
            None => not_found(path),
        },
        _ => not_found(path),
    }
}

/// What the cluster says about itself. A parameter tells kubectl that the server checks the fields of objects.
fn described(path: &str) -> Option<Value> {
    let groups = || RESOURCES.iter().filter_map(|(path, _)| path.strip_prefix("apis/")?.split_once('/'));
    let version = |name: &str| json!({"groupVersion": format!("{name}/v1"), "version": "v1"});
    Some(match path {
        "/version" => json!({"major": "1", "minor": "32", "gitVersion": "v1.32.0"}),
        "/api" => json!({"kind": "APIVersions", "versions": ["v1"]}),
        "/apis" => {
            let group = |(name, _): (&str, &str)| json!({"name": name, "versions": [version(name)], "preferredVersion": version(name)});
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups().map(group).collect::<Vec<_>>()})
        }
        "/openapi/v3" => {
            let place = |(path, _): &(&str, _)| {
                ((*path).to_owned(), json!({"serverRelativeURL": format!("/openapi/v3/{path}")}))
            };
            json!({"paths": RESOURCES.iter().map(place).collect::<serde_json::Map<_, _>>()})
        }
        _ => {
            let (is_schema, group) = path
                .strip_prefix("/openapi/v3/")
                .map_or((false, path.trim_start_matches('/')), |group| (true, group));
            let (_, kinds) = RESOURCES.iter().find(|(path, _)| *path == group)?;
            let name = group.trim_start_matches("apis/").trim_start_matches("api/");
            let resource = |(plural, kind): &(&str, &str)| {
                json!({"name": plural, "singularName": kind.to_lowercase(), "kind": kind,
                       "namespaced": *kind != "Namespace", "verbs": ["create", "get", "list", "patch", "watch"]})
            };
            let checked = |(plural, kind): &(&str, &str)| {
                let of = json!({"group": name.split_once('/').map_or("", |(group, _)| group), "version": "v1", "kind": kind});
                let patch = json!({"parameters": [{"name": "fieldValidation", "in": "query"}],
                                   "x-kubernetes-group-version-kind": of, "responses": {}});
                (format!("/{plural}"), json!({"patch": patch}))
            };
            if is_schema {
                let paths: serde_json::Map<_, _> = kinds.iter().map(checked).collect();
                json!({"openapi": "3.0.0", "info": {"title": "", "version": ""}, "paths": paths})
            } else {
                let resources: Vec<_> = kinds.iter().map(resource).collect();
                json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": resources})
            }
        }
    })
}

fn is_kind(name: &str) -> bool {
    RESOURCES.iter().any(|(_, kinds)| kinds.iter().any(|(plural, _)| *plural == name))
}

fn listed(objects: &Objects, path: &str, query: &str) -> Value {
    let wanted =
        query.split("metadata.name%3D").nth(1).map(|rest| rest.split('&').next().unwrap_or_default());
    let below = format!("{path}/");
    let of_kind = objects.iter().filter_map(|(path, object)| Some((path.strip_prefix(&below)?, object)));
    let items: Vec<_> = of_kind
        .filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name))
        .map(|(_, object)| object)
        .collect();
    json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items})
}

fn created(objects: &mut Objects, arrival: &Arrival) -> Reply {
    let mut object = arrival.json();
    let path = format!("{}/{}", arrival.path, object["metadata"]["name"].as_str().expect("a name"));
    if objects.contains_key(&path) {
        return ok(
            409,
            &json!({"kind": "Status", "status": "Failure", "reason": "AlreadyExists", "code": 409}),
        );
    }
    let namespace =
        path.split_once("/namespaces/").and_then(|(_, rest)| rest.split_once('/')).map(|(name, _)| name);
    if let Some(namespace) = namespace {
        if !objects.contains_key(&format!("/api/v1/namespaces/{namespace}")) {
            return not_found(namespace);
        }
        object["metadata"]["namespace"] = json!(namespace);
        if object["kind"] == "Job" {
            let done = if has_secrets(objects, namespace, &object) { "Complete" } else { "Failed" };
            object["status"] = json!({"conditions": [{"type": done, "status": "True"}]});
            object["spec"]["selector"] = json!({"matchLabels": {"job-name": object["metadata"]["name"]}});
        }
    }
    objects.insert(path, object.clone());
    ok(201, &object)
}

/// True where every key of a Secret is there that a Job's pod must have.
fn has_secrets(objects: &Objects, namespace: &str, job: &Value) -> bool {
    let containers = job["spec"]["template"]["spec"]["containers"].as_array().into_iter().flatten();
    let variables = containers.flat_map(|container| container["env"].as_array().into_iter().flatten());
    variables.map(|variable| &variable["valueFrom"]["secretKeyRef"]).filter(|key| key.is_object()).all(
        |key| {
            let secret = format!(
                "/api/v1/namespaces/{namespace}/secrets/{}",
                key["name"].as_str().unwrap_or_default()
            );
            let there = |secret: &Value| !secret["data"][key["key"].as_str().unwrap_or_default()].is_null();
            key["optional"] == true || objects.get(&secret).is_some_and(there)
        },
    )
}

fn pod(name: &str) -> Value {
    json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name, "namespace": "default"},
           "spec": {"containers": [{"name": "jobnet"}]}, "status": {"phase": "Succeeded"}})
}

/// <https://www.rfc-editor.org/rfc/rfc7386>, which for what is patched here is what Kubernetes does.
fn merge(object: &mut Value, patch: &Value) {
    match (object.as_object_mut(), patch.as_object()) {
        (Some(object), Some(patch)) => {
            patch.iter().for_each(|(key, value)| merge(object.entry(key).or_insert(Value::Null), value));
        }
        _ => *object = patch.clone(),
    }
}

fn ok(code: u16, body: &Value) -> Reply {
    status(code).body(body.to_string())
}

fn not_found(what: &str) -> Reply {
    let message = format!("{what} is not there");
    ok(
        404,
        &json!({"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404, "message": message}),
    )
}
