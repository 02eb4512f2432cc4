use std::num::NonZeroU32;
use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use crate::clients::roots::{BuildError, Roots};

use super::postgres_options::without_timezone;
use super::postgres_parameters::{Given, PostgresUrlError, known};

/// How to connect to a PostgreSQL database, as its URL says
/// (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>).
#[derive(Clone)]
pub struct PostgresUrl {
    options: PgConnectOptions,
    /// The files of certificates and keys, each with the parameter that names it.
    files: Vec<(&'static str, String)>,
    /// It is said whom to trust.
    names_roots: bool,
    connect_timeout: Option<Duration>,
    max_connections: Option<NonZeroU32>,
    timezone: Option<String>,
    keeps_one_free: bool,
    ignored: Vec<String>,
}

impl PostgresUrl {
    /// The time zone of sessions for which nothing else is said.
    pub(super) const TIMEZONE: &'static str = "UTC";

    /// How long to wait for a connection, a server's start included.
    const CONNECT: Duration = Duration::from_secs(15);

    /// How many connections a run may have, where nothing else is said.
    const MOST: u32 = 16;

    /// Reads a URL. Parameters without an effect are [told](Self::ignored), and not handed on to the driver, which would
    /// log their values.
    ///
    /// # Errors
    /// [`PostgresUrlError`].
    pub(super) fn parse(text: &str) -> Result<Self, PostgresUrlError> {
        let mut url = Url::parse(text).map_err(|_| PostgresUrlError::Malformed)?;
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let mut given = Given::default();
        for (name, value) in pairs {
            given.add(name, value)?;
        }
        given.add_environment();
        url.set_query(None);
        if !given.driver.is_empty() {
            url.query_pairs_mut().extend_pairs(&given.driver);
        }
        let options = PgConnectOptions::from_str(url.as_str()).map_err(|_| PostgresUrlError::Malformed)?;
        let options = without_brackets(options);
        let of_environment = options.get_options().and_then(|options| without_timezone(options).1);
        let timezone = given.timezone.take().or(of_environment);
        let options = given.trusting(options).extra_float_digits(None);
        Ok(Self {
            options,
            files: given.files,
            names_roots: given.names_roots,
            connect_timeout: given.connect_timeout,
            max_connections: given.max_connections,
            timezone,
            keeps_one_free: false,
            ignored: given.ignored,
        })
    }

    /// Has sessions in another time zone, whatever the URL says.
    pub fn set_timezone(&mut self, timezone: String) {
        self.timezone = Some(timezone);
    }

    /// Allows so many connections, whatever the URL says.
    pub fn set_max_connections(&mut self, most: NonZeroU32) {
        self.max_connections = Some(most);
    }

    /// Keeps a connection for leases, where there is more than one: work that takes all for long would have them expire.
    pub fn keep_one_free(&mut self) {
        self.keeps_one_free = true;
    }

