//! What Cloud Run is configured with: the rendered scripts, and what gcloud is told by them.

mod faults;
mod gcloud;
mod golden;
mod ledger;
mod recorder;
mod scripts;
mod values;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jobnet::diag::{Findings, Source, render};
use jobnet::plan::{self, Plans};
use jobnet::spec;
use jobnet::targets::{self, FileSet, Origin, Target};

/// The directory of the example.
fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scheduler-jobs")
}

/// The text of the example's spec.
fn example_spec() -> String {
    std::fs::read_to_string(example().join("jobnet.yaml")).expect("the example's spec")
}

/// The plans of a spec without an error.
fn plans(text: &str) -> Plans {
    let source = Source::new("jobnet.yaml", text);
    let (spec, findings) = spec::parse(source.clone());
    assert!(!findings.has_errors(), "{}", shown(&source, &findings));
    let (plans, findings) = plan::resolve(&spec.expect("a spec"));
    plans.unwrap_or_else(|| panic!("{}", shown(&source, &findings)))
}

/// The files of a spec, or what is against it as users see it.
fn rendered(text: &str) -> Result<FileSet, String> {
    let origin = Origin { file: "jobnet.yaml".to_owned(), ..Origin::default() };
    targets::render(Target::CloudRun, &plans(text), &origin)
        .map_err(|findings| shown(&Source::new("jobnet.yaml", text), &findings))
}

fn shown(source: &Source, findings: &Findings) -> String {
    render(source, findings, false)
}

/// The files of a spec, written into a directory of its own, from which the scripts can be run.
fn written(text: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered(text).unwrap_or_else(|findings| panic!("{findings}"));
    write(&files, directory.path());
    directory
}

fn write(files: &FileSet, directory: &Path) {
    for (path, file) in &files.files {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(&path, &file.bytes).expect("a file");
        let mode = if file.executable { 0o755 } else { 0o644 };
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("a mode");
    }
}
