use crate::diag::{Fault as _, Findings};
use crate::plan::{Stage, Work};

use super::super::rate;
use super::by_env;
use super::credentials::Credentials;
use super::expression::Expression;
use super::minutes::minutes;
use super::problem::{GithubProblem, MOST_MINUTES};
use super::scalar::Scalar;
use super::secrets::Secrets;
use super::selector::Selectors;
use super::view::{Pair, PermissionView, RunView, StageView};
use super::workflow::Shared;

/// The right to read the repository (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions>).
const CHECKOUT: PermissionView =
    PermissionView { scope: "contents", access: "read", comment: "checks the repository out" };

/// The job of a stage.
pub(super) fn view(
    shared: &Shared<'_>,
    selectors: &Selectors<'_>,
    index: usize,
    findings: &mut Findings,
) -> StageView {
    let stage = &shared.net.stages[index];
    let secrets = Secrets { net: shared.net, env: &shared.env };
    let credentials = Credentials::of(shared.net, index, secrets);
    let most = shared.net.everywhere(index).map(|(_, stage)| minutes(stage.timing.timeout)).max();
    let most = most.unwrap_or(1);
    if most > MOST_MINUTES && shared.net.target.runner.is_none() {
        let place = stage.timing.places.timeout.unwrap_or(stage.place);
        let (stage, minutes) = (stage.name.clone(), most);
        findings.push(GithubProblem::LongTimeout { stage, minutes }.at(place));
    }
    let is_command = matches!(stage.work, Work::Exec(_));
    let needs = selectors.asked(index).into_iter().map(|need| shared.net.stages[need].name.clone());
    StageView {
        name: stage.name.clone(),
        needs: [shared.start.clone()].into_iter().chain(needs).collect(),
        condition: condition(shared, selectors, index, findings),
        timeout_minutes: shared.number(index, |stage| minutes(stage.timing.timeout)),
        environment: shared
            .net
            .target
            .github_environments
            .then(|| Scalar::expression(&Expression::of(&shared.env))),
        permissions: [CHECKOUT].into_iter().chain(credentials.permission()).collect(),
        working_directory: shared.directory.as_deref().filter(|_| is_command).map(Scalar::text),
        credentials: credentials.steps(most, &shared.lock, findings),
        setup: if is_command { shared.setup.clone() } else { Vec::new() },
        install: is_command.then(|| shared.install.clone()),
        run: run(shared, index, is_command, secrets.of_stage(index, findings)),
    }
}

fn condition(
    shared: &Shared<'_>,
    selectors: &Selectors<'_>,
    index: usize,
    findings: &mut Findings,
) -> Vec<String> {
    let stage = &shared.net.stages[index];
    let lines = selectors.condition(index, &shared.start);
    let length = lines.iter().map(|line| line.len() + " && ".len()).sum::<usize>();
    if !Expression::fits(length) {
        findings.push(GithubProblem::LongCondition { stage: stage.name.clone(), length }.at(stage.place));
    }
    lines
}

/// The step that runs the stage. A container knows nothing of the runner's tools, which a command needs
/// (<https://docs.github.com/actions/tutorials/create-actions/create-a-docker-container-action>), so only jobnet's own
/// kinds of stages run in jobnet's.
fn run(shared: &Shared<'_>, index: usize, is_command: bool, secrets: Vec<Pair>) -> RunView {
    let env = Scalar::expression(&Expression::of(&shared.env));
    let mut variables = Vec::new();
    if is_command {
        variables.push(Pair::of("JOBNET_ENV", env.clone()));
        variables.push(Pair::of("JOBNET_SPEC", Scalar::text(&shared.file)));
    }
    let output =
        |name: &str| Scalar::expression(&Expression::of(format!("needs.{}.outputs.{name}", shared.start)));
    variables.push(Pair::of("JOBNET_RUN_ID", output("run_id")));
    variables.push(Pair::of("JOBNET_JOB_START_AT", output("job_start_at")));
    // `inputs` is empty in a run that a schedule started, and `inputs.dry_run || true` would be true in all
    // (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context>).
    variables
        .push(Pair::of("JOBNET_DRY_RUN", Scalar::expression(&Expression::of("inputs.dry_run || false"))));
    if shared.net.plans.iter().any(|plan| plan.confirm) {
        variables.push(Pair::of("JOBNET_YES", Scalar::text("true")));
    }
    if shared.net.everywhere(index).any(|(_, stage)| stage.timing.retries > 0) {
        let retries = shared.number(index, |stage| u64::from(stage.timing.retries));
        variables.push(Pair::of("JOBNET_RETRIES", retries));
    }
    if shared.net.everywhere(index).any(|(_, stage)| rate::told(stage).is_some()) {
        let share = shared.number(index, |stage| u64::from(stage.rate_share.get()));
        variables.push(Pair::of(rate::VARIABLE, share));
    }
    variables.extend(secrets);
    RunView {
        action: (!is_command).then(|| shared.action.clone()),
        with: vec![
            Pair::of("command", Scalar::text("run")),
            Pair::of("spec", Scalar::text(&shared.spec)),
            Pair::of("stages", Scalar::text(&shared.net.stages[index].name)),
            Pair::of("env", env),
        ],
        env: variables,
    }
}

impl Shared<'_> {
    /// A number that a stage may have another of in each environment.
    fn number(&self, stage: usize, of: impl Fn(&Stage) -> u64) -> Scalar {
        let numbers = self.net.everywhere(stage).map(|(plan, stage)| (plan.env.as_str(), of(stage)));
        by_env::number(&self.env, &numbers.collect::<Vec<_>>())
    }
}
