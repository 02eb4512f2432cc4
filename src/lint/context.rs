use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::diag::Span;
use crate::plan::{Cron, Plan, Plans, Schedule, Stage};
use crate::spec::{Document, Spec};
use crate::targets::Target;

use super::firings;

/// What rules look at.
pub struct Context<'a> {
    /// The spec, with the places of all that it says.
    pub spec: &'a Spec,
    /// Its plans.
    pub plans: &'a Plans,
    firings: RefCell<Firings>,
}

/// The firings that were computed, by schedule and zone.
type Firings = HashMap<(String, String), Rc<[Timestamp]>>;

/// A stage that starts by itself, in one environment.
#[derive(Clone, Copy)]
pub(super) struct Scheduled<'a> {
    pub(super) plan: &'a Plan,
    pub(super) stage: &'a Stage,
    /// When, offset included.
    pub(super) cron: &'a Cron,
    /// Where the spec says when.
    pub(super) place: Span,
}

impl<'a> Context<'a> {
    /// A spec with its plans.
    pub fn new(spec: &'a Spec, plans: &'a Plans) -> Self {
        Self { spec, plans, firings: RefCell::default() }
    }

    /// The targets that an environment runs on.
    pub(super) fn targets_of(&self, plan: &Plan) -> Vec<Target> {
        self.environments_of_targets()
            .into_iter()
            .filter(|(_, environments)| environments.contains(&plan.env))
            .map(|(target, _)| target)
            .collect()
    }

    /// The targets with the environments that run there.
    pub(super) fn environments_of_targets(&self) -> Vec<(Target, &'a [String])> {
        let targets = &self.plans.targets;
        let github = targets.github.as_ref().map(|target| (Target::Github, &target.environments));
        let kubernetes = targets.kubernetes.as_ref().map(|target| (Target::Kubernetes, &target.environments));
        let cloud_run = targets.cloud_run.as_ref().map(|target| (Target::CloudRun, &target.environments));
        let all = [github, kubernetes, cloud_run].into_iter().flatten();
        all.map(|(target, environments)| (target, environments.as_slice())).collect()
    }

    /// The stages of all environments that start by themselves.
    pub(super) fn scheduled(&self) -> impl Iterator<Item = Scheduled<'a>> {
        self.plans
            .environments
            .values()
            .flat_map(|plan| plan.stages.iter().filter_map(move |stage| Scheduled::of(plan, stage)))
    }

    /// Those of them that a target starts.
    pub(super) fn scheduled_on(&self, target: Target) -> impl Iterator<Item = Scheduled<'a>> {
        self.scheduled().filter(move |scheduled| self.targets_of(scheduled.plan).contains(&target))
    }

    /// The file as an environment sees it.
    pub(super) fn document(&self, plan: &Plan) -> Option<&'a Document> {
        self.spec.environments().get(&plan.env)
    }

    /// A fair number of firings of a stage, from fixed dates on.
    pub(super) fn firings(&self, scheduled: &Scheduled<'_>) -> Rc<[Timestamp]> {
        let key = (scheduled.cron.to_string(), scheduled.plan.timezone.clone());
        let mut known = self.firings.borrow_mut();
        let made = known.entry(key).or_insert_with(|| firings::of(scheduled.cron, &scheduled.zone()));
        Rc::clone(made)
    }
}

impl<'a> Scheduled<'a> {
    pub(super) fn of(plan: &'a Plan, stage: &'a Stage) -> Option<Self> {
        let Schedule::Cron(cron) = &stage.timing.schedule else {
            return None;
        };
        let places = &stage.timing.places;
        Some(Self { plan, stage, cron, place: places.schedule.unwrap_or(stage.place) })
    }

    /// Where the offset is said, else the schedule: what makes this stage start when it does.
    pub(super) fn start_place(&self) -> Span {
        self.stage.timing.places.offset.unwrap_or(self.place)
    }

    /// The zone of its schedule.
    pub(super) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.plan.timezone).unwrap_or(TimeZone::UTC)
    }
}
