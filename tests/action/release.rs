//! `scripts/release`: what a tag becomes, before stand-ins of GitHub and of the registry.

use std::fs;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::document::project;
use crate::common::files::program;
use crate::common::{Ended, is_there};

/// The commit that the tag is of, and an image.
const COMMIT: &str = "4583104281ae74cb64a04aa28615c062752f1d64";
const IMAGE: &str = "ghcr.io/your-org/jobnet@sha256:0123";

/// Answers from files, by jq as `gh` does itself, and writes down what changes something.
const GH: &str = r#"
for filter; do :; done
case $* in
  *"/releases?"*) answer=releases ;;
  */matching-refs/*) answer=refs ;;
  */commits/tags/*) answer=commit ;;
  *) echo "gh $*" >>"$CALLS"; [ ! -e refused ] || { echo "gh: Resource not accessible (HTTP 403)" >&2; exit 1; }; exit ;;
esac
jq --raw-output "$filter" "$answer.json""#;

/// Has whoever is not logged in refused where the package is private.
const DOCKER: &str = r#"
echo "docker $*" >>"$CALLS"
[ ! -e private ] || [ -z "${DOCKER_CONFIG-}" ]"#;

/// A repository at GitHub in which a tag was pushed.
struct Repository {
    directory: TempDir,
    tag: &'static str,
}

impl Repository {
    /// One with these releases; `None`, and the test is said to be skipped, without jq.
    fn with(tag: &'static str, released: &[&str]) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        program(directory.path(), "gh", GH);
        program(directory.path(), "docker", DOCKER);
        let release = |tag: &&str| json!({"tag_name": tag, "draft": false, "prerelease": tag.contains('-')});
        let releases = released.iter().map(release).collect();
        let repository = Self { directory, tag };
        is_there("jq").then(|| {
            repository
                .answers("releases", &releases)
                .answers("refs", &json!([]))
                .answers("commit", &json!({"sha": COMMIT}))
        })
    }

    /// What GitHub answers when it is asked.
    fn answers(self, what: &str, answer: &Value) -> Self {
        self.file(&format!("{what}.json"), &answer.to_string())
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.directory.path().join(name), text).unwrap();
        self
    }

    /// What was called, what was said, and the exit code.
    fn run(&self, arguments: &[&str]) -> String {
        let own = self.directory.path();
        let calls = own.join("calls");
        let path = format!("{}:{}", own.display(), std::env::var("PATH").unwrap());
        let script = project("scripts/release");
        let mut command = Command::new(script);
        command.args(arguments).current_dir(own).env_clear().stdin(Stdio::null());
        command.env("PATH", path).env("CALLS", &calls).env("GITHUB_REPOSITORY", "your-org/jobnet-action");
        command.envs([("GITHUB_REF_NAME", self.tag), ("GITHUB_SHA", COMMIT)]);
        let ended = Ended::from(command.output().unwrap());
        let calls = fs::read_to_string(calls).unwrap_or_default();
        format!("{calls}{}{}{:?}", ended.stderr, ended.stdout, ended.code.unwrap())
    }
}

#[test]
fn a_version_is_released_once() {
    let Some(repository) = Repository::with("v1.2.3", &["v1.2.30", "v1.2.2", "v1.2.3-rc.1"]) else { return };
    assert_eq!(repository.run(&["check"]), "0");
    let repository = Repository::with("v1.2.3", &["v1.3.0", "v1.2.3"]).unwrap();
    assert_snapshot!(repository.run(&["check"]), @"
    ::error title=release::v1.2.3 is released already, and may be pinned: release another version
    1
    ");
    let repository = Repository::with("v1.2.3-rc.1", &["v1.2.3-rc.1"]).unwrap();
    assert!(repository.run(&["check"]).ends_with('1'));
}

#[test]
fn what_is_only_a_draft_is_not_released() {
    let Some(repository) = Repository::with("v1.2.3", &[]) else { return };
    let draft = json!([{"tag_name": "v1.2.3", "draft": true, "prerelease": false}]);
    assert_eq!(repository.answers("releases", &draft).run(&["check"]), "0");
}

#[test]
fn a_tag_that_was_moved_is_not_released_as_it_was() {
    let Some(repository) = Repository::with("v1.2.3", &[]) else { return };
    assert_snapshot!(repository.answers("commit", &json!({"sha": "abc"})).run(&["check"]), @"
    ::error title=release::v1.2.3 was moved to abc: that commit's run releases it
    1
    ");
}

#[test]
fn the_latest_release_is_the_newest_and_not_the_last() {
    let cases = [
        ("v1.0.0", &[][..], "--latest=true"),
        ("v1.10.0", &["v1.9.0", "v0.20.0"], "--latest=true"),
        ("v1.1.5", &["v1.2.0", "v1.1.4"], "--latest=false"),
        ("v1.3.0", &["v2.0.0", "v1.2.0"], "--latest=false"),
        ("v1.3.0", &["v2.0.0-rc.1", "v1.3.0-rc.2", "v1"], "--latest=true"),
        ("v2.0.0-rc.1", &["v1.3.0"], "--prerelease"),
    ];
    for (tag, released, kind) in cases {
        let Some(repository) = Repository::with(tag, released) else { return };
        let expected = format!(
            "gh release create {tag} {kind} --repo your-org/jobnet-action --verify-tag --generate-notes a b\n0"
        );
        assert_eq!(repository.run(&["create", "a", "b"]), expected, "{released:?}");
    }
}

#[test]
fn the_tags_of_a_major_version_go_to_its_newest_release() {
    let Some(repository) = Repository::with("v1.10.0", &["v2.0.0", "v1.10.0", "v1.9.0", "v10.0.0"]) else {
        return;
    };
    let refs = json!([{"ref": "refs/tags/v1"}, {"ref": "refs/tags/v1.10.0"}]);
    assert_snapshot!(repository.answers("refs", &refs).run(&["move", IMAGE]), @"
    docker buildx imagetools create --tag ghcr.io/your-org/jobnet:v1 ghcr.io/your-org/jobnet@sha256:0123
    gh api --silent --method PATCH repos/your-org/jobnet-action/git/refs/tags/v1 --raw-field sha=4583104281ae74cb64a04aa28615c062752f1d64 --field force=true
    0
    ");
}

#[test]
fn a_major_versions_first_release_makes_its_tags() {
    let Some(repository) = Repository::with("v1.0.0", &["v1.0.0", "v0.9.0"]) else { return };
    let refs = json!([{"ref": "refs/tags/v1.0.0"}, {"ref": "refs/tags/v10"}]);
    assert_snapshot!(repository.answers("refs", &refs).run(&["move", IMAGE]), @"
    docker buildx imagetools create --tag ghcr.io/your-org/jobnet:v1 ghcr.io/your-org/jobnet@sha256:0123
    gh api --silent --method POST repos/your-org/jobnet-action/git/refs --raw-field ref=refs/tags/v1 --raw-field sha=4583104281ae74cb64a04aa28615c062752f1d64
    0
    ");
}

#[test]
fn the_tags_of_a_major_version_do_not_go_back() {
    let Some(repository) = Repository::with("v1.1.5", &["v1.2.0", "v1.1.5", "v1.3.0-rc.1"]) else { return };
    assert_snapshot!(repository.run(&["move", IMAGE]), @"
    v1 stays at v1.2.0, which is newer than v1.1.5
    0
    ");
}

#[test]
fn a_tag_that_may_not_be_moved_is_for_a_maintainer_to_move() {
    let Some(repository) = Repository::with("v1.0.0", &["v1.0.0"]) else { return };
    assert_snapshot!(repository.file("refused", "").run(&["move", IMAGE]), @"
    docker buildx imagetools create --tag ghcr.io/your-org/jobnet:v1 ghcr.io/your-org/jobnet@sha256:0123
    gh api --silent --method POST repos/your-org/jobnet-action/git/refs --raw-field ref=refs/tags/v1 --raw-field sha=4583104281ae74cb64a04aa28615c062752f1d64
    gh: Resource not accessible (HTTP 403)
    ::error title=release::move it by hand: git fetch origin 4583104281ae74cb64a04aa28615c062752f1d64 && git push --force origin 4583104281ae74cb64a04aa28615c062752f1d64:refs/tags/v1
    1
    ");
}

#[test]
fn an_image_that_not_everybody_can_pull_is_not_released() {
    let Some(repository) = Repository::with("v1.0.0", &[]) else { return };
    assert_eq!(repository.run(&["public", IMAGE]), format!("docker buildx imagetools inspect {IMAGE}\n0"));
    let repository = Repository::with("v1.0.0", &[]).unwrap();
    assert_snapshot!(repository.file("private", "").run(&["public", IMAGE]), @"
    docker buildx imagetools inspect ghcr.io/your-org/jobnet@sha256:0123
    ::error title=release::nobody can pull ghcr.io/your-org/jobnet@sha256:0123 without a login: make the package public in its settings, and run the failed jobs again
    1
    ");
}

#[test]
fn without_an_answer_nothing_is_decided() {
    for arguments in [&["check"][..], &["create", "a"], &["move", IMAGE]] {
        let Some(repository) = Repository::with("v1.0.0", &[]) else { return };
        let said = repository.file("releases.json", "{").run(arguments);
        assert!(!said.contains("gh release") && !said.contains("docker") && !said.ends_with('0'), "{said}");
    }
}

#[test]
fn a_step_that_there_is_not_is_an_error() {
    let Some(repository) = Repository::with("v1.0.0", &[]) else { return };
    assert!(repository.run(&["latest"]).ends_with('2'));
}
