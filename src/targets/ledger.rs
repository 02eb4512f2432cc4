use indexmap::IndexMap;

use crate::diag::Span;
use crate::plan::Plan;

use super::target::Target;

/// What a feature of the spec is on a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The target.
    pub target: Target,
    /// The stage that has the feature; `None` for the whole net.
    pub stage: Option<String>,
    /// The environment; `None` where it is the same in all.
    pub env: Option<String>,
    /// The feature, as the spec's key where it has one: `overlap: forbid`, say.
    pub feature: String,
    /// Whether the target has it.
    pub standing: Standing,
    /// Where the spec asks for it.
    pub place: Span,
}

/// Whether a target has a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The engine does just that.
    Exact,
    /// Something near it, or the same by other means.
    Emulated {
        /// How, in a clause.
        how: String,
    },
    /// Nothing that would do: an error.
    Impossible {
        /// Why, in a clause.
        why: String,
        /// What to do about it.
        instead: String,
    },
}

/// A feature in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Feature {
    /// As the spec's key where it has one.
    pub(super) name: String,
    /// What it is on the target.
    pub(super) standing: Standing,
    /// Where the spec asks for it.
    pub(super) place: Span,
}

impl Feature {
    pub(super) fn new(name: impl Into<String>, standing: Standing, place: Span) -> Self {
        Self { name: name.into(), standing, place }
    }
}

impl Standing {
    pub(super) fn emulated(how: impl Into<String>) -> Self {
        Self::Emulated { how: how.into() }
    }

    pub(super) fn impossible(why: impl Into<String>, instead: impl Into<String>) -> Self {
        Self::Impossible { why: why.into(), instead: instead.into() }
    }
}

/// The entries of a stage, or of the whole net, from its features in each environment: once what is the same in all of
/// them, else one an environment. What is impossible is the same only where it is asked for at one place.
pub(super) fn entries(target: Target, stage: Option<&str>, by_env: &[(&Plan, Vec<Feature>)]) -> Vec<Entry> {
    let mut by_name: IndexMap<&str, Vec<(&Plan, &Feature)>> = IndexMap::new();
    for (plan, features) in by_env {
        for feature in features {
            by_name.entry(feature.name.as_str()).or_default().push((*plan, feature));
        }
    }
    let same = |one: &Feature, other: &Feature| {
        let can = !matches!(one.standing, Standing::Impossible { .. });
        one.standing == other.standing && (can || one.place == other.place)
    };
    let mut entries = Vec::new();
    for found in by_name.into_values() {
        let is_everywhere =
            found.len() == by_env.len() && found.iter().all(|(_, feature)| same(found[0].1, feature));
        let shown = if is_everywhere { 1 } else { found.len() };
        entries.extend(found.into_iter().take(shown).map(|(plan, feature)| Entry {
            target,
            stage: stage.map(str::to_owned),
            env: (!is_everywhere).then(|| plan.env.clone()),
            feature: feature.name.clone(),
            standing: feature.standing.clone(),
            place: feature.place,
        }));
    }
    entries
}
