//! Holds the library's modules to the arrows of the architecture: who may use whom.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those that it may use. Nothing else may be reached by `crate::`.
const ARROWS: [(&str, &[&str]); 16] = [
    (
        "cli",
        &[
            "clients", "diag", "drift", "expr", "github", "lint", "plan", "policy", "run", "secret", "spec",
            "targets",
        ],
    ),
    ("lint", &["diag", "drift", "expr", "plan", "policy", "spec", "targets"]),
    ("drift", &["diag", "digest", "targets"]),
    ("targets", &["diag", "digest", "plan"]),
    ("run", &["clients", "diag", "digest", "expr", "plan", "policy", "secret", "sql"]),
    ("github", &["clients", "secret"]),
    ("clients", &["decimal", "digest", "policy", "secret"]),
    ("plan", &["diag", "expr", "policy", "secret", "spec", "sql"]),
    ("spec", &["diag", "expr", "policy"]),
    ("expr", &["decimal", "diag"]),
    ("policy", &["secret"]),
    ("sql", &[]),
    ("diag", &[]),
    ("decimal", &[]),
    ("digest", &[]),
    ("secret", &[]),
];

/// What a module must not name: the ways to the outside world that are others' business.
const FORBIDDEN: [(&str, &[&str]); 10] = [
    ("lint", &["std::fs", "std::env", "tokio", "Timestamp::now", "SystemTime", "reqwest"]),
    ("drift", &["std::fs", "std::env", "tokio", "Timestamp::now", "SystemTime", "reqwest"]),
    ("targets", &["std::fs", "std::env", "tokio", "Timestamp::now", "SystemTime", "reqwest"]),
    ("plan", &["std::fs", "std::env", "tokio", "Timestamp::now", "SystemTime", "reqwest"]),
    ("spec", &["std::fs", "std::env", "tokio", "Timestamp::now", "SystemTime", "reqwest"]),
    ("expr", &["std::fs", "std::env", "tokio", "Timestamp::now", "SystemTime", "reqwest"]),
    ("sql", &["std::fs", "std::env", "tokio", "Timestamp::now", "SystemTime", "reqwest"]),
    ("diag", &["std::fs", "std::env", "tokio", "Timestamp::now", "SystemTime", "reqwest"]),
    ("github", &["std::fs", "std::env", "std::process", "tokio::process", "SystemTime", "println!"]),
    (
        "run",
        &[
            "std::fs",
            "std::env",
            "std::process",
            "tokio::process",
            "Timestamp::now",
            "SystemTime",
            "println!",
        ],
    ),
];

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The top-level module that a file belongs to.
fn module_of(file: &Path) -> String {
    let below = file.strip_prefix(source_root()).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file: without comments, and without its tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules that a text reaches by `crate::`.
fn edges(code: &str) -> BTreeSet<String> {
    code.match_indices("crate::")
        .map(|(at, path)| {
            let rest = &code[at + path.len()..];
            rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())]
                .to_owned()
        })
        .filter(|module| !module.is_empty())
        .collect()
}

#[test]
fn arrows_point_one_way() {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for file in sources(&source_root()) {
        let module = module_of(&file);
        if ["main", "lib"].contains(&module.as_str()) {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("`{module}` has no line in ARROWS"));
            continue;
        };
        seen.insert(module.clone());
        for edge in edges(&code(&file)) {
            if edge != module && !allowed.contains(&edge.as_str()) {
                faults.push(format!("{} uses `{edge}`, which `{module}` may not", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(seen.len(), ARROWS.len(), "a module of ARROWS does not exist any more");
}

#[test]
fn no_module_reaches_outside_its_business() {
    let mut faults = Vec::new();
    for file in sources(&source_root()) {
        let module = module_of(&file);
        let code = code(&file);
        let forbidden =
            FORBIDDEN.iter().find(|(name, _)| *name == module).map_or(&[][..], |(_, words)| words);
        faults.extend(
            forbidden
                .iter()
                .filter(|word| code.contains(**word))
                .map(|word| format!("{}: {word}", file.display())),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_binary_only_calls_the_command_line() {
    let main = code(&source_root().join("main.rs"));
    assert!(main.contains("jobnet::cli::main"));
    assert!(!main.replace("jobnet::cli::main", "").contains("jobnet::"));
}
