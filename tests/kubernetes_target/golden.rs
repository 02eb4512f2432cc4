//! The trees beside the examples are what is rendered, byte for byte, and every program that reads them takes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::kubectl::Kubectl;
use crate::common::linters::Linters;

use super::{EXAMPLES, Net, example};

/// The files below a directory, by their paths from `from`.
fn files_below(directory: &Path, from: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let Ok(entries) = fs::read_dir(directory) else { return files };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, from));
        } else {
            let name = path.strip_prefix(from).unwrap().to_str().unwrap().to_owned();
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

/// As with snapshots, `INSTA_UPDATE=always` writes them.
fn update(root: &Path, tree: &BTreeMap<String, Vec<u8>>) {
    if std::env::var("INSTA_UPDATE").is_ok_and(|wish| wish == "always") {
        let _ = fs::remove_dir_all(root.join("k8s"));
        for (path, bytes) in tree {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

#[test]
fn the_trees_of_the_examples_are_what_is_rendered() {
    for name in EXAMPLES {
        let root = example(name);
        let rendered = Net::of_example(name).render().unwrap();
        let rendered: BTreeMap<_, _> =
            rendered.files.into_iter().map(|(path, file)| (path, file.bytes)).collect();
        update(&root, &rendered);
        let there = files_below(&root.join("k8s"), &root);
        let names = |tree: &BTreeMap<String, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&rendered), names(&there), "{name}");
        for (path, bytes) in rendered {
            assert!(bytes == there[&path], "{name}: {path} is old: INSTA_UPDATE=always writes it");
        }
    }
}

#[test]
fn the_api_takes_what_kustomize_builds() {
    let (Some(kubectl), Some(linters)) = (Kubectl::find(), Linters::find()) else { return };
    for overlay in [
        "portal-pipeline/k8s/overlays/dev",
        "portal-pipeline/k8s/overlays/prod",
        "index-all/k8s/overlays/prod",
    ] {
        let built = kubectl.kustomize(&example(overlay)).unwrap();
        linters.kubernetes_validate(&built, "1.37").unwrap();
    }
}

#[test]
fn the_files_are_written_as_people_write_yaml() {
    let Some(linters) = Linters::find() else { return };
    for name in EXAMPLES {
        let files = files_below(&example(name).join("k8s"), Path::new(""));
        // Copies are their author's.
        let own: Vec<PathBuf> =
            files.into_keys().filter(|path| !path.contains("/base/files/")).map(PathBuf::from).collect();
        linters.yamllint(&own).unwrap();
    }
}

#[test]
fn the_net_of_the_documentation_renders() {
    let document = include_str!("../../docs/targets/kubernetes.md");
    let spec = document.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let net = Net::of(spec, &[]).unwrap();
    for env in ["dev", "prod"] {
        let Some(objects) = net.objects(env) else { return };
        let names: Vec<&str> =
            objects.keys().map(String::as_str).filter(|name| !name.starts_with("ConfigMap")).collect();
        assert_eq!(names, ["CronJob/orders-collect", "CronJob/orders-report", "NetworkPolicy/orders"]);
    }
}
