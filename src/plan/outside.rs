use std::num::NonZeroU32;

use indexmap::IndexMap;

use crate::diag::Span;
use crate::expr::{Late, Template};
use crate::spec::{DatabaseEntry, DatabaseSpec, Document, PlainText, Spanned, Table};

use super::api::Api;
use super::compile::Compiler;
use super::problem::PlanProblem;
use super::uses::Uses;

/// A database, with its names' values still to come.
#[derive(Debug, Clone)]
pub struct Database {
    /// Where it is: `postgres://…`, `sqlite:PATH`, `bigquery://PROJECT/DATASET` or `supabase://PROJECT`.
    pub url: Template,
    /// Where its HTTP API begins, where that is not the provider's own.
    pub api: Option<Template>,
    /// The API's bearer token.
    pub token: Option<Template>,
    /// How many connections a run may have to it at once, where the spec says so.
    pub max_connections: Option<Late<NonZeroU32>>,
    /// The time zone of its sessions, where the spec says so.
    pub timezone: Option<Template>,
    /// The variables and secrets that it refers to.
    pub uses: Uses,
}

/// A store of objects, with its names' values still to come.
#[derive(Debug, Clone)]
pub struct Store {
    /// Where it is: `file:PATH` or `s3://BUCKET/PREFIX`.
    pub url: Template,
    /// The variables and secrets that it refers to.
    pub uses: Uses,
}

/// Things by name. One that could not be read is known by its name alone, so that what names it is not reported too.
pub(super) type Known<T> = IndexMap<String, Option<T>>;

/// What stages talk to.
pub(super) struct Outside {
    pub(super) apis: Known<Api>,
    pub(super) databases: Known<Database>,
    pub(super) stores: Known<Store>,
}

impl Outside {
    pub(super) fn compile(document: &Document, compiler: &mut Compiler<'_>) -> Self {
        Self {
            apis: known(document.apis.as_ref(), |spec| Api::compile(spec, compiler)),
            databases: known(document.databases.as_ref(), |DatabaseEntry(spec)| {
                Database::compile(spec, compiler)
            }),
            stores: known(document.stores.as_ref(), |spec| Store::compile(spec, compiler)),
        }
    }

    /// The database that is named, or the only one.
    pub(super) fn database(
        &self,
        name: Option<&Spanned<String>>,
        span: Span,
        compiler: &mut Compiler<'_>,
    ) -> Option<String> {
        let (name, database) = which("database", &self.databases, name, span, compiler)?;
        compiler.talk_to(&database?.uses, |uses| {
            uses.databases.insert(name.clone());
        });
        Some(name)
    }

    /// The store that is named, or the only one.
    pub(super) fn store(
        &self,
        name: Option<&Spanned<String>>,
        span: Span,
        compiler: &mut Compiler<'_>,
    ) -> Option<String> {
        let (name, store) = which("store", &self.stores, name, span, compiler)?;
        compiler.talk_to(&store?.uses, |uses| {
            uses.stores.insert(name.clone());
        });
        Some(name)
    }

    /// The API that is named, or the only one.
    pub(super) fn api(
        &self,
        name: Option<&Spanned<String>>,
        span: Span,
        compiler: &mut Compiler<'_>,
    ) -> Option<String> {
        let (name, api) = which("API", &self.apis, name, span, compiler)?;
        compiler.talk_to(&api?.uses, |uses| {
            uses.apis.insert(name.clone());
        });
        Some(name)
    }
}

fn known<S, T>(table: Option<&Table<S>>, mut compile: impl FnMut(&S) -> T) -> Known<T> {
    let names = table.into_iter().flat_map(|table| table.names().map(move |name| (table, &name.value)));
    names.map(|(table, name)| (name.clone(), table.get(name).map(&mut compile))).collect()
}

fn which<'k, T>(
    what: &'static str,
    known: &'k Known<T>,
    name: Option<&Spanned<String>>,
    span: Span,
    compiler: &mut Compiler<'_>,
) -> Option<(String, Option<&'k T>)> {
    let names = || known.keys().cloned().collect();
    match name {
        Some(name) => match known.get(&name.value) {
            Some(found) => Some((name.value.clone(), found.as_ref())),
            None => {
                let problem = PlanProblem::Unknown { what, name: name.value.clone(), known: names() };
                compiler.report(problem, name.span);
                None
            }
        },
        None => {
            let [(only, found)] = known.iter().collect::<Vec<_>>()[..] else {
                compiler.report(PlanProblem::Which { what, known: names() }, span);
                return None;
            };
            Some((only.clone(), found.as_ref()))
        }
    }
}

impl Database {
    fn compile(spec: &DatabaseSpec, compiler: &mut Compiler<'_>) -> Self {
        let url = compiler.plain(&spec.url);
        let api = spec.api.as_ref().map(|api| compiler.plain(api));
        let token = spec.token.as_ref().map(|token| compiler.plain(token));
        let max_connections = spec.max_connections.as_ref().map(|most| compiler.late(most));
        let timezone = spec.timezone.as_ref().map(|zone| compiler.plain(zone));
        Self { url, api, token, max_connections, timezone, uses: compiler.take_uses() }
    }
}

impl Store {
    fn compile(url: &PlainText, compiler: &mut Compiler<'_>) -> Self {
        let url = compiler.plain(url);
        Self { url, uses: compiler.take_uses() }
    }
}
