//! `setup/`: jobnet on the runner's PATH, from a stand-in of the releases.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use insta::assert_snapshot;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::common::act::Act;
use crate::common::docker::Docker;
use crate::common::document::project;
use crate::common::files::program;
use crate::common::{Ended, is_there};

/// This machine's architecture, as GitHub's runner calls it.
const ARCH: &str = if cfg!(target_arch = "aarch64") { "ARM64" } else { "X64" };

/// The archive for it of version 9.8.7.
fn archive() -> String {
    format!("jobnet-9.8.7-linux-{}.tar.gz", std::env::consts::ARCH)
}

/// A directory of releases, with version 9.8.7 in it, served over HTTP.
struct Releases {
    directory: TempDir,
    url: String,
}

impl Releases {
    /// `None`, and the test is said to be skipped, without curl to download them.
    async fn serve() -> Option<Self> {
        if !is_there("curl") {
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        let release = directory.path().join("v9.8.7");
        fs::create_dir(&release).unwrap();
        pack(&release, "jobnet 9.8.7").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(file).with_state(directory.path().to_owned());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Some(Self { directory, url })
    }

    /// The script, run as the step of the action is, with what it says but for the addresses of this test.
    async fn set_up(&self, runner: &Runner) -> String {
        let ended = runner.run(&[("DOWNLOAD_URL", &self.url), ("VERSION", "v9.8.7")]).await;
        format!("{}{:?}", ended.stdout, ended.code.unwrap())
            .replace(&self.url, "[url]")
            .replace(&archive(), "[archive]")
    }
}

async fn file(State(root): State<PathBuf>, request: Request) -> Result<Vec<u8>, StatusCode> {
    fs::read(root.join(request.uri().path().trim_start_matches('/'))).map_err(|_| StatusCode::NOT_FOUND)
}

/// A directory for a step's files, and programs of its own.
struct Runner {
    directory: TempDir,
    arch: &'static str,
}

impl Runner {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("bin")).unwrap();
        Self { directory, arch: ARCH }
    }

    /// A stand-in of GitHub's client, which knows of attestations, tells its arguments, and ends so.
    fn with_gh(self, exit_code: u8) -> Self {
        let script = "[ \"$*\" = 'attestation verify --help' ] && exit; echo \"gh $*\"; exit ";
        self.with_program("gh", &format!("{script}{exit_code}"))
    }

    fn with_program(self, name: &str, script: &str) -> Self {
        program(&self.directory.path().join("bin"), name, script);
        self
    }

    async fn run(&self, environment: &[(&str, &str)]) -> Ended {
        let path = |name: &str| self.directory.path().join(name);
        let machine = std::env::var_os("PATH").unwrap();
        let path_variable =
            std::env::join_paths([path("bin")].into_iter().chain(std::env::split_paths(&machine)));
        let mut command = Command::new(project("setup/install.sh"));
        command.env_clear().env("PATH", path_variable.unwrap()).stdin(Stdio::null());
        command.envs([
            ("RUNNER_OS", "Linux"),
            ("RUNNER_ARCH", self.arch),
            ("REPOSITORY", "your-org/jobnet-action"),
        ]);
        command.envs([("GITHUB_SERVER_URL", "https://github.com"), ("GH_TOKEN", "t0ken")]);
        command.envs([("VERSION", ""), ("IMAGE", ""), ("DOWNLOAD_URL", "")]);
        command.env("GITHUB_ACTION_PATH", project("setup")).env("RUNNER_TEMP", self.directory.path());
        command.env("GITHUB_PATH", path("path")).env("GITHUB_OUTPUT", path("output"));
        let output = command.envs(environment.iter().copied()).output().await.unwrap();
        let ended = Ended::from(output);
        let temporary = self.directory.path().to_str().unwrap();
        Ended { stdout: ended.stdout.replace(temporary, "[temp]"), ..ended }
    }

    fn left(&self, name: &str) -> String {
        fs::read_to_string(self.directory.path().join(name)).unwrap_or_default()
    }
}

/// A release's archive of a program that says which version it is, and its checksum.
async fn pack(release: &Path, says: &str) {
    program(release, "jobnet", &format!("echo {says}"));
    let archive = archive();
    shell(release, &format!("tar -czf {archive} jobnet && rm jobnet && sha256sum {archive} > SHA256SUMS"))
        .await;
}

