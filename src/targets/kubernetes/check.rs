use crate::diag::{Fault as _, Findings, Span};
use crate::plan::{Egress, EnvSource, Kubernetes, Pair, Peer, Plans, VolumeSource};

use super::environment::has_secrets_from_elsewhere;
use super::names;
use super::pod::taken_mounts;
use super::problem::KubernetesProblem;
use super::rule::{
    CIDR, DATA_KEY, IMAGE, LABEL_KEY, LABEL_VALUE, MOUNT, NAMESPACE, OBJECT_NAME, PORT, QUANTITY, Rule, TAG,
};
use super::timing::{MIN_START_WITHIN, start_within};

/// Reports what Kubernetes or kustomize would refuse of what a spec says.
pub(super) fn check(kubernetes: &Kubernetes, plans: &Plans, findings: &mut Findings) {
    names::check(kubernetes, plans, findings);
    check_texts(kubernetes, findings);
    check_images(kubernetes, findings);
    check_labels(kubernetes, findings);
    check_mounts(kubernetes, plans, findings);
    check_stages(kubernetes, plans, findings);
}

fn refuse(rule: &'static Rule, text: &str, span: Span, findings: &mut Findings) {
    if !(rule.fits)(text) {
        findings.push(KubernetesProblem::Refused { found: text.to_owned(), rule }.at(span));
    }
}

fn check_texts(kubernetes: &Kubernetes, findings: &mut Findings) {
    let mut refuse = |rule, text: &str, span| refuse(rule, text, span, findings);
    if let Some(namespace) = &kubernetes.namespace {
        for env in &kubernetes.environments {
            refuse(&NAMESPACE, &namespace.value.replace("{env}", env), namespace.span);
        }
    }
    for name in kubernetes.service_account.iter().chain(&kubernetes.secret) {
        refuse(&OBJECT_NAME, &name.value, name.span);
    }
    for EnvSource::Secret(name) | EnvSource::ConfigMap(name) in &kubernetes.env_from {
        refuse(&OBJECT_NAME, &name.value, name.span);
    }
    let resources = &kubernetes.resources;
    for (_, amount) in resources.requests.iter().chain(&resources.limits) {
        refuse(&QUANTITY, &amount.value, amount.span);
    }
    for Egress { peer, port, .. } in kubernetes.egress.iter().flatten() {
        refuse(&PORT, &port.value.to_string(), port.span);
        if let Peer::Cidr(cidr) = peer {
            refuse(&CIDR, &cidr.value, cidr.span);
        }
    }
}

fn check_images(kubernetes: &Kubernetes, findings: &mut Findings) {
    for image in [&kubernetes.image].into_iter().chain(&kubernetes.jobnet_image) {
        refuse(&IMAGE, &image.value, image.span, findings);
    }
    for tag in kubernetes.tags.values().chain(&kubernetes.jobnet_tag) {
        refuse(&TAG, &tag.value, tag.span, findings);
    }
    for env in kubernetes.environments.iter().filter(|env| !kubernetes.tags.contains_key(*env)) {
        findings.push(KubernetesProblem::NoTag { env: env.clone() }.at(kubernetes.place));
    }
    match (&kubernetes.jobnet_image, &kubernetes.jobnet_tag) {
        (None, Some(tag)) => findings.push(KubernetesProblem::TagOfNothing.at(tag.span)),
        (Some(image), _) if image.value == kubernetes.image.value => {
            findings.push(KubernetesProblem::SameImage.at(image.span));
        }
        _ => {}
    }
    if let Some(command) = &kubernetes.command {
        let span = command.first().map_or(kubernetes.place, |word| word.span);
        if command.first().is_none_or(|program| program.value.trim().is_empty()) {
            findings.push(KubernetesProblem::NoProgram.at(span));
        } else if kubernetes.jobnet_image.is_some() {
            findings.push(KubernetesProblem::CommandBesideImage.at(span));
        }
    }
}

fn check_labels(kubernetes: &Kubernetes, findings: &mut Findings) {
    let of_others = kubernetes.egress.iter().flatten().flat_map(|rule| match &rule.peer {
        Peer::Pods(labels) => labels.as_slice(),
        Peer::Cidr(_) => &[],
    });
    let of_others: Vec<&Pair> = of_others.chain(kubernetes.near.iter().flatten()).collect();
    for (key, value) in kubernetes.labels.iter().chain(of_others) {
        refuse(&LABEL_KEY, &key.value, key.span, findings);
        refuse(&LABEL_VALUE, &value.value, value.span, findings);
    }
    for (key, _) in &kubernetes.labels {
        if names::OWN_LABELS.contains(&key.value.as_str()) {
            findings.push(KubernetesProblem::OwnLabel { key: key.value.clone() }.at(key.span));
        }
    }
}

fn check_mounts(kubernetes: &Kubernetes, plans: &Plans, findings: &mut Findings) {
    let mut taken = taken_mounts(kubernetes, plans);
    for volume in &kubernetes.volumes {
        let mount = &volume.mount;
        refuse(&MOUNT, &mount.value, mount.span, findings);
        match &volume.source {
            VolumeSource::Claim(name) => refuse(&OBJECT_NAME, &name.value, name.span, findings),
            VolumeSource::ConfigMap { name, key } => {
                refuse(&OBJECT_NAME, &name.value, name.span, findings);
                key.iter().for_each(|key| refuse(&DATA_KEY, &key.value, key.span, findings));
            }
        }
        if let Some((_, by)) = taken.iter().find(|(path, _)| *path == mount.value) {
            let problem = KubernetesProblem::MountTaken { mount: mount.value.clone(), by: by.clone() };
            findings.push(problem.at(mount.span));
        }
        taken.push((mount.value.clone(), "another volume".to_owned()));
    }
}

fn check_stages(kubernetes: &Kubernetes, plans: &Plans, findings: &mut Findings) {
    for plan in kubernetes.environments.iter().filter_map(|env| plans.environments.get(env)) {
        for stage in &plan.stages {
            let late = start_within(stage);
            if late < MIN_START_WITHIN {
                let found = format!("{} s", late.as_secs_f64());
                let place = stage.timing.places.start_within.unwrap_or(stage.place);
                findings.push(KubernetesProblem::StartWithinTooShort { found }.at(place));
            }
            for url in plan.written_beside(stage) {
                let problem = KubernetesProblem::WritesBesideSpec { stage: stage.name.clone(), url };
                findings.push(problem.at(stage.place));
            }
            if kubernetes.secret.is_some() {
                for secret in stage.uses.all_secrets() {
                    refuse(&DATA_KEY, &plan.secret_name(secret), kubernetes.place, findings);
                }
            } else if stage.uses.all_secrets().next().is_some() && !has_secrets_from_elsewhere(kubernetes) {
                let secrets = stage.uses.all_secrets().cloned().collect();
                let problem = KubernetesProblem::NoSecret { stage: stage.name.clone(), secrets };
                findings.push(problem.at(kubernetes.place));
            }
        }
    }
}
