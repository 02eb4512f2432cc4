use std::path::PathBuf;

use thiserror::Error;

use super::postgres_parameters::PostgresUrlError;
use super::postgres_url::PostgresUrl;

/// Where a database is.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    Postgres(Box<PostgresUrl>),
    /// `sqlite:PATH`.
    Sqlite(PathBuf),
    /// `bigquery://PROJECT/DATASET`.
    BigQuery {
        /// The Google project that pays.
        project: String,
        /// The dataset of tables that are named without one.
        dataset: String,
    },
    /// `supabase://PROJECT`.
    Supabase {
        /// The project's reference.
        project: String,
    },
}

/// Why a text is not the place of a database. The text itself may hold a password, and is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// A beginning that names no kind of database.
    #[error("this begins like no database that jobnet knows")]
    Scheme,
    /// The rest is not what its kind needs.
    #[error("this is not the URL of a {0} database")]
    Rest(&'static str),
    /// The URL of a PostgreSQL database that cannot be used.
    #[error(transparent)]
    Postgres(#[from] PostgresUrlError),
}

impl DatabaseUrlError {
    /// What to do.
    pub fn help(&self) -> String {
        let help = match self {
            Self::Postgres(PostgresUrlError::Parameter { expected, .. }) => {
                return format!("write {expected}");
            }
            Self::Scheme | Self::Postgres(PostgresUrlError::Malformed) => {
                "write postgres://USER:PASSWORD@HOST/NAME, sqlite:PATH, bigquery://PROJECT/DATASET or supabase://PROJECT"
            }
            Self::Rest("SQLite") => {
                "write sqlite:PATH: a database in memory would be gone with its connection"
            }
            Self::Rest("BigQuery") => "write bigquery://PROJECT/DATASET",
            Self::Rest(_) => "write supabase://PROJECT, with the project's reference",
        };
        help.to_owned()
    }
}

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`DatabaseUrlError`].
    pub fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(DatabaseUrlError::Scheme)?;
        let below = rest.strip_prefix("//");
        match scheme {
            "postgres" | "postgresql" => Ok(Self::Postgres(Box::new(PostgresUrl::parse(text)?))),
            "sqlite" => {
                let path = below.unwrap_or(rest);
                let good = !path.is_empty() && !path.starts_with(':') && !path.contains(['?', '\0']);
                good.then(|| Self::Sqlite(path.into())).ok_or(DatabaseUrlError::Rest("SQLite"))
            }
            "bigquery" => {
                let parts = below.and_then(|below| below.split_once('/'));
                let parts = parts.filter(|(project, dataset)| is_word(project) && is_word(dataset));
                let (project, dataset) = parts.ok_or(DatabaseUrlError::Rest("BigQuery"))?;
                Ok(Self::BigQuery { project: project.to_owned(), dataset: dataset.to_owned() })
            }
            "supabase" => {
                let project = below.filter(|project| is_word(project));
                let project = project.ok_or(DatabaseUrlError::Rest("Supabase"))?;
                Ok(Self::Supabase { project: project.to_owned() })
            }
            _ => Err(DatabaseUrlError::Scheme),
        }
    }

    /// What the kinds of databases are called.
    pub const POSTGRES: &'static str = "PostgreSQL";
    /// See [`Self::POSTGRES`].
    pub const SQLITE: &'static str = "SQLite";
    /// See [`Self::POSTGRES`].
    pub const BIGQUERY: &'static str = "BigQuery";
    /// See [`Self::POSTGRES`].
    pub const SUPABASE: &'static str = "Supabase";

    /// What the kind of database is called.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Postgres(_) => Self::POSTGRES,
            Self::Sqlite(_) => Self::SQLITE,
            Self::BigQuery { .. } => Self::BIGQUERY,
            Self::Supabase { .. } => Self::SUPABASE,
        }
    }

    /// The kind of database, by the word that its URL begins with.
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::Sqlite(_) => "sqlite",
            Self::BigQuery { .. } => "bigquery",
            Self::Supabase { .. } => "supabase",
        }
    }
}

/// A project's or dataset's name; projects of a domain are called `example.com:project`.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_database_has_its_url() {
        for (text, scheme) in [
            ("postgres://me:pw@host:5432/db", "postgres"),
            ("postgresql://host/db?sslmode=require&connect_timeout=3", "postgres"),
            ("sqlite:var/data.db", "sqlite"),
            ("sqlite:///srv/data.db", "sqlite"),
            ("bigquery://my-project/organizations", "bigquery"),
            ("bigquery://example.com:project/set_1", "bigquery"),
            ("supabase://abcdefghijkl", "supabase"),
        ] {
            assert_eq!(DatabaseUrl::parse(text).unwrap().scheme(), scheme, "{text}");
        }
        for text in [
            "",
            "main",
            "mysql://host/db",
            "sqlite:",
            "sqlite::memory:",
            "bigquery://p",
            "supabase://",
            "bigquery:p/d",
        ] {
            assert!(DatabaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_error_does_not_quote_the_password() {
        let error = DatabaseUrl::parse("postgres://me:s3cret@host:port/db").unwrap_err();
        assert!(!format!("{error} {}", error.help()).contains("s3cret"), "{error}");
    }
}
