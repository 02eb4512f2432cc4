//! A store that is a directory.

use super::{assert_kept, collect, shop};
use crate::common::files::visible;

#[tokio::test]
async fn a_page_is_kept_once_and_every_run_has_its_manifest() {
    let server = shop().await;
    let root = tempfile::tempdir().unwrap();
    let store = format!("file:{}", root.path().display());
    let one = collect(&server, "[1, 2]", &store).run().await;
    let first = visible(root.path());
    let two = collect(&server, "[1, 2, 3]", &store).run().await;
    assert_kept(&first, &visible(root.path()), [&one, &two]);
}

#[tokio::test]
async fn a_relative_path_is_below_the_directory_of_the_spec() {
    let server = shop().await;
    let jobnet = collect(&server, "[1]", "file:var/raw");
    assert_eq!(jobnet.run().await.code, Some(0));
    assert!(jobnet.directory().join("var/raw").join(super::key("1")).is_file());
}

#[tokio::test]
async fn a_row_cannot_lead_out_of_the_store() {
    let server = shop().await;
    let root = tempfile::tempdir().unwrap();
    let store = format!("file:{}/store", root.path().display());
    let ended = collect(&server, "['../../x']", &store).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let names: Vec<_> = visible(root.path()).into_keys().filter(|key| !key.contains("_manifests")).collect();
    assert_eq!(names.len(), 1);
    assert!(names[0].starts_with("store/ranking/genre=..%2F..%2Fx/"), "{names:?}");
}
