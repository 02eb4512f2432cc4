//! The hooks that other repositories take from this one (<https://pre-commit.com/#new-hooks>).

use std::path::Path;

use serde_json::Value;

use crate::common::Jobnet;

fn hooks() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(file).expect("the file")).expect("a list of hooks")
}

/// The words of a hook's command line.
fn words(hook: &Value) -> Vec<&str> {
    hook["entry"].as_str().expect("an entry").split(' ').collect()
}

#[test]
fn each_hook_runs_once_for_the_whole_repository() {
    let hooks = hooks();
    let ids: Vec<_> = hooks.iter().map(|hook| hook["id"].as_str().expect("an id")).collect();
    assert_eq!(
        ids,
        ["jobnet-lint", "jobnet-generate-check", "jobnet-lint-system", "jobnet-generate-check-system"]
    );
    for hook in &hooks {
        assert_eq!(hook["pass_filenames"], false);
        assert!(hook["files"].is_string(), "commits that touch nothing of jobnet's are not held up");
    }
}

#[test]
fn the_hooks_check_and_write_nothing() {
    let entries: Vec<_> = hooks().iter().map(|hook| words(hook).join(" ")).collect();
    let expected = ["jobnet lint", "jobnet generate --check"];
    assert_eq!(entries, [expected, expected].concat());
}

#[tokio::test]
async fn each_hook_calls_a_command_with_flags_that_exist() {
    for hook in hooks() {
        let [program, command, flags @ ..] = &words(&hook)[..] else { panic!("a command in {hook}") };
        assert_eq!(*program, "jobnet");
        let help = Jobnet::new([*command, "--help"]).run().await;
        assert_eq!(help.code, Some(0), "{}", help.stderr);
        assert!(flags.iter().all(|flag| help.stdout.contains(flag)), "{}", help.stdout);
    }
}
