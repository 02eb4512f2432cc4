//! How a sandbox is set up.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::bigquery::BigQueryOptions;
use crate::fault::Fault;
use crate::platform::PlatformOptions;
use crate::supabase::SupabaseOptions;

/// Where the rows are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Database {
    /// In memory, over one connection; gone with the sandbox.
    #[default]
    Memory,
    /// In a file, created if absent, with a write-ahead log.
    File(PathBuf),
}

/// How a request proves who sends it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum AuthMode {
    /// Not at all.
    #[default]
    None,
    /// With a bearer token made beforehand, see [`static_jwt`](crate::static_jwt).
    Static,
    /// With a bearer token which `POST /oauth/token` issued.
    #[value(name = "oauth2")]
    OAuth2,
}

/// Tells the time: of tokens, of idempotency keys, and of what is asked for first.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How a sandbox is set up; start from [`Options::default`].
#[derive(Clone)]
pub struct Options {
    /// Where the rows are kept; in memory unless told.
    pub database: Database,
    /// The address to listen on; port 0 takes a free one. `127.0.0.1:0` unless told.
    pub listen: SocketAddr,
    /// The SQL that fills an empty database; the sample data of the example unless told.
    pub data: Option<String>,
    /// How many more fields, and as many more views, an empty database is given.
    pub rows: u32,
    /// The share of those which lack English, from 0 to 1; spread evenly. A half unless told.
    pub candidates: f64,
    /// Over how many models those fields are spread; `None` is one, and one more for every 400 rows.
    pub models: Option<u32>,
    /// How many genres the shop ranks.
    pub shop_genres: u32,
    /// How many items the shop ranks in each genre; half as many in the first, twice as many in the second.
    /// Its API shows the first 1,020 of a ranking.
    pub shop_items: u32,
    /// How many requests a second the shop lets each application id send, by [`Options::clock`]; `None` is any
    /// number. A request may come a tenth of a second early.
    pub shop_rate: Option<NonZeroU32>,
    /// How a request proves who sends it.
    pub auth: AuthMode,
    /// Signs the tokens of [`AuthMode::Static`] (HS256).
    pub static_secret: String,
    /// Signs the tokens which `POST /oauth/token` issues (HS256).
    pub token_secret: String,
    /// For how many seconds an issued token is good.
    pub token_lifetime: u32,
    /// The one client that `POST /oauth/token` knows.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The scope that a token must have, or the request is answered 403.
    pub required_scope: Option<String>,
    /// The audience that a token must have, or the request is answered 403.
    pub required_audience: Option<String>,
    /// Whether a request that was done before is answered 409, without `Retry-After` and with the first
    /// answer's body, rather than with the first answer.
    pub conflict_done: bool,
    /// How the SaaS platform's admin API is set up.
    pub platform: PlatformOptions,
    /// How Supabase's Management API is set up.
    pub supabase: SupabaseOptions,
    /// How BigQuery is set up.
    pub bigquery: BigQueryOptions,
    /// Tells the time; the system's clock unless told.
    pub clock: Clock,
    /// How the portal misbehaves from the start.
    pub faults: Vec<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            database: Database::default(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: None,
            rows: 0,
            candidates: 0.5,
            models: None,
            shop_genres: 6,
            shop_items: 36,
            shop_rate: None,
            auth: AuthMode::default(),
            static_secret: "sandbox-static-secret".to_owned(),
            token_secret: "sandbox-token-secret".to_owned(),
            token_lifetime: 3600,
            client_id: "sandbox-client".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            required_scope: None,
            required_audience: None,
            conflict_done: false,
            platform: PlatformOptions::default(),
            supabase: SupabaseOptions::default(),
            bigquery: BigQueryOptions::default(),
            clock: Arc::new(Timestamp::now),
            faults: Vec::new(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("database", &self.database)
            .field("listen", &self.listen)
            .field("rows", &self.rows)
            .field("candidates", &self.candidates)
            .field("models", &self.models)
            .field("shop_genres", &self.shop_genres)
            .field("shop_items", &self.shop_items)
            .field("shop_rate", &self.shop_rate)
            .field("auth", &self.auth)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}