async fn shell(directory: &Path, script: &str) {
    let status = Command::new("sh").args(["-c", script]).current_dir(directory).status().await;
    assert!(status.unwrap().success());
}

#[tokio::test]
async fn a_release_is_checked_and_put_on_the_path() {
    let Some(releases) = Releases::serve().await else { return };
    let runner = Runner::new().with_gh(0);
    assert_snapshot!(releases.set_up(&runner).await, @"
    gh attestation verify [temp]/jobnet/[archive] --repo your-org/jobnet-action --signer-workflow your-org/jobnet-action/.github/workflows/release.yml
    jobnet 9.8.7 is on the PATH
    0
    ");
    let directory = runner.left("path");
    let program = Path::new(directory.trim()).join("jobnet");
    assert!(program.is_file(), "{directory}");
    assert_eq!(runner.left("output"), format!("version=9.8.7\npath={}\n", program.display()));
}

#[tokio::test]
async fn without_githubs_client_or_a_token_there_is_no_attestation() {
    let Some(releases) = Releases::serve().await else { return };
    let runner = Runner::new().with_gh(1);
    let ended = runner.run(&[("DOWNLOAD_URL", &releases.url), ("VERSION", "9.8.7"), ("GH_TOKEN", "")]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.starts_with("jobnet: no attestation was asked for"), "{ended:?}");
}

#[tokio::test]
async fn a_client_that_is_too_old_for_attestations_is_as_good_as_none() {
    let old = "echo 'unknown command \"attestation\" for \"gh\"'; exit 1";
    let Some(releases) = Releases::serve().await else { return };
    let runner = Runner::new().with_program("gh", old);
    assert_snapshot!(releases.set_up(&runner).await, @"
    jobnet: no attestation was asked for, which takes github.com, a token and gh 2.49 or later
    jobnet 9.8.7 is on the PATH
    0
    ");
}

#[tokio::test]
async fn a_release_that_holds_another_version_is_refused() {
    let Some(releases) = Releases::serve().await else { return };
    let runner = Runner::new().with_gh(0);
    pack(&releases.directory.path().join("v9.8.7"), "jobnet 9.8.6").await;
    assert_snapshot!(releases.set_up(&runner).await, @"
    gh attestation verify [temp]/jobnet/[archive] --repo your-org/jobnet-action --signer-workflow your-org/jobnet-action/.github/workflows/release.yml
    ::error title=jobnet::the release of 9.8.7 holds jobnet 9.8.6; nothing was set up
    1
    ");
    assert_eq!(runner.left("path"), "");
}

#[tokio::test]
async fn what_the_release_did_not_build_is_refused() {
    let Some(releases) = Releases::serve().await else { return };
    let runner = Runner::new().with_gh(1);
    assert_snapshot!(releases.set_up(&runner).await, @"
    gh attestation verify [temp]/jobnet/[archive] --repo your-org/jobnet-action --signer-workflow your-org/jobnet-action/.github/workflows/release.yml
    ::error title=jobnet::no attestation says that your-org/jobnet-action built [archive]; nothing was set up
    1
    ");
    assert_eq!((runner.left("path").as_str(), runner.left("output").as_str()), ("", ""));
}

#[tokio::test]
async fn another_checksum_is_refused() {
    let Some(releases) = Releases::serve().await else { return };
    let runner = Runner::new().with_gh(0);
    let sums = format!("{}  {}\n", "0".repeat(64), archive());
    fs::write(releases.directory.path().join("v9.8.7/SHA256SUMS"), sums).unwrap();
    assert_snapshot!(releases.set_up(&runner).await, @"
    ::error title=jobnet::the checksum of [archive] is not the one in SHA256SUMS; nothing was set up
    1
    ");
    assert_eq!(runner.left("path"), "");
}

#[tokio::test]
async fn a_release_that_is_not_there_is_named() {
    let Some(releases) = Releases::serve().await else { return };
    let runner = Runner::new();
    fs::remove_file(releases.directory.path().join("v9.8.7").join(archive())).unwrap();
    assert_snapshot!(releases.set_up(&runner).await, @"
    ::error title=jobnet::cannot download [url]/v9.8.7/[archive]; is there such a release?
    1
    ");
}

#[tokio::test]
async fn a_runner_that_jobnet_is_not_made_for_is_named() {
    let Some(releases) = Releases::serve().await else { return };
    let runner = Runner { arch: "ARM", ..Runner::new() };
    assert_snapshot!(releases.set_up(&runner).await, @"
    ::error title=jobnet::there is no jobnet for Linux on ARM; run the job on Linux, on x64 or arm64
    1
    ");
}

#[tokio::test]
async fn a_version_is_a_version() {
    let ended = Runner::new().run(&[("VERSION", "latest; rm -rf /")]).await;
    assert_snapshot!(format!("{}{:?}", ended.stdout, ended.code.unwrap()), @"
    ::error title=jobnet::the input version is 'latest; rm -rf /', not one like 1.2.3
    1
    ");
}

#[tokio::test]
async fn without_a_version_it_is_the_actions_own() {
    if !is_there("curl") {
        return;
    }
    let ended = Runner::new().run(&[("DOWNLOAD_URL", "http://127.0.0.1:1")]).await;
    let own = concat!(
        "http://127.0.0.1:1/v",
        env!("CARGO_PKG_VERSION"),
        "/jobnet-",
        env!("CARGO_PKG_VERSION"),
        "-"
    );
    assert!(ended.code == Some(1) && ended.stdout.contains(own), "{ended:?}");
}

#[tokio::test]
async fn an_image_has_it_too() {
    let Some(docker) = Docker::engine().await else { return };
    let (image, host, runner) = (docker.image().await, docker.host(), Runner::new());
    let ended = runner.run(&[("IMAGE", image), ("DOCKER_HOST", &host)]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(runner.left("output").starts_with(concat!("version=", env!("CARGO_PKG_VERSION"), "\n")));
    let ended = runner.run(&[("IMAGE", "absent:v1"), ("DOCKER_HOST", &host)]).await;
    assert!(ended.code == Some(1) && ended.stdout.contains("there is no image absent:v1"), "{ended:?}");
}

#[tokio::test]
async fn what_is_released_can_be_set_up() {
    let Some(releases) = Releases::serve().await else { return };
    let Some(docker) = Docker::engine().await else { return };
    docker.image().await;
    let runner = Runner::new().with_gh(0);
    let own = releases.directory.path().join(concat!("v", env!("CARGO_PKG_VERSION")));
    let archive = format!("{} .", project("scripts/archive").display());
    fs::create_dir(&own).unwrap();
    shell(&own, &format!("{archive} && sha256sum *.tar.gz > SHA256SUMS")).await;
    let ended = runner.run(&[("DOWNLOAD_URL", &releases.url)]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let said = concat!("jobnet ", env!("CARGO_PKG_VERSION"), " is on the PATH\n");
    assert!(ended.stdout.ends_with(said), "{ended:?}");
}

#[tokio::test]
async fn a_job_has_it_after_the_step() {
    const WORKFLOW: &str = "name: commands
on: workflow_dispatch
permissions: {}
jobs:
  item:
    runs-on: ubuntu-24.04
    steps:
      - id: setup
        uses: your-org/jobnet-action/setup@v1
        with:
          version: v9.8.7
          download-url: ${{ vars.RELEASES }}
          token: \"\"
      - run: |
          jobnet --version
          echo \"$VERSION\"
        env:
          VERSION: ${{ steps.setup.outputs.version }}
";
    let Some(releases) = Releases::serve().await else { return };
    let (tree, action) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir_all(tree.path().join(".github/workflows")).unwrap();
    fs::write(tree.path().join(".github/workflows/commands.yml"), WORKFLOW).unwrap();
    let setup = project("setup");
    crate::common::files::copy(&setup, &action.path().join("setup"));
    let Some(act) = Act::on(tree.path()).await else { return };
    let act = act.action("your-org/jobnet-action", "v1", action.path()).variable("RELEASES", &releases.url);
    let ran = act.run("workflow_dispatch", "commands.yml").await;
    assert_eq!(ran.jobs(), ["item: success"], "{}", ran.ended.stdout);
    assert!(ran.printed("item").ends_with("jobnet 9.8.7 is on the PATH\njobnet 9.8.7\n9.8.7\n"), "{ran:?}");
}
