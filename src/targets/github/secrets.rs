use std::collections::BTreeMap;

use crate::diag::{Fault as _, Findings, Span};
use crate::plan::Plan;

use super::by_env;
use super::expression::Expression;
use super::net::Net;
use super::problem::GithubProblem;

/// What hands secrets over, by the names that they have where a workflow runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Secrets<'a> {
    pub(super) net: &'a Net<'a>,
    /// The expression of the environment.
    pub(super) env: &'a str,
}

impl Secrets<'_> {
    /// A secret for the environments of some plans.
    pub(super) fn of(
        self,
        secret: &str,
        users: &[&Plan],
        place: Span,
        findings: &mut Findings,
    ) -> Expression {
        let is_user = |plan: &Plan| users.iter().any(|user| user.env == plan.env);
        let name = |plan: &Plan| is_user(plan).then(|| plan.secret_name(secret));
        let names: Vec<(&str, Option<String>)> =
            self.net.plans.iter().map(|plan| (plan.env.as_str(), name(plan))).collect();
        for plan in users {
            let name = plan.secret_name(secret);
            if !is_name(&name) {
                // An environment is what gives a secret another name.
                let place = if name == secret { place } else { plan.place.unwrap_or(place) };
                findings.push(GithubProblem::SecretName { name }.at(place));
            }
        }
        by_env::secret(self.env, &names)
    }

    /// The secrets that a stage uses, by the names that the stage knows them by.
    pub(super) fn of_stage(self, stage: usize, findings: &mut Findings) -> Vec<(String, Expression)> {
        let mut users: BTreeMap<&String, Vec<&Plan>> = BTreeMap::new();
        for (plan, stage) in self.net.everywhere(stage) {
            for secret in stage.uses.all_secrets() {
                users.entry(secret).or_default().push(plan);
            }
        }
        let place = self.net.stages[stage].place;
        let secret = |(secret, users): (&String, Vec<&Plan>)| {
            (secret.clone(), self.of(secret, &users, place, findings))
        };
        users.into_iter().map(secret).collect()
    }
}

/// What GitHub can keep a secret under (<https://docs.github.com/actions/reference/security/secrets#naming-your-secrets>).
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.to_ascii_uppercase().starts_with("GITHUB_")
}
