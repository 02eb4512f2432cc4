//! The spec as its author wrote it: read from YAML into typed values that know their places.
//!
//! Invariants: no file, environment variable or clock is read here, and no default is applied. All faults of a text
//! are found in one go; what could not be read is left out of the model, so that the rest can still be checked.

mod api;
mod body;
mod call;
mod cloud_run;
mod database;
mod defaults;
mod environment;
mod exec;
mod flow;
mod for_each;
mod github;
mod keep;
mod kubernetes;
mod leaf;
mod model;
mod naming;
mod next;
mod node;
mod open;
mod overlay;
mod problem;
mod rate;
mod reader;
mod record;
mod request;
mod save;
mod schema;
mod several;
mod sql;
mod stage;
mod state;
mod table;
mod target;
mod text;
mod variable;

use std::sync::Arc;

use crate::diag::{Findings, Source};

pub use api::{
    ApiSpec, AuthSpec, BackoffSpec, BasicSpec, ClientStyle, ConflictSpec, IdempotencySpec, KeyedSpec,
    OAuth2Spec, RetrySpec, TimeoutSpec,
};
pub use body::BodySpec;
pub use call::CallSpec;
pub use cloud_run::CloudRunSpec;
pub use database::{DatabaseEntry, DatabaseSpec};
pub use defaults::{DefaultsSpec, HistorySpec, OverlapSpec};
pub use environment::EnvironmentSpec;
pub use exec::{CommandSpec, ExecDefaultsSpec, ExecSpec, InheritSpec};
pub use flow::{FlowSpec, FromSpec, SendSpec};
pub use for_each::{ForEachSpec, RowSpec};
pub use github::{AwsSpec, GithubSpec, GoogleSpec};
pub use keep::KeepSpec;
pub use kubernetes::{
    EgressSpec, EnvFromSpec, KubernetesSpec, NearSpec, ResourcesSpec, SecuritySpec, VolumeSpec,
};
pub use leaf::{JqText, LateSpec, Name, PatternText, PlainText, Spanned};
pub use model::{Document, Spec, Version};
pub use next::{EndStatus, NextSpec};
pub use open::OpenMapping;
pub use overlay::OverlaySpec;
pub use problem::Problem;
pub(crate) use problem::list;
pub use request::{CountsSpec, MissingCountsSpec, QuerySpec, RequestSpec};
pub use save::{SaveSpec, ToSpec};
pub use schema::json_schema;
pub use several::Several;
pub use sql::{MigrateSpec, SqlSpec};
pub use stage::{RequestTimeoutSpec, StageSpec};
pub use state::{LeaseSpec, NotifyOnSpec, NotifySpec, RememberSpec};
pub use table::Table;
pub use target::TargetsSpec;
pub use variable::{VariableSpec, VariableValue};

/// Reads a spec.
///
/// The spec is `None` only where the text is not YAML or not a mapping at all; otherwise it holds what could be read,
/// and the findings say what could not.
pub fn parse(source: Source) -> (Option<Spec>, Findings) {
    let source = Arc::new(source);
    let mut findings = Findings::default();
    let root = match node::read(&source) {
        Ok(root) => root,
        Err(finding) => {
            findings.push(*finding);
            return (None, findings);
        }
    };
    let mut reader = reader::Reader::new(&source);
    let spec = model::read(&root, &source, &mut reader);
    findings.extend(reader.into_findings());
    let spec = spec.map(|mut spec| {
        spec.whole = !findings.has_errors();
        spec.texts = root.texts(&source);
        spec
    });
    (spec, findings)
}
