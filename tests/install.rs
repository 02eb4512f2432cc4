//! The binary hands itself on.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::common::Jobnet;

#[tokio::test]
async fn the_binary_copies_itself_into_a_directory() {
    let jobnet = Jobnet::new(["install", "--to", "."]);
    let ended = jobnet.run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(ended.stderr, format!("installed jobnet {version} as ./jobnet\n"));

    let names: Vec<_> =
        fs::read_dir(jobnet.directory()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["jobnet"], "and nothing else");
    let installed = jobnet.directory().join("jobnet");
    assert_eq!(fs::metadata(&installed).unwrap().permissions().mode() & 0o7777, 0o755);
    let output = Command::new(installed).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("jobnet {version}\n"));
}

#[tokio::test]
async fn what_is_there_is_replaced() {
    let jobnet = Jobnet::new(["install"]).env("JOBNET_TO", ".").file("jobnet", "an old one");
    assert_eq!(jobnet.run().await.code, Some(0));
    let own = fs::metadata(env!("CARGO_BIN_EXE_jobnet")).unwrap();
    assert_eq!(fs::metadata(jobnet.directory().join("jobnet")).unwrap().len(), own.len());
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_wrong_usage() {
    for to in ["nowhere", "file"] {
        let jobnet = Jobnet::new(["install", "--to", to]).file("file", "");
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(2));
        let expected =
            format!("error: there is no directory {to}\n  help: make it first, or name another: --to DIR\n");
        assert_eq!(ended.stderr, expected);
        assert!(!jobnet.directory().join("nowhere").exists());
    }
    assert_eq!(Jobnet::new(["install"]).run().await.code, Some(2));
}

#[tokio::test]
async fn what_cannot_be_written_leaves_nothing_behind() {
    let jobnet = Jobnet::new(["install", "--to", "."]);
    fs::create_dir(jobnet.directory().join("jobnet")).unwrap();
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.starts_with("error: cannot write ./jobnet: "), "{}", ended.stderr);
    assert_eq!(fs::read_dir(jobnet.directory()).unwrap().count(), 1);
}
