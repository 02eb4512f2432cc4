//! The example's files, as they stand in the repository.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::{example, example_spec, rendered, write};
use crate::common::linters::Linters;

const OUT: &str = "deploy/cloud-run";

#[test]
fn the_example_holds_what_is_rendered() {
    let files = rendered(&example_spec()).unwrap();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        write(&files, &example());
    }
    let there: BTreeMap<String, (bool, String)> = std::fs::read_dir(example().join(OUT))
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let executable = entry.metadata().unwrap().permissions().mode() & 0o111 != 0;
            let path = format!("{OUT}/{}", entry.file_name().into_string().unwrap());
            (path, (executable, std::fs::read_to_string(entry.path()).unwrap()))
        })
        .collect();
    let rendered = files.files.into_iter();
    let rendered: BTreeMap<_, _> = rendered
        .map(|(path, file)| (path, (file.executable, String::from_utf8(file.bytes).unwrap())))
        .collect();
    assert_eq!(there, rendered, "INSTA_UPDATE=always writes them anew");
}

#[test]
fn linters_have_nothing_against_the_files() {
    let Some(linters) = Linters::find() else { return };
    let file = |name: &str| example().join(OUT).join(name);
    let scripts = ["create-all-jobs.sh", "run-job.sh", "list-jobs.sh", "pause.sh", "resume.sh"];
    linters.shellcheck(&scripts.map(file)).unwrap();
    linters.yamllint(&[file("cloudbuild-jobs.yaml")]).unwrap();
}

#[test]
fn the_documented_target_is_rendered() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/targets/cloud-run.md"));
    let page = page.unwrap();
    let (_, spec) = page.split_once("```yaml\n").unwrap();
    let (spec, rest) = spec.split_once("```").unwrap();
    let files = rendered(spec).unwrap();
    for path in files.files.keys() {
        let name = path.rsplit('/').next().unwrap();
        assert!(rest.contains(&format!("| `{name}")), "{name} is not told of");
    }
}
