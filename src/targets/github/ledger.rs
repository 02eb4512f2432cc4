use crate::diag::Span;
use crate::plan::{Overlap, Plan, Schedule, Stage, clocks_change, duration_text};

use super::super::ledger::{self, Entry, Feature, Standing};
use super::super::rate;
use super::super::target::Target;
use super::credentials::MOST_MINUTES_OF_A_ROLE;
use super::minutes::minutes;
use super::net::Net;

/// What each feature of the plans is in a workflow.
pub(super) fn entries(net: &Net<'_>) -> Vec<Entry> {
    let of_net: Vec<_> = net.plans.iter().map(|plan| (*plan, of_net(plan))).collect();
    let mut entries = ledger::entries(Target::Github, None, &of_net);
    for (index, first) in net.stages.iter().enumerate() {
        let everywhere = net.everywhere(index);
        let by_env: Vec<_> =
            everywhere.map(|(plan, stage)| (plan, of_stage(net, plan, first, stage))).collect();
        entries.extend(ledger::entries(Target::Github, Some(&first.name), &by_env));
    }
    entries
}

fn of_net(plan: &Plan) -> Vec<Feature> {
    let how = "whoever starts the workflow chooses the environment, and is not asked again";
    let place = plan.place.unwrap_or_default();
    plan.confirm.then(|| Feature::new("confirm: true", Standing::emulated(how), place)).into_iter().collect()
}

/// The features of a stage in an environment: what the spec says, and what holds where it says nothing. `first` is the
/// same stage in the first environment.
fn of_stage(net: &Net<'_>, plan: &Plan, first: &Stage, stage: &Stage) -> Vec<Feature> {
    let mut features = same_graph(plan, first, stage);
    features.extend(when(net, plan, stage));
    features.extend(how_long(net, stage));
    let rate = rate::standing(plan, stage);
    features.extend(rate.map(|standing| Feature { name: "rate".to_owned(), standing, place: stage.place }));
    features.extend(once(net, first, stage));
    features.extend(clouds(net, plan, stage));
    features.extend(of_environment(net, plan, stage));
    features
}

/// A workflow has one graph of jobs, and a job one kind of steps.
fn same_graph(plan: &Plan, first: &Stage, stage: &Stage) -> Vec<Feature> {
    let differs = |name: &str, what: &str| Feature {
        name: name.to_owned(),
        standing: Standing::Impossible {
            why: format!(
                "{what} is the same in all environments of a workflow, and `{}` has another",
                plan.env
            ),
            instead: "let it be the same, or give the environment a spec of its own".to_owned(),
        },
        place: stage.place,
    };
    let mut features = Vec::new();
    if first.needs != stage.needs {
        features.push(differs("needs", "the order of jobs"));
    }
    if first.work.is_command() != stage.work.is_command() {
        features.push(differs("exec", "the kind of a stage"));
    }
    features
}

fn when(net: &Net<'_>, plan: &Plan, stage: &Stage) -> Vec<Feature> {
    let timing = &stage.timing;
    let place = |place: Option<Span>| place.unwrap_or(stage.place);
    let mut features = Vec::new();
    if let Schedule::Cron(cron) = &timing.base {
        let at = place(timing.places.schedule);
        features.push(Feature {
            name: format!("schedule: {cron}"),
            standing: Standing::emulated(
                "on the default branch alone, and late or not at all where GitHub is busy",
            ),
            place: at,
        });
        features.push(Feature {
            name: format!("timezone: {}", plan.timezone),
            standing: if net.target.enterprise_server {
                Standing::emulated("the schedule is written in UTC")
            } else if !clocks_change(&plan.timezone) {
                Standing::Exact
            } else {
                Standing::emulated(
                    "when clocks are put forward it starts at the end of the gap; when they are put back GitHub \
                     does not say how often",
                )
            },
            place: at,
        });
        if timing.suspend {
            features.push(Feature {
                name: "suspend: true".to_owned(),
                standing: Standing::emulated("the workflow has no schedule for it"),
                place: place(timing.places.suspend),
            });
        }
    }
    if !timing.offset.is_zero() {
        features.push(Feature {
            name: format!("offset: {}", duration_text(timing.offset)),
            standing: Standing::emulated(
                "the order comes from `needs`, and a stage starts when the one before it is done",
            ),
            place: place(timing.places.offset),
        });
    }
    if let Some(within) = timing.start_within {
        let standing = match &stage.lease {
            Some(_) => Standing::emulated(
                "it waits so long for its lease; how late GitHub starts it is not looked at",
            ),
            None => Standing::Impossible {
                why: "a run that GitHub starts late cannot be told from one in time".to_owned(),
                instead: "remove it for this target, or give the stage a `lease`".to_owned(),
            },
        };
        let name = format!("start_within: {}", duration_text(within));
        features.push(Feature { name, standing, place: place(timing.places.start_within) });
    }
    features
}

