use crate::diag::{Fault as _, Findings};
use crate::plan::Overlap;

use super::super::origin::Origin;
use super::expression::Expression;
use super::lock::Lock;
use super::names;
use super::net::Net;
use super::problem::GithubProblem;
use super::scalar::Scalar;
use super::selector::{ALL, Selectors};
use super::setup;
use super::stage;
use super::trigger::{Trigger, triggers};
use super::view::{ConcurrencyView, ScheduleView, StartView, SummaryView, Uses, WorkflowView};

/// GitHub's own runner, by a label that does not move to another release by itself
/// (<https://docs.github.com/actions/reference/runners/github-hosted-runners>).
const RUNNER: &str = "ubuntu-24.04";

/// What checks a repository out, and jobnet's own action.
const CHECKOUT: &str = "actions/checkout@v7";
const ACTION: &str = "your-org/jobnet-action@v1";

/// What the jobs of a workflow have in common.
pub(super) struct Shared<'a> {
    pub(super) net: &'a Net<'a>,
    pub(super) lock: Lock,
    /// The id of the first job.
    pub(super) start: String,
    /// The environment of a run, as jobs after the first see it.
    pub(super) env: String,
    /// The spec, from the root of the repository.
    pub(super) spec: String,
    /// The spec's directory, from the root of the repository; `None` for the root itself.
    pub(super) directory: Option<String>,
    /// The name of the spec's file.
    pub(super) file: String,
    pub(super) action: Uses,
    /// What puts jobnet on the runner.
    pub(super) install: Uses,
    /// The workflow that stages call, where they do.
    pub(super) reusable: Option<Uses>,
    pub(super) setup: Vec<String>,
}

impl<'a> Shared<'a> {
    pub(super) fn of(net: &'a Net<'a>, origin: &Origin, findings: &mut Findings) -> Option<Self> {
        let target = net.target;
        let lock = Lock::of(origin.lock.as_deref())
            .map_err(|problem| findings.push(problem.at(target.place)))
            .ok()?;
        let spec = origin.seen_from(&target.out.value);
        let start = net.free_id("start");
        let named = target.action.as_ref();
        let action = named.map_or(ACTION, |action| action.value.as_str());
        let place = named.map_or(target.place, |action| action.span);
        if target.reusable_workflow && !is_repository(action) {
            findings.push(GithubProblem::NoReusable { action: action.to_owned() }.at(place));
        }
        let mut own = |path: &str| match own_action(&lock, path) {
            Ok(uses) => uses,
            Err(problem) => {
                findings.push(problem.at(place));
                Uses::of(Scalar::text(path))
            }
        };
        let beside = |file: &str| match action.split_once('@') {
            Some((path, reference)) => format!("{path}/{file}@{reference}"),
            None => format!("{action}/{file}"),
        };
        let reusable = target.reusable_workflow.then(|| own(&beside(".github/workflows/jobnet-stage.yml")));
        Some(Self {
            net,
            env: format!("needs.{start}.outputs.env"),
            start,
            directory: spec.rsplit_once('/').map(|(directory, _)| directory.to_owned()),
            file: origin.file.clone(),
            spec,
            action: own(action),
            install: own(&beside("setup")),
            reusable,
            setup: setup::steps(&target.setup, &lock, findings),
            lock,
        })
    }
}

/// jobnet's own action. It is told by its version where the lock file does not have it: until it is published there is no
/// commit to look up.
fn own_action(lock: &Lock, path: &str) -> Result<Uses, GithubProblem> {
    match lock.pinned(path) {
        Err(GithubProblem::NotLocked { .. }) => Ok(Uses::of(Scalar::text(path))),
        pinned => pinned,
    }
}

/// True where an action is a repository, whose workflows can be called as well.
fn is_repository(action: &str) -> bool {
    let path = action.split_once('@').map(|(path, _)| path);
    path.is_some_and(|path| path.matches('/').count() == 1 && !path.contains(':'))
}

