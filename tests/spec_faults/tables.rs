//! Tables, databases and stores that cannot be what is written.

use super::faults_below_head;

/// The findings about flows into the tables of two databases.
async fn faults_of_tables<const N: usize>(tables: [&str; N]) -> String {
    let stages = tables.iter().enumerate().map(|(number, to)| {
        format!(
            "  s{number}: {{flow: {{for_each: {{values: [1]}}, from: {{get: /i, items: .i}}, to: {to}}}}}\n"
        )
    });
    let head = "databases: {main: 'sqlite:a.db', other: 'sqlite:b.db'}\nstages:\n".to_owned();
    faults_below_head(&stages.fold(head, |spec, stage| spec + &stage)).await
}

#[tokio::test]
async fn a_table_has_a_key_and_columns() {
    let findings = faults_of_tables([
        "{table: t, database: main, key: [id, ie], columns: {id: .id, saved_at: now, 'a b': .a}}",
        "{table: t, database: main, key: [], columns: {id: .id}}",
        "{table: 'a.b.c', database: main, key: [id], columns: {id: .id}}",
        "{table: t, database: main, key: [id]}",
        "{table: t, database: main, key: [id], columns: {id: .id}, rows: '.rows[]'}",
        "{table: t, database: main, key: [id, id], colums: {id: .id}, rows: .}",
    ])
    .await;
    insta::assert_snapshot!(findings);
}

#[tokio::test]
async fn tables_of_a_flow_are_in_one_database_that_is_named() {
    let table = |name: &str, database: &str| format!("{{table: {name}, {database} key: [id], rows: .}}");
    let (one, other) = (table("a", "database: main,"), table("b", "database: other,"));
    let findings = faults_of_tables([
        &table("t", ""),
        &table("t", "database: mian,"),
        &format!("[{one}, {other}]"),
        &format!("[{one}, {one}]"),
        "[]",
    ])
    .await;
    insta::assert_snapshot!(findings);
}

#[tokio::test]
async fn a_scope_is_known_without_an_item() {
    let findings = faults_of_tables([
        "{table: t, database: main, key: [id], replace: [g], columns: {id: .id, g: .genre}}",
        "{table: t, database: main, key: [id], replace: [x], columns: {id: .id, g: $each}}",
        "{table: t, database: main, key: [id], replace: [id], rows: .}",
    ])
    .await;
    insta::assert_snapshot!(findings);
}

#[tokio::test]
async fn databases_and_stores_are_named_where_they_are_used() {
    let findings = faults_below_head(
        "\
secrets: [TOKEN]
stages:
  count: {sql: {query: 'select :TOKEN, :DAYS'}}
  both: {sql: {database: main, query: select 1, file: a.sql}}
  none: {migrate: {database: main}}
  keep:
    flow:
      for_each: {values: [1], sql: select 1, database: main}
      from: {get: /i, items: .i, keep: {store: raw, path: '{.id'}}
      to: {post: /x}
  values:
    flow: {for_each: {values: [1], database: main}, from: {get: /i, items: .i}, to: {post: /x}}
",
    );
    insta::assert_snapshot!(findings.await);
}

#[tokio::test]
async fn a_lease_and_a_notification_say_where_and_whom() {
    let findings = faults_below_head(
        "\
databases: {main: 'sqlite:a.db'}
stores: {raw: 'file:raw'}
notify:
  - {slack: a, webhook: b}
  - {webhook: b, on: [recovery]}
  - {webhook: b, remember: {store: raw}}
  - {webhook: b, on: [sucess]}
stages:
  one: {call: {get: /a}, lease: {database: main, store: raw}}
  two: {call: {get: /a}, lease: {database: main}, overlap: replace}
  three: {call: {get: /a}, lease: {store: rwa, ttl: 5}}
",
    );
    insta::assert_snapshot!(findings.await);
}
