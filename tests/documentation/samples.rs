//! The commands that `docs/examples.md` names for sample data, each run as it stands, against a sandbox on a free port.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use jobnet::clients::{HttpClient, Outgoing};
use jobnet::policy::Timeouts;
use jobnet_sandbox::{Options, Sandbox};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use super::built;
use crate::common::document::read;
use crate::common::files::{copy, example};
use crate::common::{Ended, Jobnet, is_there};

/// The examples with their commands.
fn commands() -> Vec<(String, String)> {
    let document = read("docs/examples.md");
    let (_, section) = document.split_once("## Load the sample data\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let unquoted = |cell: &str| cell.trim().trim_matches('`').to_owned();
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [name, _, command] = cells[..] else { panic!("{row}") };
        (unquoted(name), unquoted(command))
    })
    .collect()
}

/// `jobnet run` in a copy of an example, whose environment `local` finds its sandbox.
async fn run(name: &str, words: &[&str], sandbox: &Sandbox) -> Ended {
    let jobnet = Jobnet::new([]);
    copy(&example(name), jobnet.directory());
    let at = |path: &str| format!("{}{path}", sandbox.base_url());
    words
        .iter()
        .fold(jobnet, |jobnet, word| jobnet.arguments([*word]))
        .env("API_BASE", &at("/admin"))
        .env("SUPABASE_API", &at("/supabase"))
        .env("BIGQUERY_API", &at("/bigquery"))
        .env("CA_ROOT_API_KEY", "sandbox-root-key")
        .env("SUPABASE_ACCESS_TOKEN", "sandbox-supabase-token")
        .env("RAKUTEN_BASE", &at("/rakuten"))
        .env("RAKUTEN_APP_ID", "5f3c2f4e-3c5b-4e0e-9a51-0d8f8a1f6f11")
        .env("RAKUTEN_ACCESS_KEY", "any")
        .env("DATABASE_URL", "sqlite:catalogue.db")
        .env("PATH", &std::env::var("PATH").unwrap())
        .run()
        .await
}

/// What a sandbox that is started so says of the portal's fields, or why it does not start.
async fn fields(arguments: &[&str]) -> Result<String, String> {
    let mut sandbox = Command::new(built("jobnet-sandbox"))
        .args(arguments)
        .args(["--listen", "127.0.0.1:0"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(sandbox.stdout.take().unwrap()).lines();
    match lines.next_line().await.unwrap() {
        Some(line) => {
            let url = line.strip_prefix("listening on ").unwrap();
            let outgoing = Outgoing {
                method: "GET".parse().unwrap(),
                url: format!("{url}/portal/field").parse().unwrap(),
                headers: Vec::new(),
                body: None,
            };
            let client = HttpClient::new(Duration::from_secs(10), None).unwrap();
            let response = client.send(outgoing, Timeouts::default().read).await.unwrap();
            Ok(String::from_utf8(response.body.to_vec()).unwrap())
        }
        None => Err(Ended::from(sandbox.wait_with_output().await.unwrap()).stderr),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_data_of_each_example_is_loaded_by_its_command() {
    let commands = commands();
    assert_eq!(commands.len(), 5);
    for (name, command) in commands {
        let words: Vec<&str> = command.split(' ').collect();
        match words[..] {
            ["cargo", "run", "-p", "jobnet-sandbox", "--", ref arguments @ ..] => {
                let fields = fields(arguments).await.unwrap();
                assert!(fields.contains("partner_id") && fields.contains("amount_total"), "{fields}");
            }
            ["jobnet", ref arguments @ ..] => {
                if name == "batch-etl-commands" && !is_there("python3") {
                    continue;
                }
                let sandbox = Sandbox::start(Options::default()).await.unwrap();
                let ended = run(&name, arguments, &sandbox).await;
                assert_eq!(ended.code, Some(0), "{command}\n{}\n{}", ended.stdout, ended.stderr);
            }
            _ => panic!("{name} is loaded by `{command}`, which no test runs"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_ones_own_takes_the_place_of_the_samples_and_fills_an_empty_database_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (own, base) = (directory.path().join("own.sql"), directory.path().join("portal.db"));
    std::fs::write(&own, "INSERT INTO field (model, model_label, field_name, ttype, label_ja) VALUES ('a', 'b', 'own_field', 'char', 'c');").unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let arguments = ["--data", &text(&own), "--database", &text(&base)];
    let fields_of_own = fields(&arguments).await.unwrap();
    assert!(fields_of_own.contains("own_field") && !fields_of_own.contains("partner_id"), "{fields_of_own}");
    let refused = fields(&arguments).await.unwrap_err();
    assert!(refused.contains("has rows already"), "{refused}");
}
