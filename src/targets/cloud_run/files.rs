use serde::Serialize;

use super::super::file_set::FileSet;
use super::super::origin::Origin;
use super::super::problem::TargetProblem;
use super::super::target::Target;
use super::super::template::Templates;
use super::image::Image;
use super::scripts::Scripts;

/// What the templates see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct View<'a> {
    /// The directory of the files.
    pub(super) out: &'a str,
    /// The path of the Dockerfile.
    pub(super) dockerfile: String,
    /// The path of what Cloud Build is told.
    pub(super) cloudbuild: String,
    #[serde(flatten)]
    pub(super) image: Image,
    #[serde(flatten)]
    pub(super) scripts: Scripts,
}

/// A directory of templates in the binary.
macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$( ($name, include_str!(concat!("../../../templates/cloud_run/", $name))) ),*]
    };
}

/// The templates, parts of others among them.
const TEMPLATES: [(&str, &str); 13] = templates![
    "head.sh",
    "contains.sh",
    "confirm.sh",
    "checks.sh",
    "otherwise.sh",
    "create-all-jobs.sh",
    "run-job.sh",
    "list-jobs.sh",
    "switch.sh",
    "pause.sh",
    "resume.sh",
    "cloudbuild-jobs.yaml",
    "Dockerfile",
];

/// Those that become scripts.
const SCRIPTS: [&str; 5] = ["create-all-jobs.sh", "run-job.sh", "list-jobs.sh", "pause.sh", "resume.sh"];

/// Those that become other files.
const OTHERS: [&str; 2] = ["cloudbuild-jobs.yaml", "Dockerfile"];

/// Lays a view out.
///
/// # Errors
/// A fault of a template.
pub(super) fn files(view: &View<'_>, origin: &Origin) -> Result<FileSet, TargetProblem> {
    let templates = Templates::new(Target::CloudRun, &TEMPLATES)?;
    let source = origin.seen_from(view.out);
    let mut files = FileSet::new(view.out);
    for name in SCRIPTS {
        files.add_script(format!("{}/{name}", view.out), &source, &templates.render(name, view)?);
    }
    for name in OTHERS {
        files.add(format!("{}/{name}", view.out), &source, &templates.render(name, view)?);
    }
    Ok(files)
}