fn how_long(net: &Net<'_>, stage: &Stage) -> Vec<Feature> {
    let timing = &stage.timing;
    let place = |place: Option<Span>| place.unwrap_or(stage.place);
    let minutes = minutes(timing.timeout);
    let reaches_aws = net.target.aws.is_some() && net.plans.iter().any(|plan| plan.reach(stage).aws);
    let mut features = vec![Feature {
        name: format!("timeout: {}", duration_text(timing.timeout)),
        standing: Standing::emulated(format!(
            "jobnet ends the stage, and GitHub its job after {minutes} minutes, steps before it included"
        )),
        place: place(timing.places.timeout),
    }];
    if reaches_aws && minutes > MOST_MINUTES_OF_A_ROLE {
        features.push(Feature {
            name: "credentials of AWS for the whole timeout".to_owned(),
            standing: Standing::Impossible {
                why: "AWS takes them back after 12 hours at most".to_owned(),
                instead: "make the timeout shorter".to_owned(),
            },
            place: place(timing.places.timeout),
        });
    }
    if timing.retries > 0 {
        features.push(Feature {
            name: format!("retries: {}", timing.retries),
            standing: Standing::emulated("jobnet tries again in the same job"),
            place: place(timing.places.retries),
        });
    }
    if timing.history != (None, None) {
        features.push(Feature {
            name: "history".to_owned(),
            standing: Standing::emulated("the settings of the repository say how long runs are kept"),
            place: place(timing.places.history),
        });
    }
    features
}

fn once(net: &Net<'_>, first: &Stage, stage: &Stage) -> Vec<Feature> {
    let overlap = stage.timing.overlap;
    let of_net = net.stages.first().map_or(first.timing.overlap, |stage| stage.timing.overlap);
    let standing = match overlap {
        _ if overlap != of_net => Standing::Impossible {
            why: "a workflow runs as a whole, and other stages of it say otherwise".to_owned(),
            instead: "let all stages say the same, by `defaults.overlap`".to_owned(),
        },
        Overlap::Forbid => Standing::emulated("a run that is due meanwhile waits, the latest of them alone"),
        Overlap::Queue if net.target.enterprise_server => {
            Standing::emulated("one run waits, the latest alone")
        }
        Overlap::Queue | Overlap::Replace => Standing::Exact,
    };
    let word = match overlap {
        Overlap::Forbid => "forbid",
        Overlap::Queue => "queue",
        Overlap::Replace => "replace",
    };
    let mut features = vec![Feature {
        name: format!("overlap: {word}"),
        standing,
        place: stage.timing.places.overlap.unwrap_or(stage.place),
    }];
    if stage.lease.is_some() {
        features.push(Feature { name: "lease".to_owned(), standing: Standing::Exact, place: stage.place });
    }
    features
}

/// Clouds that a stage reaches and the target says nothing of.
fn clouds(net: &Net<'_>, plan: &Plan, stage: &Stage) -> Vec<Feature> {
    let reach = plan.reach(stage);
    let missing = [
        ("AWS", "aws", reach.aws && net.target.aws.is_none()),
        ("Google Cloud", "google", reach.google && net.target.google.is_none()),
    ];
    let missing = missing.into_iter().filter(|(_, _, is_missing)| *is_missing);
    let who = if stage.work.is_command() { "the runner, or a step of `setup`," } else { "the runner" };
    let feature = |(cloud, key, _): (&str, &str, bool)| Feature {
        name: format!("credentials of {cloud}"),
        standing: Standing::emulated(format!("the target has no `{key}`: {who} must bring them")),
        place: stage.place,
    };
    missing.map(feature).collect()
}

/// Secrets of an environment of GitHub's, which the job that calls a workflow is not in, and which a workflow of another
/// owner is not given (<https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#passing-inputs-and-secrets-to-a-reusable-workflow>).
fn of_environment(net: &Net<'_>, plan: &Plan, stage: &Stage) -> Option<Feature> {
    let target = net.target;
    let is_called = target.reusable_workflow && !stage.work.is_command();
    let reach = plan.reach(stage);
    let logs_in = reach.aws && target.aws.is_some() || reach.google && target.google.is_some();
    let needs_some = logs_in || stage.uses.all_secrets().next().is_some();
    (is_called && target.github_environments && needs_some).then(|| Feature {
        name: "secrets of an environment of GitHub's".to_owned(),
        standing: Standing::emulated(
            "a workflow that is called has the rules of the environment, and the secrets of the repository alone",
        ),
        place: stage.place,
    })
}
