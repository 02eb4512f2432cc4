use crate::diag::{Fault as _, Findings};
use crate::plan::Stage;

use super::super::rate;
use super::by_env;
use super::credentials::Credentials;
use super::expression::Expression;
use super::minutes::minutes;
use super::problem::{GithubProblem, MOST_MINUTES};
use super::scalar::Scalar;
use super::secrets::Secrets;
use super::selector::Selectors;
use super::view::{CallView, Pair, PermissionView, RunView, StageView, StepsView, Uses, WorkView};
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
    let needs = selectors.asked(index).into_iter().map(|need| shared.net.stages[need].name.clone());
    let secrets = Secrets { net: shared.net, env: &shared.env };
    let job = Job {
        shared,
        index,
        most_minutes: most_minutes(shared, index, findings),
        credentials: Credentials::of(shared.net, index, secrets),
        secrets: secrets.of_stage(index, findings),
    };
    // What is called runs in a container, and knows nothing of the runner's tools.
    let call = shared.reusable.as_ref().filter(|_| !job.is_command());
    StageView {
        name: stage.name.clone(),
        needs: [shared.start.clone()].into_iter().chain(needs).collect(),
        condition: condition(shared, selectors, index, findings),
        permissions: [CHECKOUT].into_iter().chain(job.credentials.permission()).collect(),
        work: match call {
            Some(uses) => WorkView::Call(job.call(uses, findings)),
            None => WorkView::Steps(job.steps(findings)),
        },
    }
}

/// The most minutes that the job may take.
fn most_minutes(shared: &Shared<'_>, index: usize, findings: &mut Findings) -> u64 {
    let stage = &shared.net.stages[index];
    let most = shared.net.everywhere(index).map(|(_, stage)| minutes(stage.timing.timeout)).max();
    let most = most.unwrap_or(1);
    if most > MOST_MINUTES && shared.net.target.runner.is_none() {
        let place = stage.timing.places.timeout.unwrap_or(stage.place);
        let (stage, minutes) = (stage.name.clone(), most);
        findings.push(GithubProblem::LongTimeout { stage, minutes }.at(place));
    }
    most
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

/// A job while it is decided.
struct Job<'a> {
    shared: &'a Shared<'a>,
    /// Which stage it runs.
    index: usize,
    most_minutes: u64,
    credentials: Credentials<'a>,
    /// The secrets of the stage, by the names that it knows them by.
    secrets: Vec<(String, Expression)>,
}

