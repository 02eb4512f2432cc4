//! The documents of the project, and the blocks in them.

use std::path::{Path, PathBuf};

/// A path of the project's.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the project's.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(project(path)).expect(path)
}

/// The fenced blocks of a document in a language.
pub(crate) fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = read(document);
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(fence) = line.strip_prefix("```").filter(|fence| !fence.is_empty()) {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if fence == language {
                found.push(block.join("\n") + "\n");
            }
        }
    }
    found
}

/// The commands that a document shows, without their prompts.
pub(crate) fn commands(document: &str) -> Vec<String> {
    let lines = blocks(document, "console").concat();
    lines.lines().filter_map(|line| line.strip_prefix("$ ")).map(str::to_owned).collect()
}
