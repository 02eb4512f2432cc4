use std::collections::BTreeSet;

use serde::Serialize;

use crate::diag::{Fault as _, Findings};
use crate::plan::{CloudRun, Plan, Stage, StageFile};

use super::super::origin::Origin;
use super::super::problem::TargetProblem;
use super::super::target::Target;
use super::job::SPEC;
use super::problem::CloudRunProblem;
use super::rule::{self, Rule};

/// jobnet's own image, where the spec names no other.
const JOBNET_IMAGE: &str = "ghcr.io/your-org/jobnet";

/// Where jobnet lies in its image.
const BINARY: &str = "/usr/local/bin/jobnet";

/// What the image of the jobs is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Image {
    /// jobnet's own image, of this version where the spec does not say.
    jobnet: String,
    /// The image that holds what commands run.
    base: Option<String>,
    /// Where jobnet lies.
    binary: &'static str,
    /// What is copied, as pairs in JSON, which may have blanks.
    copies: Vec<String>,
}

impl Image {
    /// Reports files that it cannot be given, and commands that it does not hold.
    pub(super) fn of(target: &CloudRun, plans: &[&Plan], origin: &Origin, findings: &mut Findings) -> Self {
        let mut files = BTreeSet::new();
        for plan in plans {
            for stage in &plan.stages {
                files.extend(files_of(stage, plan, findings));
                if stage.work.is_command() && target.base_image.is_none() {
                    findings.push(CloudRunProblem::NoCommand { stage: stage.name.clone() }.at(stage.place));
                }
            }
        }
        let copies = files.iter().map(|file| match file {
            StageFile::File(path) => copy(path, &format!("/app/{path}")),
            StageFile::Directory(path) => copy(&format!("{path}/"), &format!("/app/{path}/")),
        });
        let jobnet = target.jobnet_image.as_ref();
        let base = target.base_image.as_ref();
        for (key, image) in [("jobnet_image", jobnet), ("base_image", base)] {
            let Rule { expected, fits } = rule::BASE_IMAGE;
            if let Some(image) = image.filter(|image| !fits(&image.value)) {
                let (env, found) = ("every environment".to_owned(), image.value.clone());
                findings.push(CloudRunProblem::Value { key, env, found, expected }.at(image.span));
            }
        }
        Self {
            jobnet: versioned(jobnet.map_or(JOBNET_IMAGE, |image| &image.value)),
            base: base.map(|image| image.value.clone()),
            binary: BINARY,
            copies: [copy(&origin.file, SPEC)].into_iter().chain(copies).collect(),
        }
    }
}

/// The files that a stage reads, as far as they can be copied.
fn files_of(stage: &Stage, plan: &Plan, findings: &mut Findings) -> Vec<StageFile> {
    let files = match plan.files(stage) {
        Ok(files) => files,
        Err(unknown) => {
            let (target, stage_name) = (Target::CloudRun, stage.name.clone());
            let problem = TargetProblem::UnknownPath { target, stage: stage_name, written: unknown.written };
            findings.push(problem.at(stage.place));
            return Vec::new();
        }
    };
    let path = |file: &StageFile| match file {
        StageFile::File(path) | StageFile::Directory(path) => path.clone(),
    };
    // An absolute path is one of the image itself.
    let files: Vec<StageFile> = files.into_iter().filter(|file| !path(file).starts_with('/')).collect();
    for path in files.iter().map(path).filter(|path| !rule::is_plain_path(path)) {
        findings.push(CloudRunProblem::File { stage: stage.name.clone(), path }.at(stage.place));
    }
    files
}

/// The two words of a `COPY`, as JSON (<https://docs.docker.com/reference/dockerfile/#copy>).
fn copy(from: &str, to: &str) -> String {
    // Texts always serialise.
    serde_json::to_string(&[from, to]).unwrap_or_default().replacen("\",\"", "\", \"", 1)
}

/// An image as it is where it has a tag or a digest, else of this version.
fn versioned(image: &str) -> String {
    if rule::is_tagged(image) { image.to_owned() } else { format!("{image}:{}", env!("CARGO_PKG_VERSION")) }
}
