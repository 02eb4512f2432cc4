use crate::diag::{Fault as _, Findings, Span};
use crate::plan::{Aws, AwsLogin, Google, Plan, Reach};

use super::expression::Expression;
use super::lock::Lock;
use super::net::Net;
use super::scalar::Scalar;
use super::secrets::Secrets;
use super::view::{CredentialsView, Pair, PermissionView};

/// What logs a workflow in to AWS, and to Google Cloud.
const AWS: &str = "aws-actions/configure-aws-credentials@v6";
const GOOGLE: &str = "google-github-actions/auth@v3";

/// Minutes for which a role is taken on unless a step says otherwise
/// (<https://github.com/aws-actions/configure-aws-credentials#session-naming-and-tagging>), and the most that AWS allows
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>).
const MINUTES_OF_A_ROLE: u64 = 60;
pub(super) const MOST_MINUTES_OF_A_ROLE: u64 = 720;

/// The right to ask for a token by which a cloud knows the workflow
/// (<https://docs.github.com/actions/reference/security/oidc>).
const OIDC: PermissionView =
    PermissionView { scope: "id-token", access: "write", comment: "known to the cloud by OIDC" };

/// What a stage's job needs to reach clouds: steps, and whether it must be known by OIDC.
pub(super) struct Credentials<'a> {
    net: &'a Net<'a>,
    secrets: Secrets<'a>,
    /// The environments in which the stage reaches AWS, and those in which it reaches Google Cloud.
    aws: Vec<&'a Plan>,
    google: Vec<&'a Plan>,
}

impl<'a> Credentials<'a> {
    pub(super) fn of(net: &'a Net<'a>, stage: usize, secrets: Secrets<'a>) -> Self {
        let reaches: Vec<(&Plan, Reach)> =
            net.everywhere(stage).map(|(plan, stage)| (plan, plan.reach(stage))).collect();
        let plans = |cloud: fn(&Reach) -> bool| {
            reaches.iter().filter(|(_, reach)| cloud(reach)).map(|(plan, _)| *plan).collect()
        };
        Self { net, secrets, aws: plans(|reach| reach.aws), google: plans(|reach| reach.google) }
    }

    /// The right that the job needs for its steps, if any.
    pub(super) fn permission(&self) -> Option<PermissionView> {
        let by_role = self.aws().is_some_and(|aws| matches!(aws.login, AwsLogin::Role(_)));
        (by_role || self.google().is_some()).then_some(OIDC)
    }

    /// The steps. `minutes` is the most that the job may take.
    pub(super) fn steps(&self, minutes: u64, lock: &Lock, findings: &mut Findings) -> Vec<CredentialsView> {
        let mut steps = Vec::new();
        if let Some(aws) = self.aws() {
            let mut with = inputs(self.of_aws(aws, findings));
            let seconds = self.role_seconds(minutes);
            with.extend(seconds.map(|seconds| Pair::of("role-duration-seconds", Scalar::number(seconds))));
            steps.extend(self.step((AWS, aws.place), with, &self.aws, lock, findings));
        }
        if let Some(google) = self.google() {
            let with = inputs(self.of_google(google, findings));
            steps.extend(self.step((GOOGLE, google.place), with, &self.google, lock, findings));
        }
        steps
    }

    /// What a workflow that is called logs in with, by the names that it has for that.
    pub(super) fn secrets(&self, findings: &mut Findings) -> Vec<Pair> {
        let mut values = self.aws().map(|aws| self.of_aws(aws, findings)).unwrap_or_default();
        values.extend(self.google().map(|google| self.of_google(google, findings)).unwrap_or_default());
        let pair = |value: LoginValue| Pair::of(value.secret, Scalar::expression(&value.value));
        values.into_iter().map(pair).collect()
    }

    /// For how many seconds the job is to have its role of AWS, where that is longer than roles last by themselves.
    pub(super) fn role_seconds(&self, minutes: u64) -> Option<u64> {
        let is_long = matches!(self.aws()?.login, AwsLogin::Role(_)) && minutes > MINUTES_OF_A_ROLE;
        is_long.then(|| minutes.min(MOST_MINUTES_OF_A_ROLE) * 60)
    }

    fn step(
        &self,
        (action, place): (&str, Span),
        with: Vec<Pair>,
        users: &[&Plan],
        lock: &Lock,
        findings: &mut Findings,
    ) -> Option<CredentialsView> {
        let is_user = |plan: &&Plan| format!("{} == {}", self.secrets.env, Expression::literal(&plan.env));
        let of_some = users.len() < self.net.plans.len();
        let condition =
            of_some.then(|| Expression::of(users.iter().map(is_user).collect::<Vec<_>>().join(" || ")));
        match lock.pinned(action) {
            Ok(uses) => {
                Some(CredentialsView { condition: condition.as_ref().map(Scalar::expression), uses, with })
            }
            Err(problem) => {
                findings.push(problem.at(place));
                None
            }
        }
    }

    /// The target's words on AWS, where the stage reaches it.
    fn aws(&self) -> Option<&'a Aws> {
        self.net.target.aws.as_ref().filter(|_| !self.aws.is_empty())
    }

    /// The target's words on Google Cloud, where the stage reaches it.
    fn google(&self) -> Option<&'a Google> {
        self.net.target.google.as_ref().filter(|_| !self.google.is_empty())
    }

    fn of_aws(&self, aws: &Aws, findings: &mut Findings) -> Vec<LoginValue> {
        let mut value = |input, secret, name: &str| {
            let value = self.secrets.of(name, &self.aws, aws.place, findings);
            LoginValue { input, secret, value }
        };
        let mut values = match &aws.login {
            AwsLogin::Role(role) => vec![value("role-to-assume", "AWS_ROLE_TO_ASSUME", role)],
            AwsLogin::AccessKey { id, secret } => vec![
                value("aws-access-key-id", "AWS_ACCESS_KEY_ID", id),
                value("aws-secret-access-key", "AWS_SECRET_ACCESS_KEY", secret),
            ],
        };
        values.push(value("aws-region", "AWS_REGION", &aws.region));
        values
    }

    fn of_google(&self, google: &Google, findings: &mut Findings) -> Vec<LoginValue> {
        let names = [
            (
                "workload_identity_provider",
                "GOOGLE_WORKLOAD_IDENTITY_PROVIDER",
                &google.workload_identity_provider,
            ),
            ("service_account", "GOOGLE_SERVICE_ACCOUNT", &google.service_account),
        ];
        let value = |(input, secret, name): (_, _, &String)| {
            let value = self.secrets.of(name, &self.google, google.place, findings);
            LoginValue { input, secret, value }
        };
        names.map(value).into()
    }
}

/// A value that a login takes.
struct LoginValue {
    /// What the action that logs in calls it.
    input: &'static str,
    /// What `jobnet-stage.yml` calls it.
    secret: &'static str,
    value: Expression,
}

fn inputs(values: Vec<LoginValue>) -> Vec<Pair> {
    values.into_iter().map(|value| Pair::of(value.input, Scalar::expression(&value.value))).collect()
}
