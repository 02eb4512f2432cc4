use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::diag::{Diagnostic, Fault, Findings};
use crate::plan::{Kubernetes, Plan, Plans, Stage, StageFile};

use super::super::origin::Origin;
use super::super::problem::TargetProblem;
use super::super::target::Target;
use super::problem::KubernetesProblem;

/// What a ConfigMap holds at most (<https://kubernetes.io/docs/concepts/configuration/configmap/#motivation>).
const MOST_BYTES: usize = 1 << 20;

/// Where the spec and the files beside it lie in a pod.
pub(super) const MOUNT: &str = "/etc/jobnet";

/// A file that pods find beside the spec, or the spec itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ConfigFile<'a> {
    /// Its path from the spec's directory.
    pub(super) path: String,
    /// Its key in the ConfigMap, which cannot have a `/`.
    pub(super) key: String,
    #[serde(skip)]
    pub(super) bytes: &'a [u8],
}

/// The spec and all files that stages read in the environments of the target, with those reported that cannot be there.
pub(super) fn collect<'a>(
    kubernetes: &Kubernetes,
    plans: &Plans,
    origin: &'a Origin,
    findings: &mut Findings,
) -> Vec<ConfigFile<'a>> {
    let mut files = BTreeMap::from([(origin.file.clone(), origin.spec.as_bytes())]);
    for plan in kubernetes.environments.iter().filter_map(|env| plans.environments.get(env)) {
        for stage in &plan.stages {
            match read_by(plan, stage, origin) {
                Ok(found) => files.extend(found),
                Err(problem) => findings.push(*problem),
            }
        }
    }
    let bytes = files.values().map(|bytes| bytes.len()).sum();
    if bytes > MOST_BYTES {
        findings.push(KubernetesProblem::FilesTooLarge { bytes }.at(kubernetes.place));
    }
    let mut keys = BTreeSet::new();
    let file = |(path, bytes): (String, _)| ConfigFile { key: key(&path, &mut keys), path, bytes };
    files.into_iter().map(file).collect()
}

/// The files that a stage reads. One whose path begins with `/` is in its image, or on a volume.
fn read_by<'a>(
    plan: &Plan,
    stage: &Stage,
    origin: &'a Origin,
) -> Result<Vec<(String, &'a [u8])>, Box<Diagnostic>> {
    let unknown = |written| TargetProblem::UnknownPath {
        target: Target::Kubernetes,
        stage: stage.name.clone(),
        written,
    };
    let read = plan.files(stage).map_err(|path| at(stage, unknown(path.written)))?;
    let mut found = Vec::new();
    for file in read {
        let (StageFile::File(written) | StageFile::Directory(written)) = &file;
        if written.starts_with('/') {
            continue;
        }
        let path = normal(written).map_err(|reason| at(stage, unfit(stage, written, reason)))?;
        let before = found.len();
        match file {
            StageFile::File(_) => found.extend(origin.files.get_key_value(&path)),
            StageFile::Directory(_) => found.extend(origin.files.iter().filter(|(name, _)| {
                // A directory's files are those that lie right in it.
                let (directory, _) = name.rsplit_once('/').unwrap_or(("", name));
                directory == path
            })),
        }
        if found.len() == before {
            let problem = KubernetesProblem::MissingFile { stage: stage.name.clone(), path: written.clone() };
            return Err(at(stage, problem));
        }
    }
    for (path, _) in &found {
        check_name(path).map_err(|reason| at(stage, unfit(stage, path, reason)))?;
    }
    Ok(found.into_iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect())
}

/// A problem where the stage stands.
fn at(stage: &Stage, problem: impl Fault) -> Box<Diagnostic> {
    Box::new(problem.at(stage.place))
}

fn unfit(stage: &Stage, path: &str, reason: &'static str) -> KubernetesProblem {
    KubernetesProblem::UnfitFile { stage: stage.name.clone(), path: path.to_owned(), reason }
}

/// A path without its `.` and doubled `/`.
fn normal(path: &str) -> Result<String, &'static str> {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    // Neither kustomize nor a volume takes a path with it.
    if parts.contains(&"..") { Err("it has `..` in it") } else { Ok(parts.join("/")) }
}

fn check_name(path: &str) -> Result<(), &'static str> {
    match path.chars().find(|c| *c == '=' || c.is_control()) {
        // Kustomize takes what stands before it for the key.
        Some('=') => Err("kustomize allows no `=` in its path"),
        Some(_) => Err("its path has a control character"),
        None => Ok(()),
    }
}

/// A key that no other path has: letters, digits, `-`, `_` and `.`
/// (<https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-object>).
fn key(path: &str, taken: &mut BTreeSet<String>) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain: String = path.replace('/', "__").chars().map(|c| if fits(c) { c } else { '_' }).collect();
    // It may not begin with `..`, and has a limit.
    let plain: String = plain.trim_start_matches("..").chars().take(240).collect();
    let mut key = plain.clone();
    let mut count = 1;
    while !taken.insert(key.clone()) {
        count += 1;
        key = format!("{plain}-{count}");
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_whatever_the_paths() {
        let mut taken = BTreeSet::new();
        let keys = ["sql/a.sql", "sql__a.sql", "sql/a b.sql", "..a", "ä"].map(|path| key(path, &mut taken));
        assert_eq!(keys, ["sql__a.sql", "sql__a.sql-2", "sql__a_b.sql", "a", "_"]);
    }

    #[test]
    fn a_path_is_read_as_the_file_system_would() {
        assert_eq!(normal("./sql//a.sql"), Ok("sql/a.sql".to_owned()));
        assert!(normal("sql/../a.sql").is_err());
    }
}