/// All that a workflow says.
pub(super) fn view(shared: &Shared<'_>, findings: &mut Findings) -> WorkflowView {
    let net = shared.net;
    names::check(net, findings);
    let triggers = triggers(net, findings);
    let selectors = Selectors::of(net, &triggers);
    let net_name = net.plans.first().map_or("", |plan| plan.net.as_str());
    let environment = environment(&triggers);
    let mut checkout = Uses::of(Scalar::text(CHECKOUT));
    match shared.lock.pinned(CHECKOUT) {
        Ok(uses) => checkout = uses,
        Err(problem) => findings.push(problem.at(net.target.place)),
    }
    let stages =
        (0..net.stages.len()).map(|index| stage::view(shared, &selectors, index, findings)).collect();
    let names: Vec<&str> = net.stages.iter().map(|stage| stage.name.as_str()).collect();
    let runner = net.target.runner.as_ref().map_or(RUNNER, |runner| runner.value.as_str());
    let default = net.target.default_environment.as_ref();
    WorkflowView {
        name: Scalar::text(net_name),
        run_name: title(net_name, &environment, &triggers, names.len()),
        schedules: triggers.iter().map(|trigger| schedule(trigger, &names)).collect(),
        environments: net.plans.iter().map(|plan| Scalar::text(&plan.env)).collect(),
        default_environment: default.map(|env| Scalar::text(&env.value)),
        choices: selectors.options().into_iter().map(Scalar::text).collect(),
        concurrency: concurrency(net, net_name, &environment),
        runner: Scalar::text(runner),
        checkout,
        start: StartView { id: shared.start.clone(), env: Scalar::expression(&environment) },
        stages,
        summary: SummaryView {
            id: net.free_id("summary"),
            needs: [shared.start.as_str()]
                .into_iter()
                .chain(names.iter().copied())
                .map(str::to_owned)
                .collect(),
            // Names always serialise.
            stages: Scalar::text(&serde_json::to_string(&names).unwrap_or_default()),
        },
    }
}

/// The environment of a run: what somebody chose, else that of the schedule which fired. It is empty for anything else,
/// and never a default: `inputs` is empty where a schedule started the run
/// (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context>).
fn environment(triggers: &[Trigger]) -> Expression {
    let scheduled = triggers.iter().map(|trigger| {
        let (cron, env) = (Expression::literal(&trigger.cron), Expression::literal(&trigger.env));
        format!("github.event.schedule == {cron} && {env} || ")
    });
    Expression::of(format!("inputs.env || {}''", scheduled.collect::<String>()))
}

/// What a run is called: `net in dev: item+ (dry run)`. The API of GitHub does not tell the inputs of a run, so that whoever
/// lists runs, or runs one again, reads them here.
fn title(net: &str, environment: &Expression, triggers: &[Trigger], stages: usize) -> Scalar {
    let whole = triggers.iter().filter(|trigger| trigger.stages.len() == stages);
    let whole = whole.map(|trigger| {
        let cron = Expression::literal(&trigger.cron);
        format!("github.event.schedule == {cron} && '{ALL}' || ")
    });
    // GitHub knows no schedule of a workflow that has none.
    let scheduled = if triggers.is_empty() { "''" } else { "github.event.schedule" };
    let chosen = Expression::of(format!("inputs.stages || {}{scheduled}", whole.collect::<String>()));
    let dry_run = Expression::of("inputs.dry_run && ' (dry run)' || ''");
    Scalar::around(format!(
        "{net} in {}: {}{}",
        environment.embedded(),
        chosen.embedded(),
        dry_run.embedded()
    ))
}

fn schedule(trigger: &Trigger, names: &[&str]) -> ScheduleView {
    let stages: Vec<&str> = trigger.stages.iter().filter_map(|stage| names.get(*stage).copied()).collect();
    let stages = if stages.len() == names.len() { "all stages".to_owned() } else { stages.join(", ") };
    let meant = trigger.meant.iter().map(|meant| format!(", {meant}"));
    ScheduleView {
        cron: Scalar::text(&trigger.cron),
        timezone: trigger.timezone.as_deref().map(Scalar::text),
        comment: format!("{}: {stages}{}", trigger.env, meant.collect::<String>()),
    }
}

/// One run of an environment at a time, however it was started. GitHub keeps one run waiting and cancels an older one that
/// waits, unless `queue: max` keeps up to 100
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency>). No name has a slash
/// in it, so that no two nets and environments make the same group.
fn concurrency(net: &Net<'_>, name: &str, environment: &Expression) -> ConcurrencyView {
    let overlap = net.stages.first().map(|stage| stage.timing.overlap).unwrap_or_default();
    ConcurrencyView {
        group: Scalar::around(format!("{name}/{}", environment.embedded())),
        comment: match overlap {
            Overlap::Queue if !net.target.enterprise_server => {
                "One run of an environment at a time: the others wait for their turn."
            }
            Overlap::Forbid | Overlap::Queue => {
                "One run of an environment at a time: one more waits, and gives way to a later one."
            }
            Overlap::Replace => "One run of an environment at a time: a later one ends it.",
        },
        cancels: overlap == Overlap::Replace,
        queues: overlap == Overlap::Queue && !net.target.enterprise_server,
    }
}
