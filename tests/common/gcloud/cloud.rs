//! What is in the cloud, and which service a request is for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::misbehaving::Reply;
use super::{Refusal, Request, answered, cloud_run, scheduler};

/// All that the services remember. Names are whole, from `projects/` on.
#[derive(Default)]
pub(super) struct Cloud {
    pub(super) jobs: BTreeMap<String, Value>,
    /// In the order in which they were started.
    pub(super) executions: Vec<Value>,
    pub(super) triggers: BTreeMap<String, Value>,
    /// Who may do what with a resource.
    policies: BTreeMap<String, Value>,
    pub(super) failing: BTreeSet<String>,
    pub(super) missing: BTreeSet<String>,
}

impl Cloud {
    pub(super) fn answer(&mut self, request: &Request) -> Reply {
        let segments: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        let name = segments[1..].join("/");
        answered(match &segments[..] {
            ["apis", "run.googleapis.com", "v1", "namespaces", project, rest @ ..] => {
                cloud_run::answer(self, request, project, rest)
            }
            ["v1", ..] if name.ends_with("IamPolicy") => self.policy(request, &name),
            ["v1", "projects", _, "locations", _, "jobs", ..] => scheduler::answer(self, request, &name),
            ["v1", "projects", _, "locations"] => Ok(regions(&name)),
            ["v1", "projects", .., service] if service.to_lowercase().ends_with("enable") => {
                Ok(json!({"name": "operations/noop.DONE_OPERATION", "done": true, "response": {}}))
            }
            ["v1", "projects", .., last] if request.method == "GET" => self.described(&name, last),
            ["v1", "projects", .., kind] if request.method == "POST" => Ok(made(request, kind)),
            _ => Err(Refusal::unknown(request)),
        })
    }

    pub(super) fn state(&self) -> Value {
        json!({"jobs": self.jobs, "triggers": self.triggers, "policies": self.policies})
    }

    pub(super) fn executed(&self) -> Vec<String> {
        let job = |execution: &Value| {
            execution["metadata"]["labels"][cloud_run::JOB_LABEL].as_str().map(str::to_owned)
        };
        self.executions.iter().filter_map(job).collect()
    }

    /// `NAME:getIamPolicy` and `NAME:setIamPolicy`, which every service has.
    fn policy(&mut self, request: &Request, name: &str) -> Result<Value, Refusal> {
        let (resource, verb) = name.split_once(':').unwrap_or((name, ""));
        let is_run_job = request.host.starts_with("run.") && resource.contains("/jobs/");
        let last = resource.rsplit('/').next().unwrap_or_default();
        if is_run_job && !self.jobs.contains_key(resource) || self.missing.contains(last) {
            return Err(Refusal::not_found(resource));
        }
        if verb == "setIamPolicy" {
            self.policies.insert(resource.to_owned(), request.body["policy"].clone());
        }
        Ok(self.policies.get(resource).cloned().unwrap_or_else(|| json!({"etag": "BwE=", "version": 1})))
    }

    /// A resource that is only asked about: a secret, a service account, a repository, a project, a service.
    fn described(&self, name: &str, last: &str) -> Result<Value, Refusal> {
        if self.missing.contains(last) {
            return Err(Refusal::not_found(name));
        }
        Ok(json!({"name": name, "state": "ENABLED", "email": last, "projectId": last}))
    }
}

/// A resource that is only made: as the operation that made it, or as itself, which some services answer.
fn made(request: &Request, kind: &str) -> Value {
    if let Some((secret, "addVersion")) = request.path.trim_start_matches("/v1/").split_once(':') {
        return json!({"name": format!("{secret}/versions/1")});
    }
    let id = request.query.iter().find(|(name, _)| name.ends_with("Id")).map(|(_, id)| id.clone());
    let id = id.unwrap_or_else(|| request.body["accountId"].as_str().unwrap_or("noop").to_owned());
    let name = format!("{}/{id}", request.path.trim_start_matches("/v1/"));
    let operation = match kind {
        "repositories" => name.replace(&format!("/repositories/{id}"), "/operations/noop"),
        "workloadIdentityPools" | "providers" => format!("{name}/operations/noop"),
        _ => return json!({"name": name}),
    };
    json!({"name": operation, "done": true})
}

fn regions(parent: &str) -> Value {
    let region = |id: &str| json!({"name": format!("{parent}/{id}"), "locationId": id});
    let locations = ["asia-northeast1", "europe-west1", "us-central1"].map(region);
    json!({"locations": locations})
}
