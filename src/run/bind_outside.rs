use std::path::PathBuf;

use indexmap::IndexMap;
use url::Url;

use crate::clients::{BigQuery, Database, DatabaseUrl, HttpClient, PostgresUrl, Supabase};
use crate::diag::did_you_mean;
use crate::expr::Lookup;
use crate::plan::{self, Memory, Plan, Rows, Stage, To, Work};
use crate::policy::Timeouts;
use crate::secret::{Masker, Redacted};
use crate::sql::Dialect;

use super::binder::{BindError, Binder};
use super::event::Event;
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
            Self::Sql(Database::Postgres(_)) => DatabaseUrl::POSTGRES,
            Self::Sql(Database::Sqlite(_)) => DatabaseUrl::SQLITE,
            Self::BigQuery(_) => DatabaseUrl::BIGQUERY,
            Self::Supabase(_) => DatabaseUrl::SUPABASE,
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
        has_leases: bool,
        masker: &Masker,
    ) -> Result<(Self, Vec<String>), BindError> {
        let place = || binder.place.clone();
        let http_url = |text: &str| binder.http_url("api", text, masker);
        let text = binder.text("url", &database.url)?.unwrap_or_default();
        let mut url =
            DatabaseUrl::parse(&text).map_err(|source| BindError::Database { place: place(), source })?;
        mask_passwords(&text, masker);
        let warnings = settings(&mut url, database, binder, cert_file)?;
        if let DatabaseUrl::Postgres(url) = &mut url
            && has_leases
        {
            url.keep_one_free();
        }
        let api = match &database.api {
            Some(api) => binder.text("api", api)?.map(|text| http_url(&text)).transpose()?,
            None => None,
        };
        let token = database.token.as_ref().map(|token| binder.text("token", token)).transpose()?.flatten();
        let token = token.filter(|token| !token.is_empty()).map(Redacted::new);
        let bound = match url {
            DatabaseUrl::BigQuery { project, dataset } => {
                let api = api.map_or_else(|| http_url(BigQuery::API), Ok)?;
                let names = (project, dataset);
                Self::BigQuery(BigQuery::new(client(cert_file)?, names, api, token, masker.clone()))
            }
            DatabaseUrl::Supabase { project } => {
                let token = token.ok_or_else(|| BindError::NoToken { place: place() })?;
                let api = api.map_or_else(|| http_url(Supabase::API), Ok)?;
                Self::Supabase(Supabase::new(client(cert_file)?, project, api, token, masker.clone()))
            }
            DatabaseUrl::Postgres(_) | DatabaseUrl::Sqlite(_) => {
                let opened = Database::open(&url, files.base());
                opened.map(Self::Sql).map_err(|source| BindError::Open { place: place(), source })?
            }
        };
        Ok((bound, warnings))
    }
}

/// Puts in what the spec says of the connections to a PostgreSQL database, and gives what is to be told of its URL.
///
/// # Errors
/// Also where it says so of another.
fn settings(
    url: &mut DatabaseUrl,
    database: &plan::Database,
    binder: &Binder<'_>,
    cert_file: Option<&PathBuf>,
) -> Result<Vec<String>, BindError> {
    let kind = url.kind();
    let DatabaseUrl::Postgres(url) = url else {
        let said = [
            ("max_connections", database.max_connections.is_some()),
            ("timezone", database.timezone.is_some()),
        ];
        return match said.into_iter().find(|(_, is_said)| *is_said) {
            None => Ok(Vec::new()),
            Some((key, _)) => {
                let place = format!("{}.{key}", binder.place);
                Err(BindError::Unsuitable { place, kind, wanted: "a PostgreSQL database" })
            }
        };
    };
    let most = database.max_connections.as_ref().map(|most| binder.late("max_connections", most));
    if let Some(most) = most.transpose()?.flatten() {
        url.set_max_connections(most);
    }
    let timezone = database.timezone.as_ref().map(|zone| binder.text("timezone", zone)).transpose()?;
    if let Some(timezone) = timezone.flatten() {
        url.set_timezone(timezone);
    }
    if let Some(file) = cert_file {
        url.trust(file)?;
    }
    let known = PostgresUrl::known();
    let unheeded = |name: &String| {
        // A word that is one is meant.
        let meant = did_you_mean(name, &known).filter(|_| !known.contains(&name.as_str()));
        let meant = meant.map(|meant| format!("; {meant}")).unwrap_or_default();
        format!("{}: the parameter `{name}` of the URL has no effect{meant}", binder.place)
    };
    Ok(url.ignored().iter().map(unheeded).collect())
}

fn client(cert_file: Option<&PathBuf>) -> Result<HttpClient, BindError> {
    Ok(HttpClient::new(Timeouts::default().connect, cert_file.cloned())?)
}

/// A password must not show by itself either, where the whole URL is the secret.
fn mask_passwords(text: &str, masker: &Masker) {
    let Ok(url) = Url::parse(text) else { return };
    if let Some(password) = url.password() {
        masker.add(&percent_encoding::percent_decode_str(password).decode_utf8_lossy());
    }
    let passwords = url.query_pairs().filter(|(name, _)| name.contains("password"));
    passwords.for_each(|(_, password)| masker.add(&password));
}

/// The databases that the chosen stages use, by name; and warnings about them, each with the first stage that it is about.
pub(super) fn databases(
    plan: &Plan,
    stages: &[&str],
    values: &dyn Lookup,
    files: &dyn Files,
    cert_file: Option<&PathBuf>,
    masker: &Masker,
) -> Result<(IndexMap<String, BoundDatabase>, Vec<Event>), BindError> {
    let mut bound = IndexMap::new();
    let mut warnings = Vec::new();
    let chosen = stages.iter().filter_map(|name| plan.stage(name));
    let used = chosen.flat_map(|stage| databases_of(plan, stage).into_iter().map(move |name| (stage, name)));
    for (stage, name) in used {
        if let Some(database) = plan.databases.get(name).filter(|_| !bound.contains_key(name)) {
            let binder = Binder { place: format!("databases.{name}"), values };
            let has_leases = plan.stages.iter().any(|stage| {
                let memory = stage.lease.as_ref().map(|lease| &lease.memory);
                stages.contains(&stage.name.as_str())
                    && matches!(memory, Some(Memory::Database(known)) if known == name)
            });
            let (database, told) =
                BoundDatabase::bind(database, &binder, files, cert_file, has_leases, masker)?;
            bound.insert(name.to_owned(), database);
            let warning = |message| Event::Warning { stage: stage.name.clone(), message };
            warnings.extend(told.into_iter().map(warning));
        }
    }
    Ok((bound, warnings))
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
