use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use thiserror::Error;

use crate::diag::{Fault, Findings, Source, Span};
use crate::plan::{Plans, StageFile};
use crate::targets::{Origin, Target, environments};

use super::error::CliError;

/// A file that a stage reads, and that cannot be read here.
#[derive(Debug, Error)]
#[error("stage `{stage}` reads `{path}`, which cannot be read here: {reason}")]
struct MissingFile {
    stage: String,
    path: String,
    reason: io::Error,
}

impl Fault for MissingFile {
    fn code(&self) -> &'static str {
        "missing-file"
    }

    fn label(&self) -> String {
        "its files go where it runs".to_owned()
    }

    fn help(&self) -> Option<String> {
        Some("paths begin in the directory of the spec".to_owned())
    }
}

/// Reads what rendering for these targets needs to know around a spec; findings are files that cannot be read.
pub(super) fn origin(
    path: &Path,
    spec: &Source,
    plans: &Plans,
    targets: &[Target],
) -> Result<(Origin, Findings), CliError> {
    let unreadable = |source| CliError::ReadSpec { path: path.to_owned(), source };
    let directory = path.canonicalize().map_err(unreadable)?;
    let directory = directory.parent().unwrap_or(&directory);
    let mut findings = Findings::default();
    let mut files = BTreeMap::new();
    for (stage, place, file) in stage_files(plans, targets) {
        // An absolute path is one of the machine that the stage runs on.
        let (StageFile::File(name) | StageFile::Directory(name)) = &file;
        if name.starts_with('/') {
            continue;
        }
        match read(directory, &file) {
            Ok(found) => files.extend(found),
            Err(reason) => {
                findings.push(MissingFile { stage: stage.to_owned(), path: name.clone(), reason }.at(place));
            }
        }
    }
    let lock = match std::fs::read_to_string(directory.join(Origin::LOCK_FILE)) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(source) => return Err(CliError::Read { path: directory.join(Origin::LOCK_FILE), source }),
    };
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let directories = directories(directory);
    Ok((Origin { file, directories, spec: spec.text.clone(), files, lock }, findings))
}

/// The files that stages read in the environments of these targets, each with the first stage that reads it.
fn stage_files<'a>(plans: &'a Plans, targets: &[Target]) -> Vec<(&'a str, Span, StageFile)> {
    let of_targets: BTreeSet<&String> =
        targets.iter().flat_map(|target| environments(*target, plans)).collect();
    let plans = plans.environments.iter().filter(|(env, _)| of_targets.contains(env)).map(|(_, plan)| plan);
    let mut known = BTreeSet::new();
    let mut files = Vec::new();
    for plan in plans {
        for stage in &plan.stages {
            // Whether a path may be unknown is a target's business.
            for file in plan.files(stage).unwrap_or_default() {
                if known.insert(file.clone()) {
                    files.push((stage.name.as_str(), stage.place, file));
                }
            }
        }
    }
    files
}

/// What is in a file, or in each file of a directory, by paths from the spec's directory.
fn read(base: &Path, file: &StageFile) -> io::Result<Vec<(String, Vec<u8>)>> {
    match file {
        StageFile::File(name) => Ok(vec![(plain(name), std::fs::read(base.join(name))?)]),
        StageFile::Directory(name) => {
            let mut files = Vec::new();
            for entry in std::fs::read_dir(base.join(name))? {
                let path = entry?.path();
                let file =
                    path.file_name().map(|file| file.to_string_lossy().into_owned()).unwrap_or_default();
                if path.is_file() && !file.starts_with('.') {
                    files.push((plain(&format!("{name}/{file}")), std::fs::read(&path)?));
                }
            }
            Ok(files)
        }
    }
}

/// A path without what changes nothing in it.
fn plain(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

/// The directories that lead from the repository to a directory; without a repository all of them.
fn directories(directory: &Path) -> Vec<String> {
    let repository = directory.ancestors().find(|above| above.join(".git").exists());
    let below = repository.and_then(|root| directory.strip_prefix(root).ok()).unwrap_or(directory);
    let names = below.components().filter(|part| matches!(part, std::path::Component::Normal(_)));
    names.map(|name| name.as_os_str().to_string_lossy().into_owned()).collect()
}
