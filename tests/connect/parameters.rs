//! Parameters of a URL that have no effect are told by their names, and nothing says their values.

use super::net;
use crate::common::postgres::Postgres;

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_without_an_effect_is_told_by_its_name_alone() {
    let Some(database) = Postgres::database().await else { return };
    let url = format!(
        "{}?pasword=hunter2&sslpassword=hunter3&schema=hunter4&channel_binding=require&pgbouncer=true&connection_limit=4",
        database.url()
    );
    for format in ["json", "human", "github"] {
        let ended = net(&url, "", "select 1")
            .instead(["run", "work", "--env", "local", "--format", format, "-v"])
            .run()
            .await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        let told = format!("{}{}", ended.stdout, ended.stderr);
        // GitHub learns what to hide by being told it.
        let shown = told.lines().filter(|line| !line.starts_with("::add-mask::"));
        assert!(!shown.collect::<String>().contains("hunter"), "{told}");
        for parameter in [
            "the parameter `pasword` of the URL has no effect; did you mean `password`?",
            "the parameter `sslpassword` of the URL has no effect",
            "the parameter `schema` of the URL has no effect",
            "the parameter `channel_binding` of the URL has no effect",
        ] {
            assert!(told.contains(&format!("databases.main: {parameter}")), "{format}: {parameter}: {told}");
        }
        assert_eq!(told.matches("did you mean").count(), told.matches("mean `password`").count(), "{told}");
        assert!(!told.contains("`pgbouncer`") && !told.contains("`connection_limit`"), "{told}");
    }
}

#[tokio::test]
async fn a_value_that_a_parameter_cannot_have_is_an_error_with_those_that_it_can() {
    let ended = net("postgres://me:hunter2@localhost:1/db?sslmode=requires", "", "select 1").run().await;
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(!ended.stdout.contains("hunter2"), "{}", ended.stdout);
    let words = ["databases.main: the parameter `sslmode` of this URL has no such value", "verify-full"];
    assert!(words.iter().all(|words| ended.stdout.contains(words)), "{}", ended.stdout);
}