impl Job<'_> {
    fn stage(&self) -> &Stage {
        &self.shared.net.stages[self.index]
    }

    /// A container knows nothing of the runner's tools, which a command needs
    /// (<https://docs.github.com/actions/tutorials/create-actions/create-a-docker-container-action>), so only jobnet's own
    /// kinds of stages run in jobnet's.
    fn is_command(&self) -> bool {
        self.stage().work.is_command()
    }

    fn steps(self, findings: &mut Findings) -> StepsView {
        let shared = self.shared;
        let is_command = self.is_command();
        StepsView {
            timeout_minutes: self.timeout_minutes(),
            environment: self.environment(),
            working_directory: shared.directory.as_deref().filter(|_| is_command).map(Scalar::text),
            credentials: self.credentials.steps(self.most_minutes, &shared.lock, findings),
            setup: if is_command { shared.setup.clone() } else { Vec::new() },
            install: is_command.then(|| shared.install.clone()),
            run: self.run(),
        }
    }

    /// The step that runs the stage.
    fn run(self) -> RunView {
        let shared = self.shared;
        let is_command = self.is_command();
        let env = Scalar::expression(&Expression::of(&shared.env));
        let mut variables = Vec::new();
        if is_command {
            variables.push(Pair::of("JOBNET_ENV", env.clone()));
            variables.push(Pair::of("JOBNET_SPEC", Scalar::text(&shared.file)));
        }
        variables.extend(self.told().into_iter().map(|(name, value)| Pair::of(variable(name), value)));
        let secrets = self.secrets.into_iter();
        variables.extend(secrets.map(|(name, secret)| Pair::of(name, Scalar::expression(&secret))));
        RunView {
            action: (!is_command).then(|| shared.action.clone()),
            with: vec![
                Pair::of("command", Scalar::text("run")),
                Pair::of("spec", Scalar::text(&shared.spec)),
                Pair::of("stages", Scalar::text(&shared.net.stages[self.index].name)),
                Pair::of("env", env),
            ],
            env: variables,
        }
    }

    /// The call of `jobnet-stage.yml`.
    fn call(self, uses: &Uses, findings: &mut Findings) -> CallView {
        let shared = self.shared;
        let mut with = vec![
            Pair::of("stage", Scalar::text(&self.stage().name)),
            Pair::of("spec", Scalar::text(&shared.spec)),
            Pair::of("env", Scalar::expression(&Expression::of(&shared.env))),
        ];
        with.extend(self.environment().map(|environment| Pair::of("environment", environment)));
        let runner = shared.net.target.runner.as_ref();
        with.extend(runner.map(|runner| Pair::of("runner", Scalar::text(&runner.value))));
        with.push(Pair::of("timeout_minutes", self.timeout_minutes()));
        with.extend(self.told().into_iter().map(|(name, value)| Pair::of(name, value)));
        let lines: Vec<String> =
            self.secrets.iter().map(|(name, secret)| format!("{name}={}", secret.as_json())).collect();
        // A text with several expressions is one to GitHub.
        let length = lines.iter().map(|line| line.len() + "\n".len()).sum::<usize>();
        if !Expression::fits(length) {
            let stage = self.stage();
            findings.push(GithubProblem::LongSecrets { stage: stage.name.clone(), length }.at(stage.place));
        }
        let seconds = self.credentials.role_seconds(self.most_minutes);
        with.extend(seconds.map(|seconds| Pair::of("aws_role_seconds", Scalar::number(seconds))));
        CallView { uses: uses.clone(), with, secrets: self.credentials.secrets(findings), lines }
    }

    fn timeout_minutes(&self) -> Scalar {
        self.shared.number(self.index, |stage| minutes(stage.timing.timeout))
    }

    /// The environment of GitHub's, where each is one.
    fn environment(&self) -> Option<Scalar> {
        let is_one = self.shared.net.target.github_environments;
        is_one.then(|| Scalar::expression(&Expression::of(&self.shared.env)))
    }

    /// What the stage is told of the run, by the names of the called workflow's inputs.
    fn told(&self) -> Vec<(&'static str, Scalar)> {
        let shared = self.shared;
        let output = |name: &str| {
            Scalar::expression(&Expression::of(format!("needs.{}.outputs.{name}", shared.start)))
        };
        let mut told = vec![
            ("run_id", output("run_id")),
            ("job_start_at", output("job_start_at")),
            // `inputs` is empty in a run that a schedule started, and `inputs.dry_run || true` would be true in all
            // (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context>).
            ("dry_run", Scalar::expression(&Expression::of("inputs.dry_run || false"))),
        ];
        if shared.net.plans.iter().any(|plan| plan.confirm) {
            told.push(("confirmed", Scalar::yes()));
        }
        let mut everywhere = shared.net.everywhere(self.index);
        if everywhere.any(|(_, stage)| stage.timing.retries > 0) {
            told.push(("retries", shared.number(self.index, |stage| u64::from(stage.timing.retries))));
        }
        let mut everywhere = shared.net.everywhere(self.index);
        if everywhere.any(|(_, stage)| rate::told(stage).is_some()) {
            told.push(("rate_share", shared.number(self.index, |stage| u64::from(stage.rate_share.get()))));
        }
        told
    }
}

/// The variable that says what an input of the called workflow does.
fn variable(input: &str) -> String {
    match input {
        "confirmed" => "JOBNET_YES".to_owned(),
        other => format!("JOBNET_{}", other.to_ascii_uppercase()),
    }
}

impl Shared<'_> {
    /// A number that a stage may have another of in each environment.
    fn number(&self, stage: usize, of: impl Fn(&Stage) -> u64) -> Scalar {
        let numbers = self.net.everywhere(stage).map(|(plan, stage)| (plan.env.as_str(), of(stage)));
        by_env::number(&self.env, &numbers.collect::<Vec<_>>())
    }
}
