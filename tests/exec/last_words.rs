//! Why a command failed stands in the summary: the end of what it wrote, with secrets masked.

use super::{errors, outcome, script};

#[tokio::test]
async fn the_last_lines_of_standard_error_stand_in_the_errors() {
    let text = "echo working; seq 1 20 >&2; printf '\\033[31mValueError: 12\\033[0m\\r\\n\\n' >&2; exit 3";
    let ended = script(text).run().await;
    let lines = (12..=20).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    let expected = format!("exited with 3; its standard error ended with:\n{lines}\nValueError: 12");
    assert_eq!((outcome(&ended), errors(&ended)), (("failed".into(), Some(1)), vec![expected]));
}

#[tokio::test]
async fn without_a_standard_error_its_output_says_why() {
    for (end, how) in [("exit 75", "exited with 75"), ("kill -9 $$", "killed by signal 9")] {
        let ended = script(&format!("echo 'no such table'; {end}")).run().await;
        assert_eq!(errors(&ended), [format!("{how}; its standard output ended with:\nno such table")]);
    }
    assert_eq!(errors(&script("exit 3").run().await), ["exited with 3"]);
}

#[tokio::test]
async fn what_a_late_command_complained_of_stands_beside_its_timeout() {
    let ended = script("echo working; echo 'waiting for a lock' >&2; exec sleep 600")
        .stage("timeout: 1s")
        .run()
        .await;
    let expected = "not done within its timeout of 1s; its standard error ended with:\nwaiting for a lock";
    assert_eq!(errors(&ended), [expected]);
}

#[tokio::test]
async fn a_secret_in_it_is_masked_wherever_it_is_shown() {
    let text = "echo \"denied: $TOKEN\" >&2; exit 1";
    for format in ["json", "github", "human"] {
        let script = script(text).head("secrets: [TOKEN]").exec("secrets: [TOKEN]");
        let jobnet = script.jobnet().env("TOKEN", "correct-horse-battery").env("LOG_LEVEL", "info");
        let ended = jobnet.arguments(["--format", format]).run().await;
        let shown: String = ended.stderr.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
        assert!(
            !shown.contains("correct-horse") && !ended.stdout.contains("correct-horse"),
            "{format}: {shown}"
        );
        assert!(shown.contains("denied: ***"), "{format}: {shown}");
    }
}

#[tokio::test]
async fn an_annotation_has_the_lines_and_none_becomes_a_command() {
    let text = "echo 'first' >&2; echo '::error::injected' >&2; echo 'a ##[error]b' >&2; exit 1";
    let jobnet = script(text).jobnet().env("LOG_LEVEL", "info").arguments(["--format", "github"]);
    let ended = jobnet.run().await;
    let commands: Vec<_> =
        ended.stderr.lines().filter(|line| line.starts_with("::") || line.contains("##[")).collect();
    let [command] = commands[..] else { panic!("{commands:?}") };
    assert!(command.starts_with("::error title=jobnet work::work: failed"), "{command}");
    assert!(command.ends_with("ended with:%0Afirst%0A::error::injected%0Aa ## [error]b"), "{command}");
}
