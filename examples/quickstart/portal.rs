//! The portal's pipeline.

use std::error::Error;

use jobnet_sandbox::{Options, Sandbox};
use tokio::runtime::Runtime;

use crate::net::Net;

pub(crate) fn show(serve: bool) -> Result<u8, Box<dyn Error>> {
    // The HTTP client asks for a provider of TLS even where nothing is encrypted; a second one changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = Runtime::new()?;
    let sandbox = runtime.block_on(Sandbox::start(Options::default()))?;
    println!("A portal with texts that lack English listens on {}\n", sandbox.base_url());
    let net = Net::copy_of("portal-pipeline")?.env("API_BASE", sandbox.base_url());

    let first = net.run(&["--all"])?;
    println!("The portal now holds\n{}\n", runtime.block_on(holdings(&sandbox))?);

    println!("Again, within the same window:");
    let second = net.run(&["--all"])?;
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
    Ok(first.max(second))
}

/// What the portal itself says that it holds: `GET /status/summary`.
async fn holdings(sandbox: &Sandbox) -> Result<String, Box<dyn Error>> {
    let summary: serde_json::Value =
        reqwest::get(format!("{}/status/summary", sandbox.base_url())).await?.json().await?;
    let shown = ["translate", "documents", "vectors"].map(|part| format!("  {part}: {}", summary[part]));
    Ok(shown.join("\n"))
}
