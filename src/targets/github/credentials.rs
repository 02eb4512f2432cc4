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
        let target = self.net.target;
        let is_role = target.aws.as_ref().is_some_and(|aws| matches!(aws.login, AwsLogin::Role(_)));
        let aws = is_role && !self.aws.is_empty();
        let google = target.google.is_some() && !self.google.is_empty();
        (aws || google).then_some(OIDC)
    }

    /// The steps. `minutes` is the most that the job may take.
    pub(super) fn steps(&self, minutes: u64, lock: &Lock, findings: &mut Findings) -> Vec<CredentialsView> {
        let mut steps = Vec::new();
        if let Some(aws) = self.net.target.aws.as_ref().filter(|_| !self.aws.is_empty()) {
            let with = self.with_aws(aws, minutes, findings);
            steps.extend(self.step((AWS, aws.place), with, &self.aws, lock, findings));
        }
        if let Some(google) = self.net.target.google.as_ref().filter(|_| !self.google.is_empty()) {
            let with = self.with_google(google, findings);
            steps.extend(self.step((GOOGLE, google.place), with, &self.google, lock, findings));
        }
        steps
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

    fn with_aws(&self, aws: &Aws, minutes: u64, findings: &mut Findings) -> Vec<Pair> {
        let mut secret = |name: &str| self.secrets.of(name, &self.aws, aws.place, findings);
        let mut with = match &aws.login {
            AwsLogin::Role(role) => vec![Pair::of("role-to-assume", secret(role))],
            AwsLogin::AccessKey { id, secret: key } => vec![
                Pair::of("aws-access-key-id", secret(id)),
                Pair::of("aws-secret-access-key", secret(key)),
            ],
        };
        with.push(Pair::of("aws-region", secret(&aws.region)));
        if matches!(aws.login, AwsLogin::Role(_)) && minutes > MINUTES_OF_A_ROLE {
            let seconds = minutes.min(MOST_MINUTES_OF_A_ROLE) * 60;
            with.push(Pair::of("role-duration-seconds", Scalar::number(seconds)));
        }
        with
    }

    fn with_google(&self, google: &Google, findings: &mut Findings) -> Vec<Pair> {
        let mut secret = |name: &str| self.secrets.of(name, &self.google, google.place, findings);
        vec![
            Pair::of("workload_identity_provider", secret(&google.workload_identity_provider)),
            Pair::of("service_account", secret(&google.service_account)),
        ]
    }
}
