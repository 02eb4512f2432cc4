//! Somebody who does what a page of the documentation says, in an empty directory, with nothing but its own words.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::cluster::Cluster;
use super::document::{blocks, project};
use super::{Ended, tools};

/// What is done happens in a directory of its own, which ends with the test.
pub(crate) struct Stranger {
    place: tempfile::TempDir,
    environment: BTreeMap<String, String>,
}

impl Stranger {
    /// Beside jobnet's sources, as `jobnet`, with the program in `PATH` and git that knows who commits; `None`, having said so,
    /// where there is no git or no bash.
    pub(crate) fn new() -> Option<Self> {
        for needed in ["bash", "git"] {
            tools::or_skip(tools::program(needed))?;
        }
        let place = tempfile::tempdir().expect("a temporary directory");
        let stranger = Self { place, environment: BTreeMap::new() };
        for directory in ["bin", "home"] {
            fs::create_dir(stranger.place.path().join(directory)).expect("a directory");
        }
        symlink(env!("CARGO_BIN_EXE_jobnet"), stranger.path("bin/jobnet")).expect("a link");
        fs::create_dir(stranger.path("work")).expect("a directory");
        symlink(project(""), stranger.path("work/jobnet")).expect("a link");
        let remote = stranger.path("remote.git").display().to_string();
        let git = format!(
            "[user]\n\tname = Ana\n\temail = ana@example.com\n[url \"{remote}\"]\n\tinsteadOf = \
             https://github.com/shop/etl\n"
        );
        fs::write(stranger.path("home/gitconfig"), git).expect("a file");
        Some(stranger)
    }

    /// Sets a process environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets several.
    pub(crate) fn envs<N: Into<String>>(mut self, more: impl IntoIterator<Item = (N, String)>) -> Self {
        self.environment.extend(more.into_iter().map(|(name, value)| (name.into(), value)));
        self
    }

    /// Has a program in `PATH`, behind a script of `tests/common/stranger/` that says what is different about it here. A test
    /// does not write that script: another test that forks at that moment would keep it open, and nobody could start it.
    pub(crate) fn with(self, name: &str, real: &Path) -> Self {
        let script = project("tests/common/stranger").join(name);
        symlink(script, self.path("bin").join(name)).expect("a link");
        self.env(&format!("REAL_{}", name.to_uppercase()), &real.display().to_string())
    }

    /// Has a gh that checks its command lines and sends nothing; `None` where there can be none.
    pub(crate) fn with_gh(self) -> Option<Self> {
        let gh = tools::or_skip(tools::gh())?;
        Some(self.with("gh", &gh))
    }

    /// Has kubectl speak with this cluster; `None` where there is no kubectl.
    pub(crate) fn with_cluster(self, cluster: &Cluster) -> Option<Self> {
        let kubectl = tools::or_skip(tools::program("kubectl"))?;
        let config = self.path("home/kubeconfig");
        fs::write(&config, cluster.kubeconfig()).expect("a file");
        Some(self.env("KUBECONFIG", &config.display().to_string()).with("kubectl", &kubectl))
    }

    /// Writes the JSON blocks of a page as the files that the lines before them name.
    pub(crate) fn with_files_of(self, page: &str) -> Self {
        let text = super::document::read(page);
        for (before, block) in text.split("```json\n").zip(blocks(page, "json")) {
            let name = before
                .rsplit('`')
                .find(|word| Path::new(word).extension().is_some_and(|kind| kind == "json"))
                .expect("a file's name");
            fs::write(self.path("work").join(name), block).expect("a file");
        }
        self
    }

    /// The directory in which it begins.
    pub(crate) fn work(&self) -> PathBuf {
        self.path("work")
    }

    /// Does this by bash, and stops at the first thing that fails.
    pub(crate) async fn does(&self, script: &str) -> Ended {
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", script])
            .current_dir(self.work())
            .env_clear()
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_GLOBAL", self.path("home/gitconfig"))
            .envs(&self.environment)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        Ended::from(output.await.expect("bash is there"))
    }

    /// Does it, and it goes well.
    pub(crate) async fn succeeds(&self, script: &str) -> Ended {
        let ended = self.does(script).await;
        assert_eq!(ended.code, Some(0), "{script}\n{}\n{}", ended.stdout, ended.stderr);
        ended
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }
}
