//! What the stand-in does at each of its paths.

use serde_json::{Value, json};

use super::super::misbehaving::{Arrival, Reply, json as ok, status};
use super::runs::run;
use super::{Details, Life, State, problem};

impl State {
    /// Does what is asked, and answers.
    pub(super) fn take(&mut self, arrival: &Arrival) -> Reply {
        // A server of one's own has its API below a path.
        let path = arrival.path.strip_prefix("/api/v3").unwrap_or(&arrival.path);
        let path: Vec<&str> = path.trim_matches('/').split('/').collect();
        let number = |text: &str| text.parse::<u64>().unwrap_or_default();
        let Some(below) = path.strip_prefix(&["repos", "shop", "etl"]) else {
            return match path[..] {
                ["user"] => ok(json!({"login": "ana"}).to_string()),
                _ => problem(404, "Not Found"),
            };
        };
        match (arrival.method.as_str(), below) {
            ("GET", []) => ok(json!({"default_branch": "main"}).to_string()),
            ("GET", ["commits", "main"]) => ok(json!({"sha": "1".repeat(40)}).to_string()),
            ("GET", ["commits", _]) => ok(json!({"sha": "2".repeat(40)}).to_string()),
            ("POST", ["actions", "workflows", "etl.yml" | "batch-etl.yml", "dispatches"]) => {
                self.dispatch(&arrival.json())
            }
            ("GET", ["actions", "workflows", "etl.yml" | "batch-etl.yml", "runs"]) => self.list(arrival),
            ("GET", ["actions", "runs", id]) => self.one(number(id)),
            ("GET", ["actions", "runs", id, "jobs"]) => self.jobs(arrival, number(id)),
            ("POST", ["actions", "runs", id, "rerun" | "rerun-failed-jobs"]) => self.rerun(number(id)),
            ("POST", ["actions", "jobs", id, "rerun"]) => self.rerun(number(id) / 100),
            ("GET", ["check-suites", id, "check-runs"]) => self.checks(number(id) / 1000),
            ("GET", ["check-runs", id, "annotations"]) => self.notes(number(id)),
            _ => problem(404, "Not Found"),
        }
    }

    pub(super) fn add(&mut self, run: Value, life: Life) {
        self.lives.push((run["id"].as_u64().expect("an id"), life));
        self.runs.push(run);
    }

    fn dispatch(&mut self, body: &Value) -> Reply {
        let wants_details = body.get("return_run_details").is_some();
        if let (Details::Refused(code), true) = (self.details, wants_details) {
            return problem(code, "Invalid request.\n\n\"return_run_details\" is not a permitted key.");
        }
        let branch = body["ref"].as_str().unwrap_or_default();
        if branch == "gone" {
            return problem(422, "No ref found for: gone");
        }
        let id = self.runs.len() as u64 + 501;
        let text = |name: &str| body["inputs"][name].as_str().expect("a text").to_owned();
        let title = format!("shop-etl in {}: {}", text("env"), text("stages"));
        let branch = branch.trim_start_matches("refs/heads/");
        let started =
            run(id, &title, &json!({"head_branch": branch, "status": "queued", "conclusion": null}));
        let url = started["html_url"].clone();
        self.add(started, self.life.clone());
        for other in std::mem::take(&mut self.others) {
            self.add(other, Life::succeeding());
        }
        match self.details {
            Details::Given if wants_details => {
                ok(json!({"workflow_run_id": id, "run_url": "", "html_url": url}).to_string())
            }
            _ => status(204).body(""),
        }
    }

    fn list(&mut self, arrival: &Arrival) -> Reply {
        let query: Vec<(String, String)> =
            url::form_urlencoded::parse(arrival.query.as_bytes()).into_owned().collect();
        let value =
            |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let page = |name: &str, default| value(name).map_or(default, |text| text.parse().expect("a number"));
        let is_asked = |run: &&Value| {
            ["event", "branch"].iter().all(|name| {
                let field = if *name == "branch" { "head_branch" } else { name };
                value(name).is_none_or(|value| run[field] == json!(value))
            })
        };
        let mut runs: Vec<Value> = self.runs.iter().rev().filter(is_asked).cloned().collect();
        if value("event").is_some() && self.lag > 0 {
            self.lag -= 1;
            runs.clear();
        }
        let (size, number): (usize, usize) = (page("per_page", 30), page("page", 1));
        let total = runs.len();
        let here: Vec<Value> = runs.into_iter().skip(size * (number - 1)).take(size).collect();
        let reply = ok(json!({"total_count": total, "workflow_runs": here}).to_string());
        if total <= size * number {
            return reply;
        }
        let next = format!("<{}?per_page={size}&page={}>; rel=\"next\"", arrival.path, number + 1);
        reply.header("link", &next)
    }

    fn one(&mut self, id: u64) -> Reply {
        let Some(run) = self.runs.iter_mut().find(|run| run["id"] == json!(id)) else {
            return problem(404, "Not Found");
        };
        // Each look is a moment later.
        for (_, life) in self.lives.iter_mut().filter(|(of, _)| *of == id) {
            life.live(run);
        }
        ok(run.to_string())
    }

    fn jobs(&self, arrival: &Arrival, id: u64) -> Reply {
        assert!(arrival.query.contains("filter=latest"), "{}", arrival.query);
        let jobs = self.jobs_of(id);
        ok(json!({"total_count": jobs.len(), "jobs": jobs}).to_string())
    }

    fn jobs_of(&self, id: u64) -> Vec<Value> {
        let run = self.runs.iter().find(|run| run["id"] == json!(id));
        let life = self.lives.iter().find(|(of, _)| *of == id);
        run.zip(life).map(|(run, (_, life))| life.jobs(run)).unwrap_or_default()
    }

    fn rerun(&mut self, id: u64) -> Reply {
        let life = self.life.clone();
        let Some(run) = self.runs.iter_mut().find(|run| run["id"] == json!(id)) else {
            return problem(404, "Not Found");
        };
        run["run_attempt"] = json!(run["run_attempt"].as_u64().expect("a number") + 1);
        run["status"] = json!("queued");
        run["conclusion"] = Value::Null;
        self.lives.retain(|(of, _)| *of != id);
        self.lives.push((id, life));
        status(201)
    }

    /// The jobs are checks of the same ids.
    fn checks(&self, id: u64) -> Reply {
        let checks: Vec<Value> = self
            .jobs_of(id)
            .iter()
            .map(|job| {
                let notes = self.annotations.iter().filter(|(check, ..)| job["id"] == json!(check)).count();
                json!({"id": job["id"], "name": job["name"], "output": {"annotations_count": notes}})
            })
            .collect();
        ok(json!({"total_count": checks.len(), "check_runs": checks}).to_string())
    }

    fn notes(&self, id: u64) -> Reply {
        let notes = self.annotations.iter().filter(|(check, ..)| *check == id);
        let notes: Vec<Value> =
            notes.map(|(_, title, message)| json!({"title": title, "message": message})).collect();
        ok(json!(notes).to_string())
    }
}
