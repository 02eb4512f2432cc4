//! Cloud Run Admin API v1, whose jobs look like Kubernetes objects:
//! <https://cloud.google.com/run/docs/reference/rest/v1/namespaces.jobs>.

use serde_json::{Value, json};

use super::cloud::Cloud;
use super::{Refusal, Request};

/// The label of an execution that names its job.
pub(super) const JOB_LABEL: &str = "run.googleapis.com/job";

/// Nothing of what the stand-in does takes time.
const TIME: &str = "2026-01-01T00:00:00Z";

/// What gcloud and Google write into a job by themselves: annotations and labels by their beginnings, and fields.
const NOT_OURS: [&str; 4] = [
    "run.googleapis.com/client-",
    "client.knative.dev/nonce",
    "cloud.googleapis.com/location",
    "run.googleapis.com/lastModifier",
];

pub(super) fn answer(
    cloud: &mut Cloud,
    request: &Request,
    project: &str,
    rest: &[&str],
) -> Result<Value, Refusal> {
    let parent = format!("projects/{project}/locations/{}", request.region());
    let full = |name: &str| format!("{parent}/jobs/{name}");
    match (&*request.method, rest) {
        ("GET", ["jobs"]) => {
            let prefix = full("");
            let jobs = cloud.jobs.iter().filter(|(name, _)| name.starts_with(&prefix));
            Ok(list("Job", &jobs.map(|(name, job)| shown(name, job)).collect::<Vec<_>>()))
        }
        ("POST", ["jobs"]) => {
            let name = full(request.body["metadata"]["name"].as_str().unwrap_or_default());
            if cloud.jobs.contains_key(&name) {
                return Err(Refusal::already_exists(&name));
            }
            Ok(kept(cloud, &name, &request.body))
        }
        ("GET", ["jobs", name]) => Ok(shown(&full(name), found(cloud, &full(name))?)),
        ("PUT", ["jobs", name]) => {
            found(cloud, &full(name))?;
            Ok(kept(cloud, &full(name), &request.body))
        }
        ("DELETE", ["jobs", name]) => {
            cloud.jobs.remove(&full(name)).ok_or_else(|| Refusal::not_found(&full(name)))?;
            Ok(json!({"status": "Success"}))
        }
        ("POST", ["jobs", name]) if name.ends_with(":run") => {
            let name = name.trim_end_matches(":run");
            let spec = found(cloud, &full(name))?["spec"]["template"]["spec"].clone();
            let execution = executed(cloud, request, project, name, &spec);
            cloud.executions.push(execution.clone());
            Ok(execution)
        }
        ("GET", ["executions"]) => {
            let selector = request.query.get("labelSelector").map_or("", String::as_str);
            let job = selector.split_once('=').map(|(_, job)| job.trim().to_owned());
            let of_job = |execution: &&Value| {
                job.as_ref().is_none_or(|job| execution["metadata"]["labels"][JOB_LABEL] == **job)
            };
            let newest_first = cloud.executions.iter().rev().filter(of_job).cloned();
            Ok(list("Execution", &newest_first.collect::<Vec<_>>()))
        }
        ("GET", ["executions", name]) => {
            let execution = cloud.executions.iter().find(|execution| execution["metadata"]["name"] == *name);
            execution.cloned().ok_or_else(|| Refusal::not_found(name))
        }
        _ => Err(Refusal::unknown(request)),
    }
}

fn found<'a>(cloud: &'a Cloud, name: &str) -> Result<&'a Value, Refusal> {
    cloud.jobs.get(name).ok_or_else(|| Refusal::not_found(name))
}

fn list(kind: &str, items: &[Value]) -> Value {
    json!({"apiVersion": "run.googleapis.com/v1", "kind": format!("{kind}List"), "items": items, "metadata": {}})
}

/// Keeps a job as its author wrote it, and shows it.
fn kept(cloud: &mut Cloud, name: &str, body: &Value) -> Value {
    let mut job = body.clone();
    job.as_object_mut().expect("a job is an object").remove("status");
    let metadata = job["metadata"].as_object_mut().expect("a job has metadata");
    metadata.retain(|key, _| !["creationTimestamp", "generation", "selfLink", "uid"].contains(&&**key));
    for pointer in ["/metadata", "/spec/template/metadata"] {
        job.pointer_mut(pointer).into_iter().for_each(without_what_is_not_ours);
    }
    let shown = shown(name, &job);
    cloud.jobs.insert(name.to_owned(), job);
    shown
}

fn without_what_is_not_ours(metadata: &mut Value) {
    let metadata = metadata.as_object_mut().expect("metadata is an object");
    for kind in ["annotations", "labels"] {
        if let Some(Value::Object(words)) = metadata.get_mut(kind) {
            words.retain(|key, _| !NOT_OURS.iter().any(|beginning| key.starts_with(beginning)));
            if words.is_empty() {
                metadata.remove(kind);
            }
        }
    }
}

/// A job with what Google adds: gcloud waits until a job of its generation is ready.
fn shown(name: &str, job: &Value) -> Value {
    let mut job = job.clone();
    let region = name.split('/').nth(3);
    job["metadata"]["labels"]["cloud.googleapis.com/location"] = json!(region);
    for (key, value) in [
        ("generation", json!(1)),
        ("uid", json!(name)),
        ("selfLink", json!(name)),
        ("creationTimestamp", json!(TIME)),
    ] {
        job["metadata"][key] = value;
    }
    let ready = [json!({"type": "Ready", "status": "True"})];
    job["status"] = json!({"observedGeneration": 1, "conditions": ready, "executionCount": 0});
    job
}

/// An execution that is over as soon as it is asked for.
fn executed(cloud: &Cloud, request: &Request, project: &str, job: &str, spec: &Value) -> Value {
    let fails = cloud.failing.contains(job);
    let (status, count, reason) =
        if fails { ("False", "failedCount", "NonZeroExitCode") } else { ("True", "succeededCount", "") };
    let completed = json!({"type": "Completed", "status": status, "reason": reason, "message": reason});
    let passed = ["ResourcesAvailable", "Started"].map(|kind| json!({"type": kind, "status": "True"}));
    let [available, started] = passed;
    json!({
        "apiVersion": "run.googleapis.com/v1",
        "kind": "Execution",
        "metadata": {
            "name": format!("{job}-{:05}", cloud.executions.len() + 1),
            "namespace": project,
            "generation": 1,
            "creationTimestamp": TIME,
            "labels": {JOB_LABEL: job, "cloud.googleapis.com/location": request.region()},
        },
        "spec": spec,
        "status": {
            "observedGeneration": 1,
            count: 1,
            "startTime": TIME,
            "completionTime": TIME,
            "conditions": [completed, available, started],
        },
    })
}
