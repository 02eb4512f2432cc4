//! The same catalogue by somebody's own programs, in Python.

use std::error::Error;

use jobnet_sandbox::{Options, Sandbox};
use tokio::runtime::Runtime;

use crate::net::Net;

pub(crate) fn show() -> Result<u8, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let sandbox = runtime.block_on(Sandbox::start(Options::default()))?;
    println!("A shop with six rankings listens on {}/rakuten\n", sandbox.base_url());
    let net = Net::copy_of("batch-etl-commands")?
        .env("RAKUTEN_BASE", format!("{}/rakuten", sandbox.base_url()))
        .env("RAKUTEN_APP_ID", "00000000-0000-4000-8000-000000000000")
        .env("RAKUTEN_ACCESS_KEY", "sandbox")
        .env("DATABASE_URL", "sqlite:catalogue.db");
    let code = net.run(&["--all"])?;
    let tables = ["ranking", "item", "item where is_active", "item_tag", "genre", "tag"];
    runtime.block_on(net.print_tables("catalogue.db", &tables))?;
    runtime.block_on(sandbox.stop());
    Ok(code)
}
