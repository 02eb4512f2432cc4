//! The binary, from its first line to its end.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn says_where_it_listens_and_ends_when_terminated() {
    let mut sandbox = Command::new(env!("CARGO_BIN_EXE_jobnet-sandbox"))
        .args(["--listen", "127.0.0.1:0", "--rows", "10", "--auth", "static", "--fault", "503:/portal:2"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(sandbox.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");

    // Every shell has a kill of its own; not every machine has the program.
    let killed = Command::new("sh").args(["-c", "kill $0", &sandbox.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = sandbox.wait_with_output().unwrap();
    assert!(output.status.success());
    let token = String::from_utf8(output.stderr).unwrap();
    assert_eq!(token.trim().strip_prefix("token: ").map(|token| token.split('.').count()), Some(3));
}

#[test]
fn refuses_a_fault_that_is_none() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_jobnet-sandbox")).args(["--fault", "oops"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("is no kind of fault"));
}
