use std::io;
use std::time::Duration;

use thiserror::Error;
use url::Url;

use crate::clients::{BuildError, DatabaseError, DatabaseUrlError, StoreUrlError};
use crate::expr::{Late, LateError, Lookup, Scalar, Template};
use crate::plan::{UrlPathError, check_base, check_url};
use crate::secret::Masker;

use super::migrate::MigrationNameError;
use super::sql::FaultySql;

/// Why a run cannot begin with the values that it was given.
#[derive(Debug, Error)]
pub enum BindError {
    /// A value that is absent or of the wrong type.
    #[error("{place}: {source}")]
    Value {
        /// What is meant, `apis.portal.timeout.read` say.
        place: String,
        /// What is wrong.
        source: LateError,
    },
    /// A base that is not the URL of an HTTP server.
    #[error("{place}: `{text}` is not an http or https URL")]
    Url {
        /// What is meant.
        place: String,
        /// The text.
        text: String,
    },
    /// A text that would not be sent as it is written.
    #[error("{place}: {source}")]
    Written {
        /// What is meant.
        place: String,
        /// What is wrong.
        source: UrlPathError,
    },
    /// Two ways to say who is asking.
    #[error(
        "{place}: the URL has a user name or a password, and requests say who is asking in another way too"
    )]
    TwoCredentials {
        /// What is meant.
        place: String,
    },
    /// A window that is not whole minutes up to a day.
    #[error("{place}: {length:?} is not a window of whole minutes between 1m and 24h")]
    Window {
        /// What is meant.
        place: String,
        /// The length.
        length: Duration,
    },
    /// A last page that comes before the first.
    #[error("{place}: the last page is {last}, and the first {first}")]
    LastPage {
        /// What is meant.
        place: String,
        /// The first page's number.
        first: u32,
        /// The last page's number.
        last: u32,
    },
    /// A header that cannot be sent.
    #[error("{place}: this is not a header that can be sent")]
    Header {
        /// What is meant.
        place: String,
    },
    /// A text that is not the place of a database.
    #[error("{place}: {source}")]
    Database {
        /// What is meant.
        place: String,
        /// What is wrong.
        source: DatabaseUrlError,
    },
    /// A text that is not the place of a store.
    #[error("{place}: {source}")]
    Store {
        /// What is meant.
        place: String,
        /// What is wrong.
        source: StoreUrlError,
    },
    /// A database that cannot be opened.
    #[error("{place}: {source}")]
    Open {
        /// What is meant.
        place: String,
        /// What is wrong.
        source: DatabaseError,
    },
    /// A database of a kind that cannot do what it is for.
    #[error("{place}: a {kind} database cannot do this")]
    Unsuitable {
        /// What is meant.
        place: String,
        /// Its kind.
        kind: &'static str,
        /// What would do.
        wanted: &'static str,
    },
    /// A database that is reached over HTTP, without its token.
    #[error("{place}: there is no token")]
    NoToken {
        /// What is meant.
        place: String,
    },
    /// A file that cannot be read, or is not text.
    #[error("{place}: cannot read {file}: {source}")]
    File {
        /// What is meant.
        place: String,
        /// The file.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// A directory of migrations whose names do not make an order.
    #[error("{place}: {source}")]
    Migrations {
        /// What is meant.
        place: String,
        /// What is wrong.
        source: MigrationNameError,
    },
    /// A text of SQL with faults in it.
    #[error("{0}")]
    Sql(Box<FaultySql>),
    /// A lease that cannot be kept.
    #[error("{place}: {ttl:?} is too short, and {shortest:?} the shortest")]
    Ttl {
        /// What is meant.
        place: String,
        /// How long it lasts.
        ttl: Duration,
        /// The shortest that can be kept.
        shortest: Duration,
    },
    /// A place to tell somebody at, which is a secret mostly.
    #[error("{place}: this is not an http or https URL")]
    SecretUrl {
        /// What is meant.
        place: String,
    },
    /// There can be no HTTP client.
    #[error(transparent)]
    Client(#[from] BuildError),
}

impl BindError {
    /// What to do; the faults of a text each say so themselves.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Value { .. } => {
                "change the variable, by --set NAME=VALUE, in the process environment or in the spec"
            }
            Self::Ttl { .. } => "a lease is renewed every third of its `ttl`: give that time",
            Self::Url { .. } | Self::SecretUrl { .. } => "write a URL such as https://api.example.com",
            Self::Written { source, .. } => source.help(),
            Self::TwoCredentials { .. } => {
                "leave them out of the URL, or take out `auth` and the header `Authorization`"
            }
            Self::Window { .. } => {
                "the window decides how long the same payload is the same request: 15m, say"
            }
            Self::LastPage { .. } => "make `last` no less than `first`",
            Self::Header { .. } => "header names are words with hyphens, and values one line of ASCII",
            Self::Database { source, .. } => return Some(source.help()),
            Self::Store { source, .. } => return Some(source.help()),
            Self::Open { .. } => "check the path and its permissions",
            Self::Unsuitable { wanted, .. } => return Some(format!("name {wanted}")),
            Self::NoToken { .. } => "write `{url: …, token: \"${NAME}\"}`, and give NAME a value",
            Self::File { source, .. } if source.kind() == io::ErrorKind::InvalidData => {
                "save the file as UTF-8, without NUL characters"
            }
            Self::File { .. } => "the path counts from the spec's directory; check it and its permissions",
            Self::Migrations { source, .. } => source.help(),
            Self::Sql(_) => return None,
            Self::Client(source) => source.help(),
        };
        Some(help.to_owned())
    }
}

