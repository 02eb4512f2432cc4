use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::{Plan, Plans};

use super::ledger::{Entry, Standing};
use super::{environments, targets};

/// What one environment is on one target: the entries of the ledger, equal ones of several stages as one.
///
/// Others read it as JSON, so that the names of fields and words stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standings {
    /// The target's key in the spec.
    pub target: &'static str,
    /// The target as people say it.
    #[serde(skip)]
    pub title: String,
    /// The features, in the order in which the target tells them.
    pub features: Vec<FeatureStanding>,
}

/// A feature, and whether the target has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeatureStanding {
    /// The feature, as the spec's key where it has one.
    pub feature: String,
    /// The stages that have it, in the plan's order; none where it is the whole net's.
    pub stages: Vec<String>,
    /// `exact`, `emulated` or `impossible`.
    pub standing: &'static str,
    /// How it is emulated, or why it is impossible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do about what is impossible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

impl Standings {
    /// The standings of an environment on each target that it runs on, by the ledger of all.
    pub fn of(plan: &Plan, plans: &Plans, ledger: &[Entry]) -> Vec<Self> {
        let places: BTreeMap<&str, usize> =
            plan.stages.iter().enumerate().map(|(place, stage)| (stage.name.as_str(), place)).collect();
        let there =
            targets(plans).into_iter().filter(|target| environments(*target, plans).contains(&plan.env));
        there
            .map(|target| {
                let is_here = |entry: &&Entry| {
                    entry.target == target && entry.env.as_ref().is_none_or(|env| *env == plan.env)
                };
                let mut features: Vec<FeatureStanding> = Vec::new();
                for entry in ledger.iter().filter(is_here) {
                    add(&mut features, entry);
                }
                for feature in &mut features {
                    feature.stages.sort_by_key(|name| places.get(name.as_str()));
                    feature.stages.dedup();
                }
                Self { target: target.key(), title: target.to_string(), features }
            })
            .collect()
    }
}

/// Adds an entry, to those of other stages that say the same where there are some.
fn add(features: &mut Vec<FeatureStanding>, entry: &Entry) {
    let (standing, reason, instead) = match &entry.standing {
        Standing::Exact => ("exact", None, None),
        Standing::Emulated { how } => ("emulated", Some(how.clone()), None),
        Standing::Impossible { why, instead } => ("impossible", Some(why.clone()), Some(instead.clone())),
    };
    let new = FeatureStanding {
        feature: entry.feature.clone(),
        stages: entry.stage.iter().cloned().collect(),
        standing,
        reason,
        instead,
    };
    let same = |known: &&mut FeatureStanding| {
        known.stages.is_empty() == new.stages.is_empty()
            && (&known.feature, known.standing, &known.reason) == (&new.feature, new.standing, &new.reason)
    };
    match features.iter_mut().find(same) {
        Some(known) => known.stages.extend(new.stages),
        None => features.push(new),
    }
}
