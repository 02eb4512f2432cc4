//! Every kind of stage that uses a database does through a pooler what it does without.

use serde_json::{Value, json};

use super::net;
use crate::common::Jobnet;
use crate::common::misbehaving::{self, Server};
use crate::common::pgbouncer::PgBouncer;
use crate::common::postgres::{Database, Postgres};

/// Stages of every kind: migrations in a transaction and outside one, rows that are kept up, replaced and tracked, rows that
/// were rows of a query, statements with parameters and without, a run of another stage that is continued, leases, and what
/// is remembered.
const STAGES: &str = "
apis: {a: {base_url: 'API', retry: {backoff: [0s]}}}
vars: {LEAST: 3, MOOD: fine}
notify: [{webhook: 'API/hook', on: [failure, recovery], remember: {database: main}}]
stages:
  schema: {migrate: {dir: migrations}}
  load:
    needs: [schema]
    lease: {database: main}
    flow:
      for_each: {values: [1, 2]}
      from: {get: /items, query: {group: '{.}'}, items: '.', next: {page: page}}
      to:
        table: item
        key: [shelf, id]
        columns: {shelf: $each, id: .id, price: .price, seen_on: .on, weight: .weight}
        replace: [shelf]
        track: true
  beside:
    needs: [schema]
    lease: {database: main}
    flow: {from: {get: /items, items: '.', next: {page: page}}, to: {table: other, key: [id], columns: {id: .id, note: .on}}}
  each:
    needs: [load, beside]
    flow:
      for_each: {sql: 'select id from item where price > :LEAST and shelf = 1 order by id'}
      from: {get: '/more/{.id}', items: '.'}
      to: {table: other, key: [id], columns: {id: .id, note: .on}}
  one: {needs: [each], sql: {query: 'update other set moods = array[:MOOD]::mood[] where id > :LEAST returning moods'}}
  many:
    needs: [one]
    continues: [load]
    sql: {query: 'create temp table t as select 1; insert into log (run) values (:run_id); delete from other where id = :LEAST + 1'}
  vacuum: {needs: [many], sql: {query: vacuum item}}
  index: {needs: [vacuum], sql: {query: 'create index concurrently if not exists by_price on item (price)'}}
  commits: {needs: [index], sql: {query: 'call in_two()'}}
";

const MIGRATIONS: [(&str, &str); 3] = [
    (
        "migrations/1_dump.sql",
        "set statement_timeout = 0;\nselect pg_catalog.set_config('search_path', '', false);\n\
         create type public.mood as enum ('fine', 'other');\n\
         create table public.item (shelf int, id bigint, price numeric, seen_on timestamptz, weight real, content_hash text, \
         saved_at timestamptz, run_id text, primary key (shelf, id));\n\
         create table public.other (id bigint primary key, note timestamptz, moods public.mood[], content_hash text, \
         saved_at timestamptz, run_id text);\n\
         create table public.log (run text, at timestamptz default now());\n",
    ),
    ("migrations/2_more.sql", "alter table log add column n int;\ninsert into log values ('first');\n"),
    (
        "migrations/3_index.sql",
        "-- jobnet: no-transaction\ncreate index concurrently on item (id);\nvacuum item;\n\
         create procedure in_two() language plpgsql as $$ begin insert into log values ('a'); commit; \
         insert into log values ('b'); commit; end $$;\n",
    ),
];

async fn api() -> Server {
    Server::start(|arrival| async move {
        let query: Vec<(String, String)> =
            url::form_urlencoded::parse(arrival.query.as_bytes()).into_owned().collect();
        let number = |name: &str| {
            query
                .iter()
                .find(|(known, _)| known == name)
                .and_then(|(_, value)| value.parse().ok())
                .unwrap_or(1)
        };
        let (page, shelf): (i64, i64) = (number("page"), number("group"));
        let item =
            |id: i64| json!({"id": id, "price": id % 7, "on": "2026-02-03T04:05:06+09:00", "weight": 0.1});
        let items: Vec<Value> = match arrival.path.strip_prefix("/more/") {
            Some(id) => vec![item(id.parse::<i64>().unwrap_or(0) + 5000)],
            None if page < 4 => (0..20).map(|at| item(shelf * 1000 + page * 20 + at)).collect(),
            None => Vec::new(),
        };
        misbehaving::json(Value::Array(items).to_string())
    })
    .await
}

fn jobnet(url: &str, server: &Server) -> Jobnet {
    let jobnet = net(url, &STAGES.replace("API", &server.base_url()));
    MIGRATIONS.iter().fold(jobnet, |jobnet, (name, text)| jobnet.file(name, text))
}

/// What is in the tables, a text a row.
const TABLES: [&str; 7] = [
    "select row(shelf, id, price, seen_on, weight, content_hash)::text from item order by shelf, id",
    "select row(id, note, moods, content_hash)::text from other order by id",
    "select row(case when run in ('first', 'a', 'b') then run end, n)::text from log order by at, 1",
    "select row(version, checksum)::text from jobnet_migrations order by 1",
    "select row(stage, outcome, outcome_before)::text from jobnet_outcome order by 1",
    "select stage from jobnet_lease order by 1",
    "select row(shelf, id)::text from item_seen order by shelf, id",
];

/// What three runs counted, and what is in the tables afterwards.
async fn three_runs(url: &str, database: &Database) -> (Vec<Value>, Vec<String>) {
    let server = api().await;
    let jobnet = jobnet(url, &server);
    let mut counted = Vec::new();
    for _ in 0..3 {
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
        for stage in ["schema", "load", "beside", "each", "one", "many", "vacuum", "index", "commits"] {
            let summary = ended.summary(stage);
            counted.push(json!([stage, summary["metrics"], summary["warnings"]]));
        }
    }
    let mut rows = Vec::new();
    for query in TABLES {
        let found: Vec<String> = sqlx::query_scalar(query).fetch_all(database.pool()).await.unwrap();
        rows.extend(found);
    }
    (counted, rows)
}

/// Whoever has a named statement, a setting or a temporary table in its session has it from jobnet.
async fn leaves_nothing(url: &str) {
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    // PgBouncer does not know the parameter.
    let options = options.extra_float_digits(None);
    for _ in 0..4 {
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let left = "do $$ begin
            assert not exists (select 1 from pg_prepared_statements), 'a statement';
            assert current_setting('search_path') = '\"$user\", public', 'a search path';
            assert current_setting('statement_timeout') = '0', 'a timeout';
            assert to_regclass('pg_temp.t') is null, 'a table';
            assert not exists (select 1 from pg_locks where locktype = 'advisory'), 'a lock';
            end $$";
        sqlx::raw_sql(left).execute(&mut connection).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_runs_through_a_pooler_end_as_three_without() {
    let Some(direct) = Postgres::database().await else { return };
    let expected = three_runs(direct.url(), &direct).await;
    assert!(expected.1.len() > 200, "{:?}", expected.1);
    for mode in ["transaction", "session"] {
        let Some(database) = Postgres::database().await else { return };
        let Some(pooler) = PgBouncer::before(&database, mode, 2, "").await else { return };
        let found = three_runs(pooler.url(), &database).await;
        assert_eq!(found.0, expected.0, "{mode}");
        assert_eq!(found.1, expected.1, "{mode}");
        leaves_nothing(pooler.url()).await;
    }
}
