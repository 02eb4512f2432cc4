use std::path::PathBuf;

use indexmap::IndexMap;
use url::Url;

use crate::clients::{BigQuery, Database, DatabaseUrl, HttpClient, Supabase};
use crate::expr::Lookup;
use crate::plan::{self, Memory, Plan, Rows, Stage, To, Work};
use crate::policy::Timeouts;
use crate::secret::{Masker, Redacted};
use crate::sql::Dialect;

use super::binder::{BindError, Binder};
use super::files::Files;

/// A database with all its values.
#[derive(Debug, Clone)]
pub(super) enum BoundDatabase {
    /// One that speaks SQL over a connection.
    Sql(Database),
    /// BigQuery, over HTTP.
    BigQuery(BigQuery),
    /// A project of Supabase, over its Management API.
    Supabase(Supabase),
}

impl BoundDatabase {
    /// The database, where it speaks SQL over a connection.
    ///
    /// # Errors
    /// [`BindError::Unsuitable`].
    pub(super) fn connected(&self, place: &str) -> Result<&Database, BindError> {
        match self {
            Self::Sql(database) => Ok(database),
            Self::BigQuery(_) | Self::Supabase(_) => {
                Err(self.unsuitable(place, "a PostgreSQL or SQLite database"))
            }
        }
    }

    /// The error where another kind of database is wanted.
    pub(super) fn unsuitable(&self, place: &str, wanted: &'static str) -> BindError {
        let kind = match self {
            Self::Sql(Database::Postgres(_)) => "PostgreSQL",
            Self::Sql(Database::Sqlite(_)) => "SQLite",
            Self::BigQuery(_) => "BigQuery",
            Self::Supabase(_) => "Supabase",
        };
        BindError::Unsuitable { place: place.to_owned(), kind, wanted }
    }

    /// How its statements are written.
    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Self::Sql(Database::Sqlite(_)) => Dialect::Sqlite,
            Self::Sql(Database::Postgres(_)) | Self::Supabase(_) => Dialect::Postgres,
            Self::BigQuery(_) => Dialect::BigQuery,
        }
    }

    fn bind(
        database: &plan::Database,
        binder: &Binder<'_>,
        files: &dyn Files,
        cert_file: Option<&PathBuf>,
        masker: &Masker,
    ) -> Result<Self, BindError> {
        let place = || binder.place.clone();
        let http_url = |text: &str| binder.http_url("api", text, masker);
        let text = binder.text("url", &database.url)?.unwrap_or_default();
        let url =
            DatabaseUrl::parse(&text).map_err(|source| BindError::Database { place: place(), source })?;
        let api = match &database.api {
            Some(api) => binder.text("api", api)?.map(|text| http_url(&text)).transpose()?,
            None => None,
        };
        let token = database.token.as_ref().map(|token| binder.text("token", token)).transpose()?.flatten();
        let token = token.filter(|token| !token.is_empty()).map(Redacted::new);
        match url {
            DatabaseUrl::BigQuery { project, dataset } => {
                let api = api.map_or_else(|| http_url(BigQuery::API), Ok)?;
                let names = (project, dataset);
                Ok(Self::BigQuery(BigQuery::new(client(cert_file)?, names, api, token, masker.clone())))
            }
            DatabaseUrl::Supabase { project } => {
                let token = token.ok_or_else(|| BindError::NoToken { place: place() })?;
                let api = api.map_or_else(|| http_url(Supabase::API), Ok)?;
                Ok(Self::Supabase(Supabase::new(client(cert_file)?, project, api, token, masker.clone())))
            }
            DatabaseUrl::Postgres { .. } | DatabaseUrl::Sqlite(_) => {
                mask_password(&text, masker);
                let opened = Database::open(&url, files.base());
                opened.map(Self::Sql).map_err(|source| BindError::Open { place: place(), source })
            }
        }
    }
}

fn client(cert_file: Option<&PathBuf>) -> Result<HttpClient, BindError> {
    Ok(HttpClient::new(Timeouts::default().connect, cert_file.cloned())?)
}

/// A password must not show by itself either, where the whole URL is the secret.
fn mask_password(text: &str, masker: &Masker) {
    let url = Url::parse(text).ok();
    if let Some(password) = url.as_ref().and_then(|url| url.password()) {
        masker.add(&percent_encoding::percent_decode_str(password).decode_utf8_lossy());
    }
}

/// The databases that the chosen stages use, by name.
pub(super) fn databases(
    plan: &Plan,
    stages: &[&str],
    values: &dyn Lookup,
    files: &dyn Files,
    cert_file: Option<&PathBuf>,
    masker: &Masker,
) -> Result<IndexMap<String, BoundDatabase>, BindError> {
    let mut bound = IndexMap::new();
    let chosen = stages.iter().filter_map(|name| plan.stage(name));
    for name in chosen.flat_map(|stage| databases_of(plan, stage)) {
        if let Some(database) = plan.databases.get(name).filter(|_| !bound.contains_key(name)) {
            let binder = Binder { place: format!("databases.{name}"), values };
            bound.insert(name.to_owned(), BoundDatabase::bind(database, &binder, files, cert_file, masker)?);
        }
    }
    Ok(bound)
}

fn databases_of<'p>(plan: &'p Plan, stage: &'p Stage) -> Vec<&'p str> {
    let mut names: Vec<&str> = Vec::new();
    match &stage.work {
        Work::Sql(sql) => names.push(&sql.database),
        Work::Migrate(migrate) => names.push(&migrate.database),
        Work::Flow(flow) => {
            if let To::Save(saves) = &flow.to {
                names.push(&saves.database);
            }
        }
        Work::Call(_) | Work::Exec(_) => {}
    }
    if let Some(Rows::Query(sql)) = stage.work.rows() {
        names.push(&sql.database);
    }
    let continued = plan.saving_before(stage).into_iter();
    names.extend(
        continued
            .filter(|(saving, _)| stage.continues.iter().flatten().any(|name| *name == saving.name))
            .map(|(_, saves)| saves.database.as_str()),
    );
    names.extend(memories(plan, stage).filter_map(|memory| match memory {
        Memory::Database(name) => Some(name.as_str()),
        Memory::Store(_) => None,
    }));
    names
}

/// The places where something about a stage is written down.
pub(super) fn memories<'p>(plan: &'p Plan, stage: &'p Stage) -> impl Iterator<Item = &'p Memory> {
    let lease = stage.lease.as_ref().map(|lease| &lease.memory);
    lease.into_iter().chain(plan.notify.iter().filter_map(|notify| notify.recovery.as_ref()))
}