    /// Trusts the certificates of a PEM file (what `SSL_CERT_FILE` says) besides Mozilla's, where certificates are checked
    /// and nothing else says whom to trust.
    ///
    /// # Errors
    /// [`BuildError`], where it cannot be used.
    pub fn trust(&mut self, file: &Path) -> Result<(), BuildError> {
        let checks = matches!(self.options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        if checks && !self.names_roots {
            Roots::load(Some(file.to_owned()))?;
            self.options = self.options.clone().ssl_root_cert(file);
        }
        Ok(())
    }

    /// The parameters without an effect, by name.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The parameters that there are, whether they have an effect here or not.
    pub fn known() -> Vec<&'static str> {
        known()
    }

    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// The files that it takes to connect, each with the parameter that names it.
    pub(super) fn files(&self) -> &[(&'static str, String)] {
        match self.options.get_ssl_mode() {
            PgSslMode::Disable | PgSslMode::Allow => &[],
            _ => &self.files,
        }
    }

    /// `HOST:PORT`, or the path of a socket.
    pub(super) fn address(&self) -> String {
        let (host, port) = (self.options.get_host(), self.options.get_port());
        match self.options.get_socket() {
            Some(socket) => socket.display().to_string(),
            // What stands in the place of a host may be the directory of a socket.
            None if host.starts_with('/') => host.to_owned(),
            None if host.contains(':') => format!("[{host}]:{port}"),
            None => format!("{host}:{port}"),
        }
    }

    pub(super) fn connect_timeout(&self) -> Duration {
        self.connect_timeout.unwrap_or(Self::CONNECT)
    }

    pub(super) fn max_connections(&self) -> usize {
        let most = self.max_connections.map_or(Self::MOST, NonZeroU32::get);
        usize::try_from(most).unwrap_or(usize::MAX)
    }

    pub(super) fn keeps_one_free(&self) -> bool {
        self.keeps_one_free
    }

    pub(super) fn timezone(&self) -> &str {
        self.timezone.as_deref().unwrap_or(Self::TIMEZONE)
    }
}

/// The driver takes the brackets of an IPv6 address in a URL for a part of it, and asks for a host of that name.
fn without_brackets(options: PgConnectOptions) -> PgConnectOptions {
    let host = options.get_host();
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).map(str::to_owned) {
        Some(host) => options.host(&host),
        None => options,
    }
}

/// Without the options, which hold a password.
impl std::fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresUrl").field("address", &self.address()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<PostgresUrl, PostgresUrlError> {
        PostgresUrl::parse(&format!("postgres://me:pw@host:6432/db?{query}"))
    }

    #[test]
    fn hosts_and_parameters_of_libpq_and_of_poolers_are_known() {
        let url = parse(
            "sslmode=verify-full&connect_timeout=3&connection_limit=4&pgbouncer=true&application_name=a&\
             options=-c%20timezone%3DAsia/Tokyo%20-c%20search_path%3Dapp&target_session_attrs=any",
        )
        .unwrap();
        assert_eq!((url.max_connections(), url.connect_timeout().as_secs()), (4, 3));
        assert_eq!((url.timezone(), url.options.get_options()), ("Asia/Tokyo", Some("-c search_path=app")));
        assert_eq!((url.ignored(), url.address()), (&[][..], "host:6432".to_owned()));
        let local = PostgresUrl::parse("postgres://me@[::1]:5433/db").unwrap();
        assert_eq!((local.options.get_host(), &*local.address()), ("::1", "[::1]:5433"));
        let plain = parse("").unwrap();
        assert_eq!((plain.max_connections(), plain.timezone()), (16, "UTC"));
    }

    #[test]
    fn a_parameter_without_an_effect_is_told_by_its_name() {
        let url =
            parse("pasword=hunter2&schema=app&channel_binding=require&schema=b&pool_timeout=3&x=1").unwrap();
        assert_eq!(url.ignored(), ["pasword", "schema", "channel_binding", "pool_timeout", "x"]);
        assert!(!format!("{url:?}").contains("hunter2"));
    }

    #[test]
    fn a_value_that_a_parameter_cannot_have_is_an_error_that_names_it() {
        for (query, name) in [
            ("sslmode=requires", "sslmode"),
            ("port=x", "port"),
            ("hostaddr=db", "hostaddr"),
            ("connect_timeout=soon", "connect_timeout"),
            ("connection_limit=0", "connection_limit"),
        ] {
            let error = parse(query).unwrap_err();
            assert!(
                matches!(error, PostgresUrlError::Parameter { name: found, .. } if found == name),
                "{query}"
            );
        }
    }

    #[test]
    fn whoever_names_roots_has_certificates_checked() {
        let mode = |query: &str| format!("{:?}", parse(query).unwrap().options.get_ssl_mode());
        assert_eq!(mode("sslmode=require"), "Require");
        assert_eq!(mode("sslmode=require&sslrootcert=ca.pem"), "VerifyCa");
        assert_eq!(mode("sslrootcert=system"), "VerifyFull");
        assert_eq!(mode("sslmode=disable&sslrootcert=ca.pem"), "Disable");
    }
}