/// Reads late values, with the place of each in its errors.
pub(super) struct Binder<'a> {
    pub(super) place: String,
    pub(super) values: &'a dyn Lookup,
}

impl Binder<'_> {
    /// The error of a field without which there is nothing to do.
    pub(super) fn absent(&self, field: &str, name: &str) -> BindError {
        self.fault(field, LateError::Absent(name.to_owned()))
    }

    /// The URL of an HTTP server.
    /// A URL that paths are joined to.
    ///
    /// # Errors
    /// As [`Binder::http_url`]'s; a query or a fragment behind its path.
    pub(super) fn base_url(&self, field: &str, text: &str, masker: &Masker) -> Result<Url, BindError> {
        check_base(text).map_err(|source| self.written(field, source))?;
        self.http_url(field, text, masker)
    }

    /// The error of a field that would not be sent as it is written.
    pub(super) fn written(&self, field: &str, source: UrlPathError) -> BindError {
        BindError::Written { place: format!("{}.{field}", self.place), source }
    }

    pub(super) fn http_url(&self, field: &str, text: &str, masker: &Masker) -> Result<Url, BindError> {
        check_url(text).map_err(|source| self.written(field, source))?;
        let url =
            Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let place = || format!("{}.{field}", self.place);
        url.ok_or_else(|| BindError::Url { place: place(), text: masker.mask(text) })
    }

    fn fault(&self, field: &str, source: LateError) -> BindError {
        BindError::Value { place: format!("{}.{field}", self.place), source }
    }

    pub(super) fn late<T: Scalar>(&self, field: &str, late: &Late<T>) -> Result<Option<T>, BindError> {
        late.bind(self.values).map_err(|source| self.fault(field, source))
    }

    pub(super) fn late_or<T: Scalar>(
        &self,
        field: &str,
        late: Option<&Late<T>>,
        default: T,
    ) -> Result<T, BindError> {
        Ok(late.map(|late| self.late(field, late)).transpose()?.flatten().unwrap_or(default))
    }

    pub(super) fn text(&self, field: &str, template: &Template) -> Result<Option<String>, BindError> {
        Ok(self.template(field, template)?.and_then(|bound| bound.as_constant()))
    }

    pub(super) fn template(&self, field: &str, template: &Template) -> Result<Option<Template>, BindError> {
        template.bind(self.values).map_err(|name| self.fault(field, LateError::Absent(name)))
    }
}
