//! The parameters of a PostgreSQL URL
//! (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS>), by what becomes of them.

use std::num::NonZeroU32;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use thiserror::Error;

use super::postgres_options::without_timezone;

/// Why a text is not such a URL. The text itself may hold a password, and is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PostgresUrlError {
    /// It is no URL, or not one of a database.
    #[error("this is not the URL of a PostgreSQL database")]
    Malformed,
    /// A parameter with a value that it cannot have.
    #[error("the parameter `{name}` of this URL has no such value")]
    Parameter {
        /// Its name.
        name: &'static str,
        /// The values that it can have.
        expected: &'static str,
    },
}

/// What becomes of a parameter.
enum Meaning {
    /// The driver knows it, under this name.
    Driver(&'static str),
    /// jobnet itself sees to it.
    Own,
    /// One value, or several, of it mean what is done anyway.
    Given(&'static [&'static str]),
}

/// The parameters that have an effect, or ask for what is done without them: libpq's, and those of clients that name
/// limits and poolers.
const KNOWN: [(&str, Meaning); 27] = [
    ("host", Meaning::Driver("host")),
    ("hostaddr", Meaning::Driver("hostaddr")),
    ("port", Meaning::Driver("port")),
    ("dbname", Meaning::Driver("dbname")),
    ("user", Meaning::Driver("user")),
    ("password", Meaning::Driver("password")),
    ("sslmode", Meaning::Driver("sslmode")),
    ("ssl-mode", Meaning::Driver("sslmode")),
    ("sslrootcert", Meaning::Driver("sslrootcert")),
    ("ssl-root-cert", Meaning::Driver("sslrootcert")),
    ("ssl-ca", Meaning::Driver("sslrootcert")),
    ("sslcert", Meaning::Driver("sslcert")),
    ("ssl-cert", Meaning::Driver("sslcert")),
    ("sslkey", Meaning::Driver("sslkey")),
    ("ssl-key", Meaning::Driver("sslkey")),
    ("application_name", Meaning::Driver("application_name")),
    ("options", Meaning::Driver("options")),
    ("connect_timeout", Meaning::Own),
    ("connection_limit", Meaning::Own),
    ("pgbouncer", Meaning::Given(&["true", "false"])),
    ("client_encoding", Meaning::Given(&["utf8", "utf-8"])),
    ("channel_binding", Meaning::Given(&["disable", "prefer"])),
    ("gssencmode", Meaning::Given(&["disable", "prefer"])),
    ("load_balance_hosts", Meaning::Given(&["disable"])),
    ("sslnegotiation", Meaning::Given(&["postgres"])),
    ("sslsni", Meaning::Given(&["1"])),
    ("target_session_attrs", Meaning::Given(&["any"])),
];

/// Parameters that libpq and others know, and that have no effect here.
const OF_OTHERS: [&str; 28] = [
    "fallback_application_name",
    "gssdelegation",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "passfile",
    "pool_timeout",
    "replication",
    "require_auth",
    "requirepeer",
    "requiressl",
    "schema",
    "service",
    "socket_timeout",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslaccept",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslpassword",
    "statement-cache-capacity",
    "statement_cache_size",
    "tcp_user_timeout",
];

/// The files of certificates and keys that the process environment may name.
const FILES: [(&str, &str); 3] =
    [("sslrootcert", "PGSSLROOTCERT"), ("sslcert", "PGSSLCERT"), ("sslkey", "PGSSLKEY")];

/// The values of `sslmode`.
const SSL_MODES: &str = "disable, allow, prefer, require, verify-ca or verify-full";

/// The parameters that there are, whether they have an effect here or not.
pub(super) fn known() -> Vec<&'static str> {
    KNOWN.iter().map(|(name, _)| *name).chain(OF_OTHERS).collect()
}

