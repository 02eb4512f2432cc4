//! Supabase's Management API, as far as migrations need it
//! (<https://supabase.com/docs/reference/api/v1-run-a-query>).

mod error;
mod literal;
mod message;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::policy::Rate;
use crate::secret::{Masker, Redacted};

use self::message::{message, record};
use super::database::{Applied, MIGRATIONS_LOCK, Migration};
use super::http::HttpClient;
use super::json_api::{JsonApi, Observer};
use super::pacer::{NotThen, Pacer};

pub use error::SupabaseError;

/// Makes the tables that record what was applied: Supabase's own as its command line makes it
/// (<https://github.com/supabase/cli/blob/main/pkg/migration/history.go>), and one for checksums beside it.
const CREATE: &str = "create schema if not exists supabase_migrations;\n\
    create table if not exists supabase_migrations.schema_migrations \
    (version text not null primary key, statements text[], name text);\n\
    create table if not exists supabase_migrations.jobnet_checksums \
    (version text not null primary key, checksum text not null);";

const LIST: &str = "select m.version, c.checksum from supabase_migrations.schema_migrations m \
    left join supabase_migrations.jobnet_checksums c on c.version = m.version order by m.version";

/// A project, by its Management API.
#[derive(Debug, Clone)]
pub struct Supabase {
    api: JsonApi,
    project: String,
    token: Redacted<String>,
    pacer: Option<Arc<Pacer>>,
    masker: Masker,
}

#[derive(Deserialize)]
struct Row {
    version: String,
    checksum: Option<String>,
}

impl Supabase {
    /// Where Supabase's own API begins.
    pub const API: &'static str = "https://api.supabase.com";

    /// The project behind an API.
    pub fn new(
        client: HttpClient,
        project: String,
        api: Url,
        token: Redacted<String>,
        masker: Masker,
    ) -> Self {
        let pacer = rate(&api).map(|rate| Arc::new(Pacer::new(rate)));
        Self { api: JsonApi::new(client, api), project, token, pacer, masker }
    }

    /// Makes what is needed to record migrations, where it is absent.
    ///
    /// # Errors
    /// [`SupabaseError`].
    pub async fn prepare(&self, observe: Observer<'_>) -> Result<(), SupabaseError> {
        // Where several make a schema at once, all but one fail in the catalogue.
        let statements =
            format!("begin;\nselect pg_advisory_xact_lock({MIGRATIONS_LOCK});\n{CREATE}\ncommit;");
        self.query(&statements, observe).await.map(|_| ())
    }

    /// The migrations that the project has, whoever applied them.
    ///
    /// # Errors
    /// [`SupabaseError`].
    pub async fn migrations(&self, observe: Observer<'_>) -> Result<Vec<Applied>, SupabaseError> {
        let body = self.query(LIST, observe).await?;
        let rows: Vec<Row> =
            serde_json::from_slice(&body).map_err(|error| SupabaseError::Answer(error.to_string()))?;
        Ok(rows.into_iter().map(|Row { version, checksum }| Applied { version, checksum }).collect())
    }

    /// Applies a migration and records it, both or neither.
    ///
    /// # Errors
    /// [`SupabaseError`]; where it may have arrived all the same, [`Supabase::migrations`] tells.
    pub async fn migrate(&self, migration: &Migration, observe: Observer<'_>) -> Result<(), SupabaseError> {
        self.query(&message(migration), observe).await.map(|_| ())
    }

    /// Carries out a statement outside a transaction.
    ///
    /// # Errors
    /// [`SupabaseError`].
    pub async fn execute(&self, statement: &str, observe: Observer<'_>) -> Result<(), SupabaseError> {
        self.query(statement, observe).await.map(|_| ())
    }

    /// Records a migration whose statements were carried out.
    ///
    /// # Errors
    /// [`SupabaseError`]; where it may have arrived all the same, [`Supabase::migrations`] tells.
    pub async fn record(&self, migration: &Migration, observe: Observer<'_>) -> Result<(), SupabaseError> {
        self.query(&record(migration), observe).await.map(|_| ())
    }

    async fn query(&self, query: &str, observe: Observer<'_>) -> Result<Bytes, SupabaseError> {
        let path = format!("/v1/projects/{}/database/query", self.project);
        if let Some(pacer) = &self.pacer {
            while let Err(NotThen(ready)) = pacer.start(Instant::now()) {
                sleep_until(ready).await;
            }
        }
        let body = json!({"query": query});
        let answer = self.api.send(&path, &[], Some(&body), Some(&self.token), observe).await?;
        if answer.status >= 400 {
            return Err(SupabaseError::answered(&answer, &self.masker));
        }
        Ok(answer.body)
    }
}

/// Supabase lets sixty requests a minute through (<https://supabase.com/docs/reference/api/introduction>); another host
/// says itself when there are too many.
fn rate(api: &Url) -> Option<Rate> {
    let host = api.host_str().unwrap_or_default();
    let own = host == "supabase.com" || host.ends_with(".supabase.com");
    own.then(|| Rate::new(NonZeroU32::MIN.saturating_add(59), Duration::from_mins(1))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_supabase_itself_is_known_to_want_sixty_requests_a_minute() {
        let interval = |url: &str| rate(&Url::parse(url).unwrap()).map(Rate::interval);
        assert_eq!(interval(Supabase::API), Some(Duration::from_secs(1)));
        assert_eq!(interval("http://127.0.0.1:8700/supabase"), None);
    }
}
