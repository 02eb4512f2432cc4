//! What is rendered from the examples lies beside them.

use crate::common::files::example;

use super::Rendering;

/// `INSTA_UPDATE=always` writes the files, as it does snapshots.
fn lies_beside(name: &str) {
    let path = example(name).join(".github/workflows/batch-etl.yml");
    let workflow = Rendering::example(name).workflow();
    if std::env::var("INSTA_UPDATE").is_ok_and(|wish| wish == "always") {
        std::fs::write(&path, &workflow).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), workflow, "{}", path.display());
}

#[test]
fn of_batch_etl() {
    lies_beside("batch-etl");
}

#[test]
fn of_batch_etl_commands() {
    lies_beside("batch-etl-commands");
}
