//! What starting the binary costs: `jobnet --help`, and the plan of the portal's pipeline with all its expressions
//! compiled, against the least that starting any process costs (`true`).
//!
//! `cargo bench --bench startup` prints the medians.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints its figures, and what it cannot measure ends it"
)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 101;

fn main() {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/portal-pipeline/jobnet.yaml");
    let jobnet = env!("CARGO_BIN_EXE_jobnet");
    let commands: [(&str, &[&str]); 3] =
        [("true", &[]), (jobnet, &["--help"]), (jobnet, &["plan", "--env", "prod", "--spec", spec])];
    for (program, arguments) in commands {
        let mut times: Vec<Duration> = (0..RUNS).map(|_| time(program, arguments)).collect();
        times.sort_unstable();
        let name = program.rsplit('/').next().unwrap_or(program);
        let shown =
            arguments.iter().take(1).fold(name.to_owned(), |shown, argument| format!("{shown} {argument}"));
        println!("{shown:15} {:>6.2} ms", times[RUNS / 2].as_secs_f64() * 1e3);
    }
}

fn time(program: &str, arguments: &[&str]) -> Duration {
    let began = Instant::now();
    let status =
        Command::new(program).args(arguments).stdout(Stdio::null()).status().expect("the program starts");
    assert!(status.success(), "{program} failed");
    began.elapsed()
}
