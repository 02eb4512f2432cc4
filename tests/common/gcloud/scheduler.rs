//! Cloud Scheduler API v1: <https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs>.

use serde_json::{Value, json};

use super::cloud::Cloud;
use super::{Refusal, Request};

pub(super) fn answer(cloud: &mut Cloud, request: &Request, name: &str) -> Result<Value, Refusal> {
    let triggers = &mut cloud.triggers;
    let (name, verb) = name.split_once(':').unwrap_or((name, ""));
    match (&*request.method, verb) {
        ("GET", "") if name.ends_with("/jobs") => {
            let prefix = format!("{name}/");
            let here = triggers.iter().filter(|(name, _)| name.starts_with(&prefix));
            Ok(json!({"jobs": here.map(|(_, trigger)| trigger).collect::<Vec<_>>()}))
        }
        ("POST", "") => {
            let name = request.body["name"].as_str().unwrap_or_default();
            if triggers.contains_key(name) {
                return Err(Refusal::already_exists(name));
            }
            let mut trigger = request.body.clone();
            trigger["state"] = json!("ENABLED");
            triggers.insert(name.to_owned(), trigger.clone());
            Ok(trigger)
        }
        ("DELETE", "") => {
            triggers.remove(name).ok_or_else(|| Refusal::not_found(name))?;
            Ok(json!({}))
        }
        (method, verb) => {
            let trigger = triggers.get_mut(name).ok_or_else(|| Refusal::not_found(name))?;
            match (method, verb) {
                ("GET", "") => {}
                ("PATCH", "") => {
                    let mask = request.query.get("updateMask").map_or("", String::as_str);
                    mask.split(',').for_each(|path| patch(trigger, &request.body, path));
                }
                ("POST", "pause") => trigger["state"] = json!("PAUSED"),
                ("POST", "resume") => trigger["state"] = json!("ENABLED"),
                ("POST", "run") => {}
                _ => return Err(Refusal::unknown(request)),
            }
            Ok(trigger.clone())
        }
    }
}

/// Takes one field over, such as `httpTarget.uri`; one that the body does not have is removed.
fn patch(trigger: &mut Value, body: &Value, path: &str) {
    let pointer = format!("/{}", path.replace('.', "/"));
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    match body.pointer(&pointer) {
        Some(value) => {
            let parents = parent.split('/').skip(1);
            parents.fold(trigger, |at, key| &mut at[key])[field] = value.clone();
        }
        None => {
            if let Some(Value::Object(parent)) = trigger.pointer_mut(parent) {
                parent.remove(field);
            }
        }
    }
}
