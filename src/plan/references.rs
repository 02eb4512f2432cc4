use crate::spec::{
    AwsSpec, CloudRunSpec, Document, EgressSpec, EnvFromSpec, GithubSpec, KubernetesSpec, Name, Problem,
    Spanned, Spec, VolumeSpec,
};

use super::compile::Compiler;
use super::problem::PlanProblem;
use super::uses::Uses;

/// Reports the names of stages and environments, in groups, targets and needs, that stand for nothing.
pub(super) fn check_references(spec: &Spec, document: &Document, compiler: &mut Compiler<'_>) {
    let stages: Vec<String> = document.stages.names().map(|name| name.value.clone()).collect();
    let environments: Vec<String> = spec.environment_names().iter().map(|name| name.value.clone()).collect();
    let mut check = |what: &'static str, known: &[String], name: &Spanned<String>| {
        if !known.contains(&name.value) {
            compiler.report(
                PlanProblem::Unknown { what, name: name.value.clone(), known: known.to_vec() },
                name.span,
            );
        }
    };
    for (_, members) in document.groups.iter().flat_map(|groups| groups.iter()) {
        members.iter().for_each(|Name(member)| check("stage", &stages, member));
    }
    let targets = document.targets.as_ref();
    if let Some(kubernetes) = targets.and_then(|targets| targets.kubernetes.as_ref()) {
        kubernetes.environments.iter().for_each(|Name(env)| check("environment", &environments, env));
        let tags = kubernetes.tags.iter().flat_map(|tags| tags.names());
        tags.for_each(|env| check("environment", &environments, env));
        let names = kubernetes.names.iter().flat_map(|names| names.names());
        names.for_each(|stage| check("stage", &stages, stage));
        let of_rules =
            kubernetes.egress.iter().flatten().filter_map(|rule| rule.environments.as_ref()).flatten();
        of_rules.for_each(|Name(env)| check("environment", &environments, env));
    }
    if let Some(GithubSpec { environments: runs_in, default_environment, .. }) =
        targets.and_then(|targets| targets.github.as_ref())
    {
        let names = runs_in.iter().chain(default_environment);
        names.for_each(|Name(env)| check("environment", &environments, env));
    }
    if let Some(cloud_run) = targets.and_then(|targets| targets.cloud_run.as_ref()) {
        cloud_run.environments.iter().for_each(|Name(env)| check("environment", &environments, env));
        cloud_run.texts().for_each(|text| {
            compiler.plain(text);
        });
        if cloud_run.project.is_none() && compiler.declared().variables().contains_key(CloudRunSpec::PROJECT)
        {
            let project = CloudRunSpec::PROJECT.to_owned();
            compiler.add_uses(&Uses { variables: [project].into(), ..Uses::default() });
        }
    }
    check_needs(document, &stages, compiler);
    if let Some(kubernetes) = targets.and_then(|targets| targets.kubernetes.as_ref()) {
        check_sources(kubernetes, compiler);
    }
    if let Some(aws) = targets.and_then(|targets| targets.github.as_ref()?.aws.as_ref()) {
        check_login(aws, compiler);
    }
}

/// A workflow becomes a role at AWS, or has an access key with both of its halves.
fn check_login(aws: &AwsSpec, compiler: &mut Compiler<'_>) {
    let AwsSpec { role_to_assume, access_key_id, secret_access_key, unread, span, .. } = aws;
    if !unread.is_empty() {
        return;
    }
    let has_key = access_key_id.is_some() || secret_access_key.is_some();
    if role_to_assume.is_some() == has_key {
        let keys = [("role_to_assume", role_to_assume.is_some()), ("access_key_id", has_key)];
        compiler.not_one("`aws`", keys, *span);
    } else if has_key && (access_key_id.is_none() || secret_access_key.is_none()) {
        let key = if access_key_id.is_none() { "access_key_id" } else { "secret_access_key" };
        compiler.report(Problem::MissingKey { key, owner: "`aws`", expected: "a name" }, *span);
    }
}

fn check_needs(document: &Document, stages: &[String], compiler: &mut Compiler<'_>) {
    for (stage, needs) in
        document.stages.iter().filter_map(|(name, stage)| Some((name, stage.needs.as_ref()?)))
    {
        for Name(need) in needs.iter().filter(|Name(need)| !stages.contains(&need.value)) {
            let problem = PlanProblem::UnknownNeed {
                stage: stage.value.clone(),
                need: need.value.clone(),
                known: stages.to_vec(),
            };
            compiler.report(problem, need.span);
        }
    }
}

/// A volume, a source of the environment, and whom a rule of egress is about, is one thing.
fn check_sources(kubernetes: &KubernetesSpec, compiler: &mut Compiler<'_>) {
    let mut check = |owner, keys: [(&'static str, bool); 2], unread: &[&'static str], span| {
        let there = keys.iter().filter(|(_, is_there)| *is_there).count();
        if there != 1 && !keys.iter().any(|(key, _)| unread.contains(key)) {
            compiler.not_one(owner, keys, span);
        }
    };
    for EnvFromSpec { secret, config_map, unread, span } in kubernetes.env_from.iter().flatten() {
        let keys = [("secret", secret.is_some()), ("config_map", config_map.is_some())];
        check("a source of the environment", keys, unread, *span);
    }
    for VolumeSpec { claim, config_map, unread, span, .. } in kubernetes.volumes.iter().flatten() {
        let keys = [("claim", claim.is_some()), ("config_map", config_map.is_some())];
        check("a volume", keys, unread, *span);
    }
    for EgressSpec { pods, cidr, unread, span, .. } in kubernetes.egress.iter().flatten() {
        let keys = [("pods", pods.is_some()), ("cidr", cidr.is_some())];
        check("a rule of egress", keys, unread, *span);
    }
}
