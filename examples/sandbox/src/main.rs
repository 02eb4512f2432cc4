//! Serves the portal's API until it is interrupted.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use jobnet_sandbox::{
    AuthMode, Database, Fault, Installation, Options, PlatformOptions, Sandbox, SupabaseOptions, static_jwt,
};

/// A portal's HTTP API and four more, over SQLite, to try jobnet against.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// The SQLite file to keep everything in; in memory unless given.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// A file of SQL with the rows of an empty database, in place of the sample data.
    #[arg(long, value_name = "FILE", value_parser = read)]
    data: Option<String>,
    /// How many more fields, and as many more views, an empty database is given.
    #[arg(long, value_name = "N", default_value_t = 0)]
    rows: u32,
    /// The share of those which lack English, from 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    candidates: f64,
    /// Over how many models those fields are spread; unless given, one and one more for every 400 rows.
    #[arg(long, value_name = "N")]
    models: Option<u32>,
    /// How many genres the shop ranks.
    #[arg(long, value_name = "N", default_value_t = 6)]
    shop_genres: u32,
    /// How many items the shop ranks in each genre; half as many in the first, twice as many in the second.
    #[arg(long, value_name = "N", default_value_t = 36)]
    shop_items: u32,
    /// How many requests a second the shop lets each application id send; any number unless given.
    #[arg(long, value_name = "N")]
    shop_rate: Option<NonZeroU32>,
    /// How requests prove who sends them; a token for `static` is printed on stderr.
    #[arg(long, value_enum, env = "AUTH_MODE", default_value = "none")]
    auth: AuthMode,
    /// The scope that a token must have.
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// The audience that a token must have.
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,
    /// For how many seconds an issued token is good.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    token_lifetime: u32,
    /// How much of the SaaS platform an empty database is given.
    #[arg(long, value_enum, default_value = "current")]
    installation: Installation,
    /// The PostgreSQL database behind Supabase's Management API; SQLite unless given.
    #[arg(long, value_name = "URL")]
    supabase_postgres: Option<String>,
    /// Answer 409 without Retry-After to a request that was done before.
    #[arg(long)]
    conflict_done: bool,
    /// Misbehave: KIND[:[METHOD ]PATH[:TIMES[:skip=N]]], such as 503:/extract:2 or slow=500:/portal:always.
    #[arg(long = "fault", value_name = "SPEC")]
    faults: Vec<Fault>,
}

impl From<Cli> for Options {
    fn from(cli: Cli) -> Self {
        Self {
            database: cli.database.map_or(Database::Memory, Database::File),
            listen: cli.listen,
            data: cli.data,
            rows: cli.rows,
            candidates: cli.candidates,
            models: cli.models,
            shop_genres: cli.shop_genres,
            shop_items: cli.shop_items,
            shop_rate: cli.shop_rate,
            auth: cli.auth,
            required_scope: cli.scope,
            required_audience: cli.audience,
            token_lifetime: cli.token_lifetime,
            conflict_done: cli.conflict_done,
            platform: PlatformOptions { installation: cli.installation, ..PlatformOptions::default() },
            supabase: SupabaseOptions { postgres: cli.supabase_postgres, ..SupabaseOptions::default() },
            faults: cli.faults,
            ..Self::default()
        }
    }
}

/// The text of a file.
fn read(path: &str) -> io::Result<String> {
    fs::read_to_string(path)
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do if even this cannot be written.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let options = Options::from(Cli::parse());
    if options.auth == AuthMode::Static {
        writeln!(io::stderr(), "token: {}", static_jwt(&options)?)?;
    }
    let sandbox = Sandbox::start(options).await?;
    let interruption = interruption()?;
    writeln!(io::stdout(), "listening on {}", sandbox.base_url())?;
    interruption.await;
    sandbox.stop().await;
    Ok(())
}

/// Heeds SIGINT and SIGTERM from now on, and waits for one of them.
#[cfg(unix)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Heeds Ctrl-C from now on, and waits for it.
#[cfg(windows)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
