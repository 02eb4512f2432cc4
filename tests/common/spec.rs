//! Specs of the tests' own: one API with waits too short to notice, and whatever stages a test needs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::misbehaving::Server;
use super::{Ended, Jobnet};

/// The spec of the portal's pipeline with waits between attempts that are too short to notice.
pub(crate) fn quick_portal_spec() -> String {
    let text = std::fs::read_to_string(super::portal_spec()).expect("the portal's spec");
    let quick = text.replace("backoff: [2s, 4s, 8s]", "backoff: [10ms, 20ms]");
    assert_ne!(quick, text, "the portal's spec has fixed steps");
    quick
}

/// A spec with an API named `api`, and an environment `local`.
#[derive(Clone)]
pub(crate) struct Spec {
    apis: BTreeMap<String, BTreeMap<String, String>>,
    secrets: Vec<String>,
    vars: String,
    stages: String,
}

impl Spec {
    /// Without stages, with its API at the server.
    pub(crate) fn on(server: &Server) -> Self {
        Self::at(&server.base_url())
    }

    /// Without stages, with its API at this URL.
    pub(crate) fn at(base_url: &str) -> Self {
        let spec =
            Self { apis: BTreeMap::new(), secrets: Vec::new(), vars: String::new(), stages: String::new() };
        spec.other_api("api", base_url)
    }

    /// A stage that posts `{"a":1}` to `/work`.
    pub(crate) fn posting_to(server: &Server) -> Self {
        Self::on(server).stage("work", "call: {post: /work, body: '{a: 1}'}")
    }

    /// Adds another API. Requests must then say which they mean.
    pub(crate) fn other_api(mut self, name: &str, base_url: &str) -> Self {
        let keys = [("base_url", base_url), ("retry", "{attempts: 3, backoff: [10ms, 20ms]}")];
        let keys = keys.map(|(key, value)| (key.to_owned(), value.to_owned()));
        self.apis.insert(name.to_owned(), BTreeMap::from(keys));
        self
    }

    /// Sets a key of the API.
    pub(crate) fn api(mut self, key: &str, value: &str) -> Self {
        self.apis.get_mut("api").expect("the API").insert(key.to_owned(), value.to_owned());
        self
    }

    /// Declares a secret.
    pub(crate) fn secret(mut self, name: &str) -> Self {
        self.secrets.push(name.to_owned());
        self
    }

    /// Declares a variable.
    pub(crate) fn var(mut self, name: &str, value: &str) -> Self {
        let _ = writeln!(self.vars, "  {name}: {value}");
        self
    }

    /// Adds a stage by its YAML, which may have several lines.
    pub(crate) fn stage(mut self, name: &str, yaml: &str) -> Self {
        let _ = writeln!(self.stages, "  {name}:");
        for line in yaml.lines() {
            let _ = writeln!(self.stages, "    {line}");
        }
        self
    }

    /// Adds a stage that reads `/items` page by page and posts `{"ids": […]}` to `/work`, with more keys of its source
    /// and its target.
    pub(crate) fn flow(self, from: &str, to: &str) -> Self {
        let keys = |keys: &str| if keys.is_empty() { String::new() } else { format!(", {keys}") };
        let (from, to) = (keys(from), keys(to));
        self.stage(
            "work",
            &format!(
                "flow:\n  from: {{get: /items, items: .items, next: {{cursor: .next, param: cursor}}{from}}}\n  \
                 to: {{post: /work, body: '{{ids: map(.id)}}'{to}}}"
            ),
        )
    }

    /// The YAML.
    pub(crate) fn text(&self) -> String {
        let mut text = "jobnet: v1\nname: test\n".to_owned();
        let _ = writeln!(text, "secrets: [{}]", self.secrets.join(", "));
        if !self.vars.is_empty() {
            let _ = write!(text, "vars:\n{}", self.vars);
        }
        text.push_str("apis:\n");
        for (name, keys) in &self.apis {
            let _ = writeln!(text, "  {name}:");
            for (key, value) in keys {
                let _ = writeln!(text, "    {key}: {value}");
            }
        }
        let _ = write!(text, "stages:\n{}environments:\n  local: {{}}\n", self.stages);
        text
    }

    /// The binary on this spec, with all its stages.
    pub(crate) fn jobnet(&self) -> Jobnet {
        Jobnet::on_spec(&self.text(), ["--all"])
    }

    /// Runs all its stages to their end.
    pub(crate) async fn run(&self) -> Ended {
        self.jobnet().run().await
    }
}
