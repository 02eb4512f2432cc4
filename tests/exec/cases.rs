//! Commands of many kinds, and how each ends: what is counted, what fails, and what is told.

use serde_json::Value;

use super::script;

/// How a stage is to end.
enum End {
    /// Well, with these metrics.
    Counts(&'static str),
    /// The same, with a warning that says this.
    Warns(&'static str, &'static str),
    /// As `failed`, with errors that say this.
    Fails(&'static str),
    /// As `unavailable`.
    Unavailable,
}

use End::{Counts, Fails, Unavailable, Warns};

/// 4 of 100, where 5 % may fail.
const FOUR: &str = r#"{"failed": 4}"#;
const NONE: &str = r#"{"failed": 0}"#;

/// What each command is, and its program.
const CASES: [(&str, &str, End); 42] = [
    ("an object", r#"echo '{"total": 100, "failed": 4}'"#, Counts(FOUR)),
    ("too many failures", r#"echo '{"total": 100, "failed": 6}'"#, Fails("")),
    ("no line end", r#"printf '{"total": 100, "failed": 4}'"#, Counts(FOUR)),
    ("CRLF", r#"printf 'one\r\n{"total": 100, "failed": 4}\r\n'"#, Counts(FOUR)),
    ("blank lines after it", r#"printf '{"total": 100, "failed": 4}\n\n  \n\t\n'"#, Counts(FOUR)),
    ("a byte order mark", r#"printf '\357\273\277{"total": 100, "failed": 4}\n'"#, Counts(FOUR)),
    ("UTF-16", r#"printf '{\0"\0f\0a\0i\0l\0e\0d\0"\0:\0007\0}\0\n\0'"#, Fails("")),
    ("NUL bytes after it", r#"printf '{"total": 100, "failed": 4}\0\0'"#, Counts(FOUR)),
    ("a colour ended before it", r#"printf '\033[0m{"total": 100, "failed": 4}\n'"#, Counts(FOUR)),
    ("a cursor shown after it", r#"printf '{"total": 100, "failed": 4}\n\033[0m\033[?25h'"#, Counts(FOUR)),
    (
        "colours in it",
        r#"printf '\033[1;39m{\033[34;1m"total"\033[0m:100,"failed":\033[31m4\033[0m}'"#,
        Counts(FOUR),
    ),
    ("a terminal's title after it", r#"printf '{"total": 100, "failed": 4}\n\033]0;done\007'"#, Counts(FOUR)),
    ("a progress before it", r#"printf '1 %%\r50 %%\r{"total": 100, "failed": 4}'"#, Counts(FOUR)),
    (
        "several lines",
        "printf '{\\n  \"total\": 100,\\n  \"failed\": 4,\\n  \"of\": {\\n    \"a\": [1]\\n  }\\n}\\n'",
        Counts(FOUR),
    ),
    (
        "17 KiB",
        r#"printf '{"total": 100, "failed": 4, "x": "'; head -c 17000 /dev/zero | tr '\0' x; echo '"}'"#,
        Counts(FOUR),
    ),
    (
        "1 MB",
        r#"printf '{"total": 100, "failed": 4, "x": "'; head -c 1000000 /dev/zero | tr '\0' x; echo '"}'"#,
        Counts(FOUR),
    ),
    (
        "2 MB",
        r#"printf '{"total": 100, "failed": 4, "x": "'; head -c 2000000 /dev/zero | tr '\0' x; echo '"}'"#,
        Fails("more than 1 MiB"),
    ),
    (
        "2 MB beside a file",
        r#"echo failed=0 > $JOBNET_METRICS; printf '{"x": "'; head -c 2000000 /dev/zero | tr '\0' x; echo '"}'"#,
        Warns(NONE, "more than 1 MiB"),
    ),
    (
        "2 MB of lines before it",
        r#"head -c 2000000 /dev/zero | tr '\0' x; echo; echo '{"total": 100, "failed": 4}'"#,
        Counts(FOUR),
    ),
    ("text after it", r#"echo '{"total": 100, "failed": 6}'; echo done"#, Counts(NONE)),
    ("text before it", r#"echo 'INFO {"total": 100, "failed": 6}'"#, Warns(NONE, "behind `INFO`")),
    ("Python's notation", r#"echo "{'total': 100, 'failed': 6}""#, Fails("`total` in braces")),
    ("cut off", r#"echo '{"total": 100, "failed": 6'"#, Fails("`total` in braces")),
    ("other braces", "echo '{:ok, 3}'", Warns(NONE, "not one JSON object")),
    ("no counters", r#"echo '{"status": "ok", "errors": ["failed"], "at": {"line": 3}}'"#, Counts(NONE)),
    ("a text", r#"echo '{"total": 100, "failed": "4"}'"#, Fails("the counter `failed` is `\"4\"`")),
    ("a negative number", r#"echo '{"total": -100, "failed": 4}'"#, Fails("the counter `total` is `-100`")),
    ("a fraction", r#"echo '{"rows": 1.5}'"#, Fails("the counter `rows` is `1.5`")),
    ("null", r#"echo '{"total": 100, "failed": null}'"#, Fails("the counter `failed` is `null`")),
    ("too large a number", r#"echo '{"picked": 99999999999999999999}'"#, Fails("the counter `picked`")),
    ("a list", r#"echo '{"failed": [3]}'"#, Fails("the counter `failed` is `[3]`")),
    ("a file", "printf 'total=100\\r\\nfailed=4\\r\\n' > $JOBNET_METRICS", Counts(FOUR)),
    (
        "a file with a byte order mark",
        "printf '\\357\\273\\277failed=4\\ntotal=100' > $JOBNET_METRICS",
        Counts(FOUR),
    ),
    ("a file of a shell", "echo 'export failed=0' > $JOBNET_METRICS", Fails("line 1 of the file")),
    ("a FIFO in the file's place", "rm $JOBNET_METRICS; mkfifo $JOBNET_METRICS", Fails("no regular file")),
    ("a device in the file's place", "ln -sf /dev/zero $JOBNET_METRICS", Fails("no regular file")),
    (
        "a directory in the file's place",
        "rm $JOBNET_METRICS; mkdir $JOBNET_METRICS",
        Fails("no regular file"),
    ),
    (
        "an exit code",
        "echo 'no such table' >&2; exit 3",
        Fails("exited with 3; its standard error ended with:\nno such table"),
    ),
    ("a signal", "kill -9 $$", Fails("killed by signal 9")),
    ("EX_TEMPFAIL", "exit 75", Unavailable),
    ("a timeout", "exec sleep 600", Fails("not done within its timeout of 5s")),
    (
        "10 MB of output",
        "head -c 10000000 /dev/zero | tr '\\0' x; echo; echo '{\"total\": 100, \"failed\": 4}'",
        Counts(FOUR),
    ),
];

fn messages(notes: &Value) -> String {
    let notes = notes.as_array().expect("a list").iter();
    notes.filter_map(|note| note["message"].as_str()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn each_kind_of_command_ends_as_it_should() {
    for (name, program, end) in &CASES {
        let ended = script(program).stage("fail_above: 5%, timeout: 5s").exec("grace: 100ms").run().await;
        let summary = ended.summary("work");
        let (errors, warnings) = (messages(&summary["errors"]), messages(&summary["warnings"]));
        let counts = |json: &str| {
            assert_eq!(summary["metrics"], serde_json::from_str::<Value>(json).unwrap(), "{name}")
        };
        let outcome = match end {
            Counts(metrics) => {
                counts(metrics);
                assert_eq!(warnings, "", "{name}");
                "succeeded"
            }
            Warns(metrics, said) => {
                counts(metrics);
                assert!(warnings.contains(said), "{name}: {warnings}");
                "succeeded"
            }
            Fails(said) => {
                assert!(errors.contains(said), "{name}: {errors}");
                "failed"
            }
            Unavailable => "unavailable",
        };
        assert_eq!(summary["outcome"], outcome, "{name}: {errors}");
    }
}
