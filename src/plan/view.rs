use std::collections::BTreeSet;

use jiff::{Timestamp, Zoned, tz::TimeZone};
use serde::Serialize;

use crate::expr::Lookup;
use crate::policy::Threshold;

use super::duration::duration_text;
use super::model::{Plan, Work};
use super::schedule::Schedule;

/// A plan as it is shown: what runs in which order, when, and with what. Secrets by name, never by value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanView {
    /// The net's name.
    pub net: String,
    /// The environment.
    pub env: String,
    /// The zone of the schedules.
    pub timezone: String,
    /// The values of variables by which a run knows that this environment is meant.
    pub when: Vec<(String, String)>,
    /// True where a run asks before anything is done.
    pub confirm: bool,
    /// The stages in the order in which they can run.
    pub stages: Vec<StageView>,
    /// The variables that some stage is given, with the values that the spec knows; `null` for a secret one.
    pub variables: Vec<(String, Option<String>)>,
    /// The secrets that some stage is given, with what they are called where this environment runs.
    pub secrets: Vec<(String, String)>,
}

/// A stage as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageView {
    /// Its name.
    pub name: String,
    /// What kind of work it does.
    pub kind: &'static str,
    /// What it does, a phrase a step, with names in place of values.
    pub steps: Vec<String>,
    /// What it needs.
    pub needs: Vec<String>,
    /// The stages whose last run it continues, as far as the spec names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub continues: Vec<String>,
    /// Its cron expression, offset included, or `manual`.
    pub schedule: String,
    /// How long after the net's schedule it starts.
    pub offset: String,
    /// When it starts next, with the zone's offset.
    pub next: Vec<String>,
    /// How long it may take.
    pub timeout: String,
    /// The share of failed items above which it fails.
    pub fail_above: String,
    /// The variables that it is given.
    pub variables: Vec<String>,
    /// The secrets that it is given; `?` marks one that may be absent.
    pub secrets: Vec<String>,
}

/// How many firings are shown.
const NEXT: usize = 3;

impl PlanView {
    /// Shows a plan as of `now`.
    pub fn of(plan: &Plan, now: Timestamp) -> Self {
        let zone = TimeZone::get(&plan.timezone).unwrap_or(TimeZone::UTC);
        let now = now.to_zoned(zone);
        let mut variables: Vec<(String, Option<String>)> = Vec::new();
        let stages = plan
            .stages
            .iter()
            .map(|stage| {
                for name in &stage.uses.variables {
                    if !variables.iter().any(|(known, _)| known == name) {
                        variables.push((name.clone(), plan.declared.text(name).map(str::to_owned)));
                    }
                }
                let optional = stage.uses.optional_secrets.iter().map(|name| format!("{name}?"));
                StageView {
                    name: stage.name.clone(),
                    kind: match stage.work {
                        Work::Call(_) => "call",
                        Work::Flow(_) => "flow",
                        Work::Sql(_) => "sql",
                        Work::Migrate(_) => "migrate",
                        Work::Exec(_) => "exec",
                    },
                    steps: stage.work.steps(),
                    needs: stage.needs.clone(),
                    continues: stage.continues.iter().flatten().cloned().collect(),
                    schedule: match &stage.timing.schedule {
                        Schedule::Manual => "manual".to_owned(),
                        Schedule::Cron(cron) => cron.to_string(),
                    },
                    offset: duration_text(stage.timing.offset),
                    next: next(&stage.timing.schedule, &now),
                    timeout: duration_text(stage.timing.timeout),
                    fail_above: stage
                        .fail_above
                        .as_ref()
                        .and_then(|late| late.bind(&plan.declared).ok().flatten())
                        .map_or_else(
                            || "0%".to_owned(),
                            |percent| Threshold::new(percent.fraction()).to_string().replace(' ', ""),
                        ),
                    variables: stage.uses.variables.iter().cloned().collect(),
                    secrets: stage.uses.secrets.iter().cloned().chain(optional).collect(),
                }
            })
            .collect();
        variables.sort();
        let secrets: BTreeSet<&String> =
            plan.stages.iter().flat_map(|stage| stage.uses.all_secrets()).collect();
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            net: plan.net.clone(),
            env: plan.env.clone(),
            timezone: plan.timezone.clone(),
            when: plan.when.iter().map(owned).collect(),
            confirm: plan.confirm,
            stages,
            variables,
            secrets: secrets.into_iter().map(|name| (name.clone(), plan.secret_name(name))).collect(),
        }
    }
}

fn next(schedule: &Schedule, now: &Zoned) -> Vec<String> {
    let Schedule::Cron(cron) = schedule else {
        return Vec::new();
    };
    let firings = std::iter::successors(cron.next_after(now), |firing| cron.next_after(firing));
    firings.take(NEXT).map(|firing| firing.strftime("%Y-%m-%d %H:%M %:z").to_string()).collect()
}
