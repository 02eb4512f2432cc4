//! An example from end to end, with nothing to install.
//!
//! `cargo run --release --example quickstart` shows the portal's pipeline: a sandbox of the portal on a free port, the whole
//! net run against it, what the portal holds afterwards, and the net once more, to show that nothing doubles. With
//! `-- --serve` the sandbox stays up for playing. `-- NAME` shows another example.
#![expect(clippy::print_stdout, reason = "it talks to whoever tries it")]

mod batch_etl;
mod batch_etl_commands;
mod net;
mod portal;
mod scheduler_jobs;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use net::Net;

const USAGE: &str =
    "usage: quickstart [--serve | batch-etl | batch-etl-commands | index-all | scheduler-jobs]";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let code = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // A net runs in a process of its own, for the sake of its directory and its environment.
        ["jobnet", ..] => jobnet::cli::main(words.into_iter().map(OsString::from)),
        [] => portal::show(false)?,
        ["--serve"] => portal::show(true)?,
        ["batch-etl"] => batch_etl::show()?,
        ["batch-etl-commands"] => batch_etl_commands::show()?,
        ["index-all"] => Net::copy_of("index-all")?.run(&["--all"])?,
        ["scheduler-jobs"] => scheduler_jobs::show()?,
        _ => return Err(USAGE.into()),
    };
    Ok(ExitCode::from(code))
}
