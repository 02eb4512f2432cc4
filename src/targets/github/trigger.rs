use std::collections::BTreeSet;

use crate::diag::{Fault as _, Findings, Span};
use crate::plan::{Plan, Schedule, Stage};

use super::net::Net;
use super::problem::{GithubProblem, LEAST_GAP};

/// An entry of `on.schedule`
/// (<https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trigger {
    /// The schedule as GitHub is given it, and gives it to a run.
    pub(super) cron: String,
    /// The zone; `None` for UTC.
    pub(super) timezone: Option<String>,
    /// The environment that it starts.
    pub(super) env: String,
    /// The schedule in the plan's zone, where GitHub is given another.
    pub(super) meant: Option<String>,
    /// The stages that it starts.
    pub(super) stages: BTreeSet<usize>,
    place: Span,
}

/// The entries of a workflow: one a schedule that stages of an environment have.
///
/// The schedules are those before offsets, since `needs` gives the order. A run is told the text of the schedule that
/// started it and nothing else (`github.event.schedule`,
/// <https://docs.github.com/webhooks/webhook-events-and-payloads>), so one text cannot stand for two environments.
pub(super) fn triggers(net: &Net<'_>, findings: &mut Findings) -> Vec<Trigger> {
    let mut triggers: Vec<Trigger> = Vec::new();
    for index in 0..net.stages.len() {
        for (plan, stage) in net.everywhere(index) {
            let Some(mut trigger) = trigger(net, plan, stage, findings) else { continue };
            trigger.stages.insert(index);
            match triggers.iter_mut().find(|other| other.cron.eq_ignore_ascii_case(&trigger.cron)) {
                Some(other) if other.env == trigger.env => {
                    other.stages.insert(index);
                }
                Some(other) => {
                    let (one, other) = (other.shown(), trigger.shown());
                    let problem = GithubProblem::SameCron { cron: trigger.cron, one, other };
                    findings.push(problem.at(trigger.place));
                }
                None => triggers.push(trigger),
            }
        }
    }
    triggers.sort_by_key(|trigger| net.plans.iter().position(|plan| plan.env == trigger.env));
    triggers
}

/// The entry that a stage needs; `None` where nothing starts it by itself.
///
/// An entry may have a zone since March 2026, but not on GitHub Enterprise Server
/// (<https://github.blog/changelog/2026-03-19-github-actions-late-march-2026-updates/>).
fn trigger(net: &Net<'_>, plan: &Plan, stage: &Stage, findings: &mut Findings) -> Option<Trigger> {
    let Schedule::Cron(cron) = &stage.timing.base else {
        return None;
    };
    if stage.timing.suspend {
        return None;
    }
    let place = stage.timing.places.schedule.unwrap_or(stage.place);
    let gap = cron.least_gap();
    if gap < LEAST_GAP {
        findings.push(GithubProblem::TooOften { cron: cron.to_string(), gap }.at(place));
    }
    let zone = Some(plan.timezone.as_str()).filter(|zone| !["UTC", "Etc/UTC"].contains(zone));
    let (text, timezone, meant) = match zone {
        Some(zone) if net.target.enterprise_server => match cron.in_utc(zone) {
            Ok(utc) => (utc.posix(), None, Some(format!("{cron} in {zone}"))),
            Err(reason) => {
                let (cron, zone, reason) = (cron.to_string(), zone.to_owned(), reason.to_string());
                findings.push(GithubProblem::NotUtc { cron, zone, reason }.at(place));
                return None;
            }
        },
        zone => (cron.posix(), zone.map(str::to_owned), None),
    };
    Some(Trigger { cron: text, timezone, env: plan.env.clone(), meant, stages: BTreeSet::new(), place })
}

impl Trigger {
    fn shown(&self) -> String {
        format!("`{}` ({})", self.env, self.timezone.as_deref().unwrap_or("UTC"))
    }
}
