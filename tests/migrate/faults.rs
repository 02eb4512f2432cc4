//! What is wrong with the files is said before anything is applied.

use super::{net, two};

#[tokio::test]
async fn names_and_texts_are_checked_before_anything_is_applied() {
    let mut shown = Vec::new();
    for (file, text) in [
        ("migrations/prices.sql", "select 1"),
        ("migrations/2_other.sql", "select 1"),
        ("migrations/3_transaction.sql", "begin;\ncreate table t (id integer);\ncommit;\n"),
        ("migrations/3_open.sql", "-- jobnet: no-transaction\nbegin;\ncreate table t (id integer);\n"),
        (
            "migrations/3_savepoint.sql",
            "-- jobnet: no-transaction\nsavepoint s;\ncreate table t (id integer);\nrelease s;\n",
        ),
        ("migrations/3_comment.sql", "-- jobnet: no-transacton\nvacuum;\n"),
        ("migrations/3_late.sql", "select 1;\n-- jobnet: no-transaction\nvacuum;\n"),
        (
            "migrations/3_down.sql",
            "-- +goose Up\ncreate table t (id integer);\n-- +goose Down\ndrop table t;\n",
        ),
    ] {
        let jobnet = two("sqlite:net.db").file(file, text);
        let ended = jobnet.run().await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{}", ended.stderr);
        assert!(!jobnet.directory().join("net.db").exists(), "{file}");
        shown.push(ended.stderr);
    }
    let without = net("sqlite:net.db");
    std::fs::remove_dir(without.directory().join("migrations")).unwrap();
    let ended = without.run().await;
    assert_eq!(ended.code, Some(2));
    shown.push(ended.stderr);
    insta::assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn a_file_that_is_not_text_is_named_with_its_line() {
    for (text, fault) in [
        (&b"create table t (a integer);\n-- caf\xe9\n"[..], "line 2 is not UTF-8"),
        (b"\xff\xfes\0e\0l\0", "line 1 is not UTF-8"),
        (b"select 1;\nselect '\0';\n", "line 2 has a NUL character"),
    ] {
        for url in ["sqlite:net.db", "postgres://127.0.0.1:1/none"] {
            let net = net(url);
            std::fs::write(net.directory().join("migrations/1_a.sql"), text).unwrap();
            let ended = net.run().await;
            assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
            assert!(
                ended.stderr.contains(&format!("cannot read migrations/1_a.sql: {fault}")),
                "{}",
                ended.stderr
            );
            assert!(ended.stderr.contains("help: save the file as UTF-8"), "{}", ended.stderr);
        }
    }
}

#[tokio::test]
async fn what_a_dump_has_for_psql_is_an_error_at_its_place() {
    let dump = "\\restrict abc\n\nset statement_timeout = 0;\ncopy public.t (a) from stdin;\n1\n\\.\n\n\\unrestrict abc\n";
    let ended = net("postgres://127.0.0.1:1/none").file("migrations/1_dump.sql", dump).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr);
}
