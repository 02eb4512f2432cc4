use serde::Serialize;

use crate::plan::{Egress, Kubernetes, Peer};

use super::pod::{Entry, entries};

/// What pods may reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Rule<'a> {
    /// Labels of the pods that it is about.
    pods: Vec<Entry<'a>>,
    /// The addresses, where it is about those.
    cidr: Option<&'a str>,
    port: u32,
}

/// The rules that stand in all environments of the target.
pub(super) fn everywhere(kubernetes: &Kubernetes) -> Option<Vec<Rule<'_>>> {
    let rules = kubernetes.egress.as_ref()?;
    Some(rules.iter().filter(|rule| rule.environments.is_none()).map(Rule::of).collect())
}

/// The rules that stand in an environment and not in all.
pub(super) fn only_in<'a>(kubernetes: &'a Kubernetes, env: &str) -> Vec<Rule<'a>> {
    let is_there = |rule: &&Egress| {
        rule.environments.as_ref().is_some_and(|environments| environments.iter().any(|name| name == env))
    };
    kubernetes.egress.iter().flatten().filter(is_there).map(Rule::of).collect()
}

impl<'a> Rule<'a> {
    fn of(rule: &'a Egress) -> Self {
        let port = rule.port.value;
        match &rule.peer {
            Peer::Pods(labels) => Self { pods: entries(labels), cidr: None, port },
            Peer::Cidr(cidr) => Self { pods: Vec::new(), cidr: Some(&cidr.value), port },
        }
    }
}
