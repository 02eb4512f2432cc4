//! An example from end to end, with nothing to install.
//!
//! `cargo run --release --example quickstart` shows the portal's pipeline: a sandbox of the portal on a free port, the whole
//! net run against it, what the portal holds afterwards, and the net once more, to show that nothing doubles. With
//! `-- --serve` the sandbox stays up for playing. `-- NAME` shows another example, whose stages are commands.
#![expect(clippy::print_stdout, reason = "it talks to whoever tries it")]

use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use jobnet_sandbox::{Options, Sandbox};
use tokio::runtime::Runtime;

const SPEC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/portal-pipeline/jobnet.yaml");

const USAGE: &str = "usage: quickstart [--serve | index-all | batch-etl-commands]";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    match std::env::args().skip(1).collect::<Vec<_>>()[..] {
        [] => portal(false),
        [ref flag] if flag == "--serve" => portal(true),
        [ref name] if ["index-all", "batch-etl-commands"].contains(&name.as_str()) => commands(name),
        _ => Err(USAGE.into()),
    }
}

/// An example whose stages are commands, which run in its directory and write to one that goes away.
fn commands(name: &str) -> Result<ExitCode, Box<dyn Error>> {
    std::env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name))?;
    let data = tempfile::tempdir()?;
    println!("$ jobnet run --all --env local        # in examples/{name}");
    let set = format!("DATA={}", data.path().display());
    let mut arguments = vec!["jobnet", "run", "--all", "--env", "local", "--format", "human"];
    if name == "batch-etl-commands" {
        arguments.extend(["--set", &set]);
    }
    let code = jobnet::cli::main(arguments.into_iter().map(OsString::from));
    for file in std::fs::read_dir(data.path())? {
        let file = file?;
        let rows = std::fs::read_to_string(file.path())?.lines().count().saturating_sub(1);
        println!("{}: {rows} rows", file.file_name().display());
    }
    Ok(ExitCode::from(code))
}

/// The portal's pipeline.
fn portal(serve: bool) -> Result<ExitCode, Box<dyn Error>> {
    // The HTTP client asks for a provider of TLS even where nothing is encrypted; a second one changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = Runtime::new()?;
    let sandbox = runtime.block_on(Sandbox::start(Options::default()))?;
    println!("A portal with texts that lack English listens on {}\n", sandbox.base_url());

    println!("$ jobnet run --all --env local");
    let first = run_net(&sandbox);
    println!("The portal now holds\n{}\n", runtime.block_on(holdings(&sandbox))?);

    println!("$ jobnet run --all --env local        # again, within the same window");
    let second = run_net(&sandbox);
    println!("The portal still holds\n{}", runtime.block_on(holdings(&sandbox))?);

    if serve {
        println!("\nThe sandbox stays up until Ctrl-C. In another terminal:");
        println!("  export API_BASE={}", sandbox.base_url());
        println!(
            "  cargo run --release -- run --all --env local --spec examples/portal-pipeline/jobnet.yaml --new-key"
        );
        println!("  curl $API_BASE/status/summary");
        runtime.block_on(tokio::signal::ctrl_c())?;
    }
    runtime.block_on(sandbox.stop());
    Ok(ExitCode::from(first.max(second)))
}

/// `jobnet run --all --env local` in this process.
fn run_net(sandbox: &Sandbox) -> u8 {
    let base = format!("API_BASE={}", sandbox.base_url());
    let arguments =
        ["jobnet", "run", "--all", "--env", "local", "--format", "human", "--spec", SPEC, "--set", &base];
    jobnet::cli::main(arguments.map(OsString::from))
}

/// What the portal itself says that it holds: `GET /status/summary`.
async fn holdings(sandbox: &Sandbox) -> Result<String, Box<dyn Error>> {
    let summary: serde_json::Value =
        reqwest::get(format!("{}/status/summary", sandbox.base_url())).await?.json().await?;
    let shown = ["translate", "documents", "vectors"].map(|part| format!("  {part}: {}", summary[part]));
    Ok(shown.join("\n"))
}
