use std::collections::HashMap;

use crate::plan::{Github, Plan, Plans, Stage};

/// What a workflow is made of: the plans of its environments, which have the same stages.
#[derive(Debug, Clone)]
pub(super) struct Net<'a> {
    /// The target.
    pub(super) target: &'a Github,
    /// The plans, in the order in which the target names their environments; at least one.
    pub(super) plans: Vec<&'a Plan>,
    /// The stages of the first plan, each after those that it needs.
    pub(super) stages: &'a [Stage],
    /// By stage, what it directly needs.
    pub(super) needs: Vec<Vec<usize>>,
    /// By stage, which it needs, directly or through others, with itself among them.
    before: Vec<Vec<bool>>,
    /// By plan, the stages of the first one as they are there.
    there: Vec<Vec<Option<&'a Stage>>>,
}

impl<'a> Net<'a> {
    /// `None` where the target has no environment.
    pub(super) fn of(target: &'a Github, plans: &'a Plans) -> Option<Self> {
        let plans: Vec<&Plan> =
            target.environments.iter().filter_map(|env| plans.environments.get(env)).collect();
        let stages = &plans.first()?.stages;
        let index: HashMap<&str, usize> =
            stages.iter().enumerate().map(|(index, stage)| (stage.name.as_str(), index)).collect();
        let needs: Vec<Vec<usize>> = stages
            .iter()
            .map(|stage| stage.needs.iter().filter_map(|need| index.get(need.as_str()).copied()).collect())
            .collect();
        let there = plans.iter().map(|plan| {
            let mut there = vec![None; stages.len()];
            for stage in &plan.stages {
                if let Some(index) = index.get(stage.name.as_str()) {
                    there[*index] = Some(stage);
                }
            }
            there
        });
        Some(Self { target, stages, before: before(&needs), needs, there: there.collect(), plans })
    }

    /// A stage in each environment that has it, with the environment's plan.
    pub(super) fn everywhere(&self, stage: usize) -> impl Iterator<Item = (&'a Plan, &'a Stage)> {
        self.plans.iter().zip(&self.there).filter_map(move |(plan, there)| Some((*plan, there[stage]?)))
    }

    /// True where a stage is `other`, or needs it, directly or through others.
    pub(super) fn is_from(&self, stage: usize, other: usize) -> bool {
        self.before[stage][other]
    }

    /// An id for a job that no stage has: `start`, say, or `start_` where a stage is called so.
    pub(super) fn free_id(&self, wish: &str) -> String {
        let mut id = wish.to_owned();
        while self.stages.iter().any(|stage| stage.name.eq_ignore_ascii_case(&id)) {
            id.push('_');
        }
        id
    }
}

/// Stages stand after those that they need, whose own are known by then.
fn before(needs: &[Vec<usize>]) -> Vec<Vec<bool>> {
    let mut before: Vec<Vec<bool>> = Vec::with_capacity(needs.len());
    for (stage, needed) in needs.iter().enumerate() {
        let mut all = vec![false; needs.len()];
        all[stage] = true;
        for known in needed.iter().filter_map(|need| before.get(*need)) {
            all.iter_mut().zip(known).for_each(|(all, known)| *all |= known);
        }
        before.push(all);
    }
    before
}
