use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::model::Run;
use super::title::Told;

/// A run's moment and the one that a server tells come from different machines of GitHub's.
const SKEW: SignedDuration = SignedDuration::from_secs(5);

/// What there was of a workflow before a run of it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Before {
    /// What time it was at the server.
    pub(super) at: Option<Timestamp>,
    /// The runs that there were. A workflow's runs are counted from 1.
    pub(super) newest: Option<u64>,
}

/// What is known of the run that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted<'a> {
    /// The branch or tag, without `refs/…/`.
    pub(super) branch: &'a str,
    /// Who asked; `None` where the token cannot tell.
    pub(super) actor: Option<&'a str>,
    pub(super) env: &'a str,
    pub(super) stages: &'a str,
    pub(super) dry_run: bool,
}

/// The runs that can be the one that was asked for: started by hand, after it was asked, by whoever asked, on that
/// branch, and by their titles not for another environment or for other stages.
pub(super) fn candidates<'a>(
    runs: &'a [Run],
    before: &Before,
    wanted: &Wanted<'_>,
    told: impl Fn(&str) -> Told,
) -> Vec<&'a Run> {
    let is_new = |run: &Run| {
        before.newest.is_none_or(|newest| run.run_number > newest)
            && before.at.is_none_or(|at| run.created_at >= at - SKEW)
    };
    let is_wanted = |run: &Run| {
        let actor = run.actor.as_ref().map(|actor| actor.login.as_str());
        run.event == "workflow_dispatch"
            && run.head_branch.as_deref() == Some(wanted.branch)
            && wanted.actor.is_none_or(|wanted| actor.is_none_or(|actor| actor == wanted))
            && !told(&run.title()).contradicts(wanted.env, wanted.stages, wanted.dry_run)
    };
    runs.iter().filter(|run| is_new(run) && is_wanted(run)).collect()
}

/// The ids of runs, to be compared with those of another look.
pub(super) fn ids(runs: &[&Run]) -> BTreeSet<u64> {
    runs.iter().map(|run| run.id).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The ids of those that can be it, where one run has been changed by `change`.
    fn found(change: &Value) -> Vec<u64> {
        let mut run = json!({
            "id": 7, "run_number": 12, "event": "workflow_dispatch", "head_branch": "main",
            "actor": {"login": "ana"}, "display_title": "etl dev item+", "created_at": "2026-11-21T10:00:01Z",
        });
        run.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let runs: Vec<Run> = vec![serde_json::from_value(run).unwrap()];
        let before = Before { at: Some("2026-11-21T10:00:00Z".parse().unwrap()), newest: Some(11) };
        let wanted =
            Wanted { branch: "main", actor: Some("ana"), env: "dev", stages: "item+", dry_run: false };
        let told = |title: &str| Told::read(title, "etl", &["dev", "prod"], &["genre", "item"]);
        ids(&candidates(&runs, &before, &wanted, told)).into_iter().collect()
    }

    #[test]
    fn only_what_can_be_the_run_is_taken_for_it() {
        for change in [
            json!({}),
            json!({"display_title": "ETL"}),
            json!({"actor": null}),
            json!({"created_at": "2026-11-21T09:59:57Z"}),
        ] {
            assert_eq!(found(&change), [7], "{change}");
        }
        for change in [
            json!({"run_number": 11}),
            json!({"created_at": "2026-11-21T09:59:00Z"}),
            json!({"event": "schedule"}),
            json!({"head_branch": "fix"}),
            json!({"actor": {"login": "bo"}}),
            json!({"display_title": "etl prod item+"}),
            json!({"display_title": "etl dev all"}),
        ] {
            assert!(found(&change).is_empty(), "{change}");
        }
    }
}
