use serde::Serialize;

use crate::plan::{EnvSource, Kubernetes, LOG_LEVEL, Plan, Schedule, Stage, Variable};

use super::super::rate;

/// What a run takes for the last firing of its stage's schedule, less the offset, so that all stages of a net's run
/// agree on when that began and what it is called, although nobody hands it on.
const BY_SCHEDULE: [&str; 2] = ["JOBNET_RUN_ID", "JOBNET_JOB_START_AT"];

/// An environment variable of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct EnvVar<'a> {
    name: &'a str,
    /// The value as a manifest writes it; `None` for one that a Secret holds.
    value: Option<String>,
    secret: Option<SecretKey<'a>>,
}

/// Where a Secret holds a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SecretKey<'a> {
    /// The Secret.
    name: &'a str,
    /// The key in it.
    key: String,
    /// True where the pod starts without it too.
    optional: bool,
}

/// Exactly the variables and secrets that a stage uses, and which run of the net it is. `LOG_LEVEL`, which every stage has,
/// is among them where the spec gives it a value: a program on another image may have one from elsewhere.
///
/// A variable that is made from a secret is not among them: it is made where the stage runs.
pub(super) fn of<'a>(kubernetes: &'a Kubernetes, plan: &'a Plan, stage: &'a Stage) -> Vec<EnvVar<'a>> {
    let plain = |name, value: &str| EnvVar { name, value: Some(literal(value)), secret: None };
    let mut all = Vec::new();
    if matches!(stage.timing.schedule, Schedule::Cron(_)) {
        all.extend(BY_SCHEDULE.map(|name| plain(name, "schedule")));
    }
    if plan.confirm {
        all.push(plain("JOBNET_YES", "true"));
    }
    all.extend(rate::told(stage).map(|share| plain(rate::VARIABLE, &share)));
    let values = plan.declared.variables();
    let is_given = |name: &str, variable: &Variable| {
        stage.uses.variables.contains(name) || name == LOG_LEVEL && !variable.is_implicit
    };
    for (name, _) in values.iter().filter(|(name, variable)| is_given(name, variable)) {
        // What needs a secret has no value here.
        // A run refuses an environment whose variables have not the values by which it is known.
        let value = plan.when.get(name).or_else(|| plan.declared.known(name));
        all.extend(value.map(|value| plain(name, value)));
    }
    if let Some(secret) = &kubernetes.secret {
        all.extend(stage.uses.all_secrets().map(|name| {
            let optional = stage.uses.optional_secrets.contains(name);
            let key = SecretKey { name: &secret.value, key: plan.secret_name(name), optional };
            EnvVar { name, value: None, secret: Some(key) }
        }));
    }
    all
}

/// True where secrets come from elsewhere: from a Secret all of whose keys the containers are given.
pub(super) fn has_secrets_from_elsewhere(kubernetes: &Kubernetes) -> bool {
    kubernetes.env_from.iter().any(|source| matches!(source, EnvSource::Secret(_)))
}

/// A text that Kubernetes leaves as it is: in arguments and values `$(NAME)` is a variable, and `$$` is `$`
/// (<https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>).
pub(super) fn literal(text: &str) -> String {
    if text.contains("$(") || text.contains("$$") { text.replace('$', "$$") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What Kubernetes makes of a value where no variable is defined but `A`, by the document's words.
    fn expanded(text: &str) -> String {
        let mut rest = text;
        let mut expanded = String::new();
        while let Some(at) = rest.find('$') {
            expanded.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                expanded.push('$');
                rest = after;
            } else if let Some(after) = rest.strip_prefix("(A)") {
                expanded.push_str("value");
                rest = after;
            } else {
                expanded.push('$');
            }
        }
        expanded + rest
    }

    proptest! {
        #[test]
        fn what_is_literal_stays_as_it_is(text in r"[$()A ]{0,12}") {
            prop_assert_eq!(expanded(&literal(&text)), text);
        }
    }

    #[test]
    fn what_kubernetes_would_not_touch_is_not_touched() {
        assert_eq!(literal("${HOME} costs 5$"), "${HOME} costs 5$");
        assert_eq!(literal("$(A)"), "$$(A)");
    }
}
