//! Kubernetes as a target: what is rendered is what kustomize, the API and the plan say.

mod faults;
mod golden;
mod ledger;
mod manifests;
mod options;
mod pods;
mod random;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jobnet::diag::{self, Findings, Source};
use jobnet::plan::{self, Plans};
use jobnet::spec;
use jobnet::targets::{self, FileSet, Origin, Target};
use serde_json::Value;

use crate::common::kubectl::Kubectl;

/// The examples that run on Kubernetes.
pub(crate) const EXAMPLES: [&str; 2] = ["portal-pipeline", "index-all"];

/// The directory of an example.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// A spec with the files beside it.
pub(crate) struct Net {
    pub(crate) plans: Plans,
    origin: Origin,
}

impl Net {
    /// That of an example.
    pub(crate) fn of_example(name: &str) -> Self {
        let text = fs::read_to_string(example(name).join("jobnet.yaml")).expect("the example's spec");
        Self::of(&text, &[]).expect("the example is good")
    }

    /// A spec's, with files by their paths.
    pub(crate) fn of(spec: &str, files: &[(&str, &str)]) -> Result<Self, Findings> {
        let (parsed, mut findings) = spec::parse(Source::new("jobnet.yaml", spec));
        let plans = parsed.and_then(|parsed| {
            let (plans, of_plan) = plan::resolve(&parsed);
            findings.extend(of_plan);
            plans
        });
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        let origin = Origin {
            file: "jobnet.yaml".to_owned(),
            spec: spec.to_owned(),
            files: files.collect(),
            ..Origin::default()
        };
        plans.map(|plans| Self { plans, origin }).ok_or(findings)
    }

    /// What is rendered.
    pub(crate) fn render(&self) -> Result<FileSet, Findings> {
        targets::render(Target::Kubernetes, &self.plans, &self.origin)
    }

    /// The files on a disk, in a directory that goes with what is returned.
    pub(crate) fn written(&self) -> tempfile::TempDir {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let files = self.render().unwrap_or_else(|findings| panic!("{findings:?}"));
        for (path, file) in files.files {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().expect("a directory")).expect("a directory of the test's");
            fs::write(path, file.bytes).expect("a file of the test's");
        }
        directory
    }

    /// The text of a rendered file.
    pub(crate) fn text(&self, path: &str) -> String {
        let files = self.render().unwrap_or_else(|findings| panic!("{findings:?}"));
        String::from_utf8(files.files[path].bytes.clone()).expect("UTF-8")
    }

    /// The objects of an overlay as kustomize builds it, by `Kind/name`; `None`, and the test skipped, without kubectl.
    pub(crate) fn objects(&self, env: &str) -> Option<BTreeMap<String, Value>> {
        let kubectl = Kubectl::find()?;
        let directory = self.written();
        let built = kubectl.kustomize(&directory.path().join("k8s/overlays").join(env)).unwrap();
        Some(objects(&built))
    }
}

/// The findings about a spec, as users see them.
pub(crate) fn faults(spec: &str, files: &[(&str, &str)]) -> String {
    let findings = match Net::of(spec, files) {
        Ok(net) => net.render().expect_err("a fault"),
        Err(findings) => findings,
    };
    let source = Source::new("jobnet.yaml", spec);
    diag::render(&source, &findings, false)
}

/// The objects in a stream of manifests, by `Kind/name`.
pub(crate) fn objects(manifests: &str) -> BTreeMap<String, Value> {
    let read = |text: &str| -> Value { serde_saphyr::from_str(text).expect("YAML") };
    let name = |object: &Value| {
        format!(
            "{}/{}",
            object["kind"].as_str().expect("a kind"),
            object["metadata"]["name"].as_str().expect("a name")
        )
    };
    manifests.split("\n---\n").map(read).map(|object| (name(&object), object)).collect()
}

/// The CronJobs among objects, each as a function sees it.
pub(crate) fn cron_jobs(
    objects: &BTreeMap<String, Value>,
    seen: impl Fn(&Value) -> Value,
) -> BTreeMap<String, Value> {
    let cron_jobs =
        objects.iter().filter_map(|(name, object)| Some((name.strip_prefix("CronJob/")?, object)));
    cron_jobs.map(|(name, object)| (name.to_owned(), seen(object))).collect()
}

/// The container of jobnet's in a CronJob.
pub(crate) fn container(cron_job: &Value) -> &Value {
    &pod(cron_job)["containers"][0]
}

/// What a CronJob says of its pods.
pub(crate) fn pod(cron_job: &Value) -> &Value {
    &cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
}