/// The parameters of a URL, by what becomes of them.
#[derive(Default)]
pub(super) struct Given {
    /// Those for the driver.
    pub(super) driver: Vec<(&'static str, String)>,
    pub(super) files: Vec<(&'static str, String)>,
    pub(super) names_roots: bool,
    pub(super) has_system_roots: bool,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) max_connections: Option<NonZeroU32>,
    pub(super) timezone: Option<String>,
    pub(super) ignored: Vec<String>,
}

impl Given {
    /// Takes a parameter.
    ///
    /// # Errors
    /// [`PostgresUrlError::Parameter`].
    pub(super) fn add(&mut self, name: String, value: String) -> Result<(), PostgresUrlError> {
        if let Some(setting) = name.strip_prefix("options[").and_then(|name| name.strip_suffix(']')) {
            // As the driver writes it.
            return self.driver("options", format!("-c {setting}={value}"));
        }
        match KNOWN.iter().find(|(known, _)| *known == name).map(|(_, meaning)| meaning) {
            Some(Meaning::Driver(name)) => self.driver(name, value),
            Some(Meaning::Own) => {
                let number = value.parse::<NonZeroU32>().map_err(|_| PostgresUrlError::Parameter {
                    name: if name == "connect_timeout" { "connect_timeout" } else { "connection_limit" },
                    expected: "a whole number of 1 or more",
                })?;
                match name.as_str() {
                    "connect_timeout" => {
                        self.connect_timeout = Some(Duration::from_secs(number.get().into()));
                    }
                    _ => self.max_connections = Some(number),
                }
                Ok(())
            }
            Some(Meaning::Given(values)) if values.contains(&value.to_lowercase().as_str()) => Ok(()),
            Some(Meaning::Given(_)) | None => {
                if !self.ignored.contains(&name) {
                    self.ignored.push(name);
                }
                Ok(())
            }
        }
    }

    /// Takes a parameter that the driver knows.
    fn driver(&mut self, name: &'static str, mut value: String) -> Result<(), PostgresUrlError> {
        let must = |good: bool, expected: &'static str| {
            if good { Ok(()) } else { Err(PostgresUrlError::Parameter { name, expected }) }
        };
        match name {
            "sslmode" => must(value.parse::<PgSslMode>().is_ok(), SSL_MODES)?,
            "port" => must(value.parse::<u16>().is_ok(), "a number of a port")?,
            "hostaddr" => must(value.parse::<std::net::IpAddr>().is_ok(), "an IP address")?,
            "sslrootcert" if value == "system" => {
                self.has_system_roots = true;
                return Ok(());
            }
            "sslrootcert" | "sslcert" | "sslkey" => {
                self.names_roots |= name == "sslrootcert";
                self.file(name, &value);
            }
            "options" => {
                let (others, timezone) = without_timezone(&value);
                self.timezone = timezone.or_else(|| self.timezone.take());
                if others.is_empty() {
                    return Ok(());
                }
                value = others;
            }
            _ => {}
        }
        self.driver.push((name, value));
        Ok(())
    }

    /// Takes the files that the process environment names, as the driver does, where the URL names none.
    pub(super) fn add_environment(&mut self) {
        for (name, variable) in FILES {
            let is_given = self.files.iter().any(|(known, _)| *known == name);
            if let Some(file) = std::env::var(variable).ok().filter(|_| !is_given) {
                self.names_roots |= name == "sslrootcert";
                self.file(variable, &file);
            }
        }
    }

    /// Notes a file; the driver takes the certificate itself in its place.
    fn file(&mut self, name: &'static str, value: &str) {
        if !value.starts_with("-----BEGIN") {
            self.files.push((name, value.to_owned()));
        }
    }

    /// Has certificates checked where the URL names who vouches for them, as libpq does
    /// (<https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-CERTIFICATES>).
    pub(super) fn trusting(&self, options: PgConnectOptions) -> PgConnectOptions {
        match options.get_ssl_mode() {
            _ if self.has_system_roots => options.ssl_mode(PgSslMode::VerifyFull),
            PgSslMode::Require if self.names_roots => options.ssl_mode(PgSslMode::VerifyCa),
            _ => options,
        }
    }
}
