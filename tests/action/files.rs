//! The files that GitHub reads, before GitHub reads them: the actions, and this repository's own workflows.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::common::cargo_deny::CargoDeny;
use crate::common::document::{blocks, project, read};
use crate::common::github_parser::GithubParser;
use crate::common::linters::Linters;

const FILES: [&str; 7] = [
    "action.yml",
    "setup/action.yml",
    ".github/workflows/ci.yml",
    ".github/workflows/release.yml",
    ".github/workflows/jobnet-stage.yml",
    ".github/workflows/jobnet-check.yml",
    ".github/workflows/jobnet-rerun.yml",
];

/// Those of them that run jobnet's image.
const RUN_THE_IMAGE: [&str; 4] = ["action.yml", FILES[4], FILES[5], FILES[6]];

#[test]
fn linters_have_nothing_against_them() {
    let Some(linters) = Linters::find() else { return };
    let files = FILES.map(project);
    linters.jactionlint(&files).unwrap();
    linters.yamllint(&files).unwrap();
    let scripts =
        ["scripts", "findings"].into_iter().flat_map(|directory| fs::read_dir(project(directory)).unwrap());
    let scripts = scripts.map(|entry| entry.unwrap().path());
    let scripts = scripts.filter(|path| path.extension().is_none_or(|extension| extension == "sh"));
    let scripts: Vec<_> = scripts.chain(["setup/install.sh", ".ci/run", ".ci/fresh"].map(project)).collect();
    linters.shellcheck(&scripts).unwrap();
}

#[test]
fn zizmor_finds_one_thing_that_is_meant() {
    let Some(linters) = Linters::find() else { return };
    let found = linters.zizmor_pedantic(&FILES.map(project));
    let found: BTreeSet<_> =
        found.iter().map(|finding| (finding.audit.as_str(), finding.file.clone())).collect();
    // The image of a version is built after the commit that names it: its digest cannot be known there.
    assert_eq!(found, RUN_THE_IMAGE.map(|file| ("unpinned-images", project(file))).into());
}

#[test]
fn githubs_parser_reads_them() {
    let Some(github) = GithubParser::find() else { return };
    for checked in github.check(&FILES.map(project)) {
        assert!(checked.errors.is_empty() && checked.warnings.is_empty(), "{checked:?}");
    }
}

#[test]
fn the_workflows_of_the_documentation_are_good() {
    let (Some(linters), Some(github)) = (Linters::find(), GithubParser::find()) else { return };
    let workflows = ["docs/action.md", "docs/dispatch.md"].map(|page| blocks(page, "yaml")).concat();
    assert_eq!(workflows.len(), 5);
    let tree = tempfile::tempdir().unwrap();
    for workflow in workflows {
        let path = tree.path().join("example.yml");
        fs::write(&path, workflow).unwrap();
        linters.jactionlint(&[&path]).unwrap();
        let found = linters.zizmor_pedantic(&[&path]);
        // The tag moves within a major version, which is for a user to want or not.
        let audits: BTreeSet<_> = found.iter().map(|finding| finding.audit.as_str()).collect();
        assert_eq!(audits, BTreeSet::from(["unpinned-uses"]), "{found:?}");
        let checked = &github.check(&[&path])[0];
        assert!(checked.errors.is_empty() && checked.warnings.is_empty(), "{checked:?}");
    }
}

#[test]
fn the_documentation_tells_of_every_input_and_output() {
    let document = read("docs/action.md");
    for file in FILES.iter().filter(|file| !["ci.yml", "release.yml"].iter().any(|own| file.ends_with(own))) {
        let read: serde_json::Value = serde_saphyr::from_str(&read(file)).unwrap();
        let says = if read["on"].is_null() { &read } else { &read["on"]["workflow_call"] };
        let keys = |part: &str| says[part].as_object().into_iter().flatten().map(|(key, _)| key.clone());
        for name in keys("inputs").chain(keys("secrets")).chain(keys("outputs")) {
            assert!(document.contains(&format!("`{name}`")), "{file}: {name}");
        }
    }
}

