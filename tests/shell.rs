//! What shells and manuals know of the commands.

use std::process::Command;

use crate::common::{Jobnet, is_there};

async fn printed<const N: usize>(arguments: [&str; N]) -> String {
    let ended = Jobnet::new(arguments).run().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    ended.stdout
}

/// What bash offers for a word, with the words before it.
async fn offered(words: &[&str]) -> Vec<String> {
    let script = printed(["completions", "bash"]).await;
    let at = words.len() - 1;
    let asked = format!(
        "set -eu\n{script}\nCOMP_WORDS=({})\nCOMP_CWORD={at}\n_jobnet jobnet '{}' '{}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.join(" "),
        words[at],
        words[at - 1],
    );
    let output = Command::new("bash").args(["--norc", "-c", &asked]).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn bash_completes_commands_and_flags() {
    if !is_there("bash") {
        return;
    }
    assert_eq!(offered(&["jobnet", "ru"]).await, ["run", "runs"]);
    assert_eq!(offered(&["jobnet", "run", "--retr"]).await, ["--retries"]);
    assert_eq!(offered(&["jobnet", "run", "--format", "gi"]).await, ["github"]);
}

#[tokio::test]
async fn every_shell_has_its_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(["completions", shell]).await;
        assert!(script.contains("job-start-at"), "{shell}");
    }
    assert_eq!(Jobnet::new(["completions", "tcl"]).run().await.code, Some(2));
}

#[tokio::test]
async fn the_manual_says_the_exit_codes() {
    let page = printed(["man"]).await;
    assert!(page.contains(".TH jobnet 1"), "{page}");
    for code in [
        "  0    done",
        "  1    a stage failed",
        "  2    wrong usage",
        "  75   the other side",
        "  130  interrupted; 143",
    ] {
        assert!(page.contains(code), "{code}");
    }
}

#[tokio::test]
async fn each_command_has_a_page() {
    let jobnet = Jobnet::new(["man", "--to", "."]);
    assert_eq!(jobnet.run().await.code, Some(0));
    let page = |name: &str| std::fs::read_to_string(jobnet.directory().join(name)).unwrap();
    assert_eq!(page("jobnet.1"), printed(["man"]).await);
    assert!(page("jobnet-run.1").contains("JOBNET_RETRIES"), "{}", page("jobnet-run.1"));
    let help = printed(["--help"]).await;
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for command in commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(!page(&format!("jobnet-{command}.1")).is_empty());
    }
    assert_eq!(Jobnet::new(["man", "--to", "nowhere"]).run().await.code, Some(2));
}
