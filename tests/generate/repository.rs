//! A repository with a spec in it, in which the binary is run again and again.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::Ended;
use crate::common::files::visible;

/// A net of two stages on two engines.
pub(super) const SPEC: &str = "\
jobnet: v1
name: net
schedule: \"0 3 * * *\"
secrets: [DATABASE_URL]
apis: {shop: {base_url: https://shop.example}}
databases: {main: \"${DATABASE_URL}\"}
stages:
  load: {sql: {database: main, file: sql/load.sql}}
  send: {needs: [load], offset: 30m, timeout: 20m, call: {post: /send, body: '{limit: 200}'}}
environments: {dev: {}}
targets:
  kubernetes: {out: k8s, environments: [dev], image: ghcr.io/your-org/net, tags: {dev: \"1.0.0\"}, secret: net}
  cloud_run: {out: deploy, environments: [dev], project: shop, service_account: net, region: us-central1, image: gcr.io/shop/net}
";

/// A directory with a spec, at its root or below.
pub(super) struct Repository {
    directory: tempfile::TempDir,
    below: &'static str,
    environment: Vec<(&'static str, &'static str)>,
}

impl Repository {
    /// With [`SPEC`] at its root.
    pub(super) fn new() -> Self {
        Self::with(SPEC, "")
    }

    /// With a spec in a directory of it.
    pub(super) fn with(spec: &str, below: &'static str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let repository = Self { directory, below, environment: Vec::new() };
        std::fs::create_dir_all(repository.root().join(".git")).unwrap();
        repository.write("jobnet.yaml", spec);
        repository.write("sql/load.sql", "insert into orders select * from staged;\n");
        repository
    }

    /// Sets a variable of the process.
    pub(super) fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    pub(super) fn root(&self) -> &Path {
        self.directory.path()
    }

    /// A path from the spec's directory.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.root().join(self.below).join(path)
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Puts a text in the place of another.
    pub(super) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no `{from}`:\n{text}");
        self.write(path, &text.replace(from, to));
    }

    pub(super) fn remove(&self, path: &str) {
        std::fs::remove_file(self.at(path)).unwrap();
    }

    pub(super) fn set_mode(&self, path: &str, mode: u32) {
        std::fs::set_permissions(self.at(path), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs `jobnet` where the spec is.
    pub(super) fn jobnet<const N: usize>(&self, arguments: [&str; N]) -> Ended {
        self.jobnet_in("", arguments)
    }

    /// Runs `jobnet` in a directory below the spec's.
    pub(super) fn jobnet_in<const N: usize>(&self, directory: &str, arguments: [&str; N]) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_jobnet"))
            .args(arguments)
            .current_dir(self.at(directory))
            .env_clear()
            .envs(self.environment.iter().copied())
            .stdin(Stdio::null())
            .output();
        Ended::from(output.unwrap())
    }

    /// Generates, which must go well.
    pub(super) fn generate(&self) -> Ended {
        let ended = self.jobnet(["generate"]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended
    }

    /// What a check reports to people, which must be drift.
    pub(super) fn drift(&self) -> String {
        let before = self.files();
        let ended = self.jobnet(["generate", "--check"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""), "{}", ended.stderr);
        assert_eq!(self.files(), before, "a check changes nothing");
        ended.stderr
    }

    /// All files, by their paths from the root.
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        visible(self.root())
    }
}