#[test]
fn every_action_is_pinned_to_a_commit_and_says_which_version_that_is() {
    let mut versions = BTreeSet::new();
    for file in &FILES[2..] {
        let text = read(file);
        let uses = text.lines().filter(|line| line.contains("uses: ") && !line.contains("docker://"));
        for line in uses {
            let (action, version) = line.split_once("uses: ").unwrap().1.split_once(" # v").expect(line);
            let (name, commit) = action.split_once('@').unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
            versions.insert((name.to_owned(), version.to_owned()));
        }
    }
    // One version of each in the whole repository.
    let names: BTreeSet<_> = versions.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), versions.len(), "{versions:?}");
}

#[test]
fn what_runs_the_image_runs_that_of_its_own_version() {
    let image = concat!(": docker://ghcr.io/your-org/jobnet:", env!("CARGO_PKG_VERSION"), "\n");
    for file in RUN_THE_IMAGE {
        let text = read(file);
        assert_eq!((text.matches(image).count(), text.matches("docker://").count()), (1, 1), "{file}");
    }
    // That is what a release pushes, and a registry knows where it is from.
    assert!(read(".github/workflows/release.yml").contains("  IMAGE: ghcr.io/your-org/jobnet\n"));
    let source = "LABEL org.opencontainers.image.source=https://github.com/your-org/jobnet-action\n";
    assert!(read("Dockerfile").contains(source));
}

#[test]
fn what_is_rendered_names_the_image_by_the_tag_that_a_release_pushes() {
    let version = env!("CARGO_PKG_VERSION");
    let release = read(".github/workflows/release.yml");
    assert!(
        release.contains("version=${GITHUB_REF_NAME#v}") && release.contains("--tag \"$IMAGE:$version\"")
    );
    let overlay = read("examples/index-all/k8s/overlays/prod/kustomization.yaml");
    assert!(
        overlay.contains(&format!("- name: ghcr.io/your-org/jobnet\n    newTag: \"{version}\"\n")),
        "{overlay}"
    );
    let dockerfile = read("examples/scheduler-jobs/deploy/cloud-run/Dockerfile");
    assert!(dockerfile.contains(&format!("FROM ghcr.io/your-org/jobnet:{version}\n")), "{dockerfile}");
}

#[test]
fn what_a_workflow_says_is_never_part_of_a_script() {
    let Some(github) = GithubParser::find() else { return };
    for checked in github.check(&FILES.map(project)[2..]) {
        let jobs = checked.model["jobs"].as_array().unwrap().iter();
        let steps = jobs.flat_map(|job| job["steps"].as_array().unwrap());
        for script in steps.filter_map(|step| step["run"].as_str()) {
            assert!(!script.contains("${{"), "{script}");
        }
    }
}

#[test]
fn what_the_project_depends_on_is_allowed() {
    let Some(deny) = CargoDeny::on(&project("Cargo.toml")) else { return };
    deny.check().unwrap();
}

#[test]
fn a_licence_that_is_not_allowed_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let manifest = directory.path().join("Cargo.toml");
    fs::create_dir(directory.path().join("src")).unwrap();
    fs::write(directory.path().join("src/lib.rs"), "").unwrap();
    fs::write(&manifest, "[package]\nname = \"a\"\nversion = \"1.0.0\"\nlicense = \"AGPL-3.0\"\n").unwrap();
    let status = Command::new("cargo")
        .args(["generate-lockfile", "--offline", "--manifest-path"])
        .arg(&manifest)
        .status();
    assert!(status.unwrap().success());
    fs::copy(project("deny.toml"), directory.path().join("deny.toml")).unwrap();
    let Some(deny) = CargoDeny::on(&manifest) else { return };
    assert!(deny.check().unwrap_err().names("AGPL-3.0"));
}
