use std::sync::Arc;

use indexmap::IndexMap;

use crate::diag::{Fault, Source, Span};
use crate::expr::ExprError;

use super::api::ApiSpec;
use super::database::DatabaseEntry;
use super::defaults::DefaultsSpec;
use super::leaf::{Name, PlainText, Spanned};
use super::naming::{check_resource_name, check_variable_name};
use super::node::{Node, NodeValue};
use super::overlay::{OverlaySpec, check_overlay, overlaid};
use super::problem::Problem;
use super::reader::{Read, Reader};
use super::record::{record, words};
use super::stage::StageSpec;
use super::state::NotifySpec;
use super::table::Table;
use super::target::TargetsSpec;
use super::text::locate;
use super::variable::VariableSpec;

words! {
    /// The version of the format.
    Version is "a version of the format" {
        /// The first.
        "v1" => V1,
    }
}

record! {
    /// A net of batch stages: what they do, when, where, and by what settings.
    Document is "a jobnet spec"
    required {
        /// The version of the format: v1.
        jobnet: Version,
        /// The net's name.
        name: Spanned<String>,
        /// The stages, by name.
        stages: Table<StageSpec>,
    }
    optional {
        /// What the net is for, in a sentence.
        description: String,
        /// The zone of all schedules, by its IANA name. Default UTC.
        timezone: Spanned<String>,
        /// When the net starts: five cron fields, or `manual`. Default manual.
        schedule: Spanned<String>,
        /// Plain settings with their defaults. A process environment variable of the same name wins when a stage runs.
        vars: Table<VariableSpec>,
        /// The names of secrets. A value never stands in a spec.
        secrets: Vec<Name>,
        /// The HTTP APIs, by name.
        apis: Table<ApiSpec>,
        /// The databases, by name.
        databases: Table<DatabaseEntry>,
        /// The stores of raw answers, by name: `file:PATH` or `s3://BUCKET/PREFIX`.
        stores: Table<PlainText>,
        /// Who is told how stages ended.
        notify: Vec<NotifySpec>,
        /// What every stage has unless it says otherwise.
        defaults: DefaultsSpec,
        /// Selections of stages, by name.
        groups: Table<Vec<Name>>,
        /// What differs between environments: each repeats the shape of the file, and what it names replaces the same
        /// key above.
        environments: Table<OverlaySpec>,
        /// The engines that the net runs on.
        targets: TargetsSpec,
    }
}

/// A spec as each of its environments sees it.
#[derive(Debug, Clone)]
pub struct Spec {
    source: Arc<Source>,
    defaults: Table<VariableSpec>,
    environments: IndexMap<String, Document>,
    names: Vec<Spanned<String>>,
    pub(super) whole: bool,
    pub(super) texts: Vec<Span>,
}

impl Spec {
    /// True where all of the text could be read.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The places of all scalars, in which nothing is a comment, in their order.
    pub fn texts(&self) -> &[Span] {
        &self.texts
    }

    /// The text that it was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The variables as the file declares them, before any environment.
    pub fn defaults(&self) -> &Table<VariableSpec> {
        &self.defaults
    }

    /// The file with each environment laid over it, in the order of the file. An environment in which something could
    /// not be read at all is left out.
    pub fn environments(&self) -> &IndexMap<String, Document> {
        &self.environments
    }

    /// The names of all environments, readable or not.
    pub fn environment_names(&self) -> &[Spanned<String>] {
        &self.names
    }

    /// Where a fault inside a template or expression stands, as a finding.
    pub(crate) fn expression_fault(
        &self,
        fault: ExprError,
        scalar: Span,
        text: &str,
    ) -> crate::diag::Diagnostic {
        let span = locate(&self.source, scalar, text, fault.range);
        let ExprError { message, expected, help, .. } = fault;
        Problem::Expression { message, expected, help }.at(span)
    }

    /// The place of a part of a scalar's value.
    pub(crate) fn place(&self, scalar: Span, text: &str, range: std::ops::Range<usize>) -> Span {
        locate(&self.source, scalar, text, range)
    }
}

pub(super) fn read(root: &Node, source: &Arc<Source>, reader: &mut Reader<'_>) -> Option<Spec> {
    let NodeValue::Map(entries) = &root.value else {
        reader.wrong_type_mended_by(Document::EXPECTED, root, Some("begin with `jobnet: v1`".to_owned()));
        return None;
    };
    let key_span = |key| entries.iter().find(|entry| entry.key == key).map(|entry| entry.key_span);
    let start = entries.first().map_or(root.span, |entry| entry.key_span);
    // Environments that are no mapping are reported as such where the document is read.
    let environments = root.get("environments").map_or(Some(&[][..]), Node::entries);
    if environments.is_some_and(<[_]>::is_empty) {
        reader.report(Problem::NoEnvironments, key_span("environments").unwrap_or(start));
    }
    if root.get("stages").and_then(Node::entries).is_some_and(<[_]>::is_empty) {
        reader.report(Problem::NoStages, key_span("stages").unwrap_or(start));
    }
    let environments = environments.unwrap_or_default();
    let defaults = root.get("vars").and_then(|vars| Table::read(vars, reader)).unwrap_or_default();
    let mut spec = Spec {
        source: Arc::clone(source),
        defaults,
        environments: IndexMap::new(),
        names: Vec::new(),
        whole: false,
        texts: Vec::new(),
    };
    for environment in environments {
        let name = Spanned { value: environment.key.clone(), span: environment.key_span };
        check_resource_name(&name, "an environment", reader);
        check_overlay(root, &name.value, &environment.node, reader);
        if let Some(document) = Document::read(&overlaid(root, &environment.node), reader) {
            check_names(&document, reader);
            spec.environments.insert(name.value.clone(), document);
        }
        spec.names.push(name);
    }
    if environments.is_empty() {
        Document::read(root, reader);
    }
    Some(spec)
}

fn check_names(document: &Document, reader: &mut Reader<'_>) {
    check_resource_name(&document.name, "a net", reader);
    for name in document.stages.names() {
        check_resource_name(name, "a stage", reader);
    }
    for name in document.apis.iter().flat_map(Table::names) {
        check_resource_name(name, "an API", reader);
    }
    for name in document.databases.iter().flat_map(Table::names) {
        check_resource_name(name, "a database", reader);
    }
    for name in document.stores.iter().flat_map(Table::names) {
        check_resource_name(name, "a store", reader);
    }
    for name in document.groups.iter().flat_map(Table::names) {
        check_resource_name(name, "a group", reader);
    }
    for name in document.vars.iter().flat_map(Table::names) {
        check_variable_name(name, "a variable", reader);
    }
    for Name(name) in document.secrets.iter().flatten() {
        check_variable_name(name, "a secret", reader);
    }
}
