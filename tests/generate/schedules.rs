//! The schedules that rendered files have, read back from their texts.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use jobnet::plan::{Cron, Plans, Schedule};
use jobnet::targets::{FileSet, Target};
use serde_json::Value;

/// How many firings are compared.
const FIRINGS: usize = 4;

/// The first firings of each schedule after a moment, sorted.
pub(super) type Firings = Vec<Vec<Timestamp>>;

/// When stages start by themselves in an environment on a target, by its rendered files.
pub(super) fn rendered(target: Target, env: &str, set: &FileSet, after: &Zoned) -> Firings {
    let schedules = match target {
        Target::Github => of_workflow(set),
        Target::Kubernetes => of_overlay(set, env),
        Target::CloudRun => of_script(set, env),
    };
    let firings = schedules.into_iter().map(|(cron, zone)| {
        let cron = Cron::parse(&cron).unwrap_or_else(|error| panic!("`{cron}`: {error}"));
        next(&cron, &zone, after)
    });
    sorted(firings.collect())
}

/// The same, by the plan.
pub(super) fn planned(target: Target, env: &str, plans: &Plans, after: &Zoned) -> Firings {
    let plan = &plans.environments[env];
    let of_stage = plan.stages.iter().filter(|stage| !stage.timing.suspend).filter_map(|stage| {
        // A workflow keeps the order by itself: offsets are for engines that know none.
        let schedule = if target == Target::Github { &stage.timing.base } else { &stage.timing.schedule };
        match schedule {
            Schedule::Cron(cron) => Some(next(cron, &plan.timezone, after)),
            Schedule::Manual => None,
        }
    });
    let mut firings = sorted(of_stage.collect());
    if target == Target::Github {
        // One entry starts all stages of its schedule.
        firings.dedup();
    }
    firings
}

fn next(cron: &Cron, zone: &str, after: &Zoned) -> Vec<Timestamp> {
    let after = after.with_time_zone(TimeZone::get(zone).unwrap());
    let firings = std::iter::successors(cron.next_after(&after), |firing| cron.next_after(firing));
    firings.take(FIRINGS).map(|firing| firing.timestamp()).collect()
}

fn sorted(mut firings: Firings) -> Firings {
    firings.sort();
    firings
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn of_workflow(set: &FileSet) -> Vec<(String, String)> {
    let workflow = set.files.values().next().unwrap();
    let workflow: Value = serde_saphyr::from_str(text(&workflow.bytes)).unwrap();
    let entries = workflow["on"]["schedule"].as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().map(str::to_owned);
    entries
        .iter()
        .map(|entry| {
            (word(&entry["cron"]).unwrap(), word(&entry["timezone"]).unwrap_or_else(|| "UTC".to_owned()))
        })
        .collect()
}

fn of_overlay(set: &FileSet, env: &str) -> Vec<(String, String)> {
    let overlay = format!("{}/overlays/{env}/", set.root);
    let files = set.files.iter().filter(|(path, _)| path.starts_with(&overlay));
    let documents =
        files.flat_map(|(_, file)| serde_saphyr::from_multiple::<Value>(text(&file.bytes)).unwrap());
    let cron_jobs =
        documents.filter(|document| document["kind"] == "CronJob" && document["spec"]["suspend"] != true);
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    cron_jobs.map(|job| (word(&job["spec"]["schedule"]), word(&job["spec"]["timeZone"]))).collect()
}

/// The lines `trigger STAGE SCHEDULE …` below the environment's label, and its zone.
fn of_script(set: &FileSet, env: &str) -> Vec<(String, String)> {
    let script = text(&set.files[&format!("{}/create-all-jobs.sh", set.root)].bytes);
    let mut label = "";
    let mut zone = String::new();
    let mut schedules = Vec::new();
    for line in script.lines() {
        if let Some(name) = line.strip_prefix("  ").and_then(|line| line.strip_suffix(')')) {
            label = name;
        }
        let words = match line.strip_prefix("    ").map(shell_words::split) {
            Some(Ok(words)) if label == env => words,
            _ => continue,
        };
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["trigger", _, schedule, ..] => schedules.push(schedule.to_owned()),
            // What is paused stands right before.
            ["pause", _] => {
                schedules.pop();
            }
            [word] => {
                if let Some(said) = word.strip_prefix("ZONE=") {
                    said.clone_into(&mut zone);
                }
            }
            _ => {}
        }
    }
    schedules.into_iter().map(|schedule| (schedule, zone.clone())).collect()
}
