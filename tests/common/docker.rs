//! A Docker engine of the tests' own, in which the action's image is built and run.

mod step;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::sync::OnceCell;

use super::leash::Leash;
use super::{Ended, tools};

pub(crate) use step::Step;

/// Runs the engine in a directory until stdin ends, and removes the directory. What runs in it uses the machine's own
/// network: with a bridge or rules of a firewall it would disturb others, as it would in their namespace of a containerd that
/// is there already.
const SERVE: &str = r#"
trap '' PIPE
"$1" --bridge=none --iptables=false --ip6tables=false --shutdown-timeout=1 --data-root="$2/data" --exec-root="$2/exec" \
    --pidfile="$2/pid" --host="unix://$2/docker.sock" \
    --containerd-namespace="${2##*/}" --containerd-plugins-namespace="plugins-${2##*/}" 2>&1 </dev/null &
engine=$!
exec >/dev/null 2>&1
read -r line
kill "$engine"
wait "$engine"
umount "$2"/exec/netns/*
rm -rf "$2""#;

/// An engine with its images, which all tests share.
pub(crate) struct Docker {
    _server: Leash,
    client: PathBuf,
    directory: TempDir,
}

impl Docker {
    /// The engine; `None`, and the test is said to be skipped, where the machine can have none.
    pub(crate) async fn engine() -> Option<&'static Self> {
        static SHARED: OnceCell<Result<Docker, String>> = OnceCell::const_new();
        let start = || async { tokio::task::spawn_blocking(Self::start).await.expect("no panic") };
        tools::or_skip(SHARED.get_or_init(start).await.as_ref())
    }

    /// The image that `scripts/image` builds, of a binary that was quick to build. It is called what it is published as, so
    /// that whoever names it there gets this one.
    pub(crate) async fn image(&self) -> &'static str {
        static BUILT: OnceCell<&str> = OnceCell::const_new();
        let build = || async {
            let tag = concat!("ghcr.io/your-org/jobnet:", env!("CARGO_PKG_VERSION"));
            let mut command = self.command(Path::new("scripts/image"));
            let ended = ended(command.args(["--profile", "quick", "--tag", tag])).await;
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            tag
        };
        BUILT.get_or_init(build).await
    }

    /// An image of a small Debian, in which the jobs of a workflow can run.
    pub(crate) async fn debian(&self) -> Option<&'static str> {
        static IMPORTED: OnceCell<Result<&str, String>> = OnceCell::const_new();
        let import = || async {
            let debian = tokio::task::spawn_blocking(tools::debian).await.expect("no panic")?;
            let tag = "debian:test";
            let ended = self.docker(["import", debian.to_str().expect("a path in UTF-8"), tag]).await;
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            Ok(tag)
        };
        tools::or_skip(IMPORTED.get_or_init(import).await.clone())
    }

    /// The client's command, to its end.
    pub(crate) async fn docker<const N: usize>(&self, arguments: [&str; N]) -> Ended {
        ended(self.command(&self.client).args(arguments)).await
    }

    /// Where the engine listens, as `DOCKER_HOST`.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.directory.path().join("docker.sock").display())
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // BuildKit is a plugin that a machine may lack; nobody's settings matter here.
        command.env("DOCKER_HOST", self.host()).env("DOCKER_BUILDKIT", "0");
        command.env("DOCKER_CONFIG", self.directory.path());
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    fn start() -> Result<Self, String> {
        let (client, engine) = tools::docker()?;
        let directory = tempfile::Builder::new().prefix("jobnet-docker-").tempdir().expect("a directory");
        let arguments = [&*engine.to_string_lossy(), &*directory.path().to_string_lossy()];
        let started = Leash::hold(SERVE, &arguments, None, "API listen on");
        let (server, _) = started.map_err(|said| {
            let why = said.lines().last().unwrap_or("it says nothing").to_owned();
            format!("Docker engine that starts: {why}")
        })?;
        Ok(Self { _server: server, client, directory })
    }
}

async fn ended(command: &mut Command) -> Ended {
    Ended::from(command.output().await.expect("the program starts"))
}
