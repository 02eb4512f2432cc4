use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use jobnet::clients::{Store, StoreError, StoreUrl};
use tempfile::TempDir;

use super::{create, forty_writers_of_one_key, key, life_of_objects, list};

/// The store `file:var/raw` of a spec in a new directory.
async fn store() -> (Store, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (open("file:var/raw", directory.path()).await, directory)
}

async fn open(url: &str, base: &Path) -> Store {
    Store::open(&StoreUrl::parse(url).unwrap(), base, None).await.unwrap()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_live_in_a_directory() {
    let (store, _directory) = store().await;
    life_of_objects(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_forty_writers_wins() {
    let (store, directory) = store().await;
    forty_writers_of_one_key(&store).await;
    assert_eq!(names(&directory.path().join("var/raw/.incoming")), [""; 0]);
}

#[tokio::test]
async fn a_relative_path_is_below_the_spec_and_an_absolute_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let base = directory.path().join("base");
    create(&open("file:raw", &base).await, "a", "relative").await;
    assert_eq!(fs::read(base.join("raw/a")).unwrap(), b"relative");
    let absolute = format!("file://{}/there", directory.path().display());
    create(&open(&absolute, &base).await, "a", "absolute").await;
    assert_eq!(fs::read(directory.path().join("there/a")).unwrap(), b"absolute");
}

#[tokio::test]
async fn opening_and_reading_make_no_directory() {
    let (store, directory) = store().await;
    assert_eq!(list(&store, "").await, [""; 0]);
    assert_eq!(store.get(&key("a")).await.unwrap(), None);
    assert_eq!(names(directory.path()), [""; 0]);
}

#[tokio::test]
async fn an_object_cannot_be_written_to() {
    let (store, directory) = store().await;
    create(&store, "a", "kept").await;
    let mode = fs::metadata(directory.path().join("var/raw/a")).unwrap().permissions().mode();
    assert_eq!(mode & 0o222, 0, "{mode:o}");
}

#[tokio::test]
async fn a_write_that_fails_half_way_leaves_nothing() {
    let (store, directory) = store().await;
    create(&store, "a/b", "kept").await;
    let error = store.put_new(&key("a"), "a directory has the name".into()).await.unwrap_err();
    assert!(matches!(error, StoreError::File { .. }), "{error:?}");
    assert!(!error.is_temporary());
    assert!(error.to_string().ends_with("var/raw/a: is a directory"), "{error}");
    assert!(store.put_new(&key("a/b/c"), "a file has the name".into()).await.is_err());
    assert_eq!(list(&store, "").await, ["a/b"]);
    assert_eq!(names(&directory.path().join("var/raw/.incoming")), [""; 0]);
}

#[tokio::test]
async fn what_a_killed_run_left_is_no_object_and_is_removed_after_a_day() {
    let (store, directory) = store().await;
    create(&store, "a", "whole").await;
    let incoming = directory.path().join("var/raw/.incoming");
    fs::write(incoming.join(".tmpNew"), "ha").unwrap();
    let old = fs::File::create(incoming.join(".tmpOld")).unwrap();
    old.set_modified(SystemTime::now() - Duration::from_hours(25)).unwrap();

    assert_eq!(list(&store, "").await, ["a"]);
    open("file:var/raw", directory.path()).await;
    assert_eq!(names(&incoming), [".tmpNew"]);
}
