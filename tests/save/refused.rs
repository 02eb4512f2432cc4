//! The database refuses rows in many ways; each costs exactly these rows, which are named by key and page.

use serde_json::{Value, json};

use super::one_page::OnePage;
use super::{counts, errors};
use crate::common::base::Base;

/// A way to refuse a row.
struct Refusal {
    name: &'static str,
    /// Makes the table `item (id, t)`.
    schema: &'static str,
    /// A value of `t` that is refused, and one that is not.
    bad: Value,
    good: Value,
    /// What the database says.
    reason: &'static str,
}

const OWN: &str = "content_hash text, saved_at text, run_id text";

/// Saves forty rows of which three are bad, over a table that has two of the good ones already in another form, and then the
/// same rows once more.
async fn refuses(base: &Base, refusal: &Refusal) {
    let Refusal { name, schema, bad, good, reason } = refusal;
    base.execute(&schema.replace("OWN", OWN)).await;
    let bad_ids = [7, 20, 39];
    let items: Vec<Value> =
        (0..40).map(|id| json!({"id": id, "t": if bad_ids.contains(&id) { bad } else { good }})).collect();
    let page = OnePage::of(json!(items)).await;
    let jobnet = page.saved(base, "{table: item, key: [id], columns: {id: .id, t: .t}}");
    let first = jobnet.run().await;
    let expected = json!({"picked": 40, "inserted": 37, "updated": 0, "unchanged": 0, "failed": 3});
    assert_eq!(counts(&first), expected, "{name}: {}", first.stdout);
    assert_eq!(first.code, Some(1), "{name}");
    let errors = errors(&first);
    assert_eq!(errors.len(), 3, "{name}: {errors:?}");
    for (error, id) in errors.iter().zip(bad_ids) {
        let start = format!("item {} of page 1, key {{\"id\":{id}}}: ", id + 1);
        let said = error.strip_prefix(&start).unwrap_or_else(|| panic!("{name}: {error}"));
        assert!(said.to_lowercase().contains(&reason.to_lowercase()), "{name}: {error}");
    }
    let saved = base.rows("select cast(id as text) from item order by item.id").await;
    let good_ids = (0..40).filter(|id| !bad_ids.contains(id)).map(|id| id.to_string());
    assert_eq!(saved, good_ids.collect::<Vec<_>>(), "{name}");
    let again = json!({"picked": 40, "inserted": 0, "updated": 0, "unchanged": 37, "failed": 3});
    assert_eq!(counts(&jobnet.run().await), again, "{name}, again");
}

fn refusal(name: &'static str, schema: &'static str, bad: impl Into<Value>, reason: &'static str) -> Refusal {
    Refusal { name, schema, bad: bad.into(), good: json!("ok"), reason }
}

/// A text that does not compress.
fn noise(words: usize, length: usize) -> String {
    let mut random = fastrand::Rng::with_seed(1);
    let word = |random: &mut fastrand::Rng| (0..length).map(|_| random.lowercase()).collect::<String>();
    (0..words).map(|_| word(&mut random)).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn rows_whose_values_postgresql_refuses_cost_themselves() {
    let cases = [
        refusal(
            "a check",
            "create table item (id bigint primary key, t text check (t <> ''), OWN)",
            "",
            "check constraint",
        ),
        refusal(
            "not null",
            "create table item (id bigint primary key, t text not null, OWN)",
            Value::Null,
            "null",
        ),
        refusal(
            "too long",
            "create table item (id bigint primary key, t varchar(5), OWN)",
            "too long",
            "value too long",
        ),
        refusal("a zero byte", "create table item (id bigint primary key, t text, OWN)", "a\0b", "0x00"),
        refusal(
            "an enum",
            "create type mood as enum ('ok'); create table item (id bigint primary key, t mood, OWN)",
            "bad",
            "invalid input value for enum",
        ),
        refusal(
            "a domain",
            "create domain word as text check (value ~ '^[a-z]+$');
             create table item (id bigint primary key, t word, OWN)",
            "b a d",
            "domain word",
        ),
        Refusal {
            good: json!("1"),
            ..refusal(
                "too many digits",
                "create table item (id bigint primary key, t numeric(5,2), OWN)",
                "12345",
                "numeric field overflow: a field with precision 5, scale 2",
            )
        },
        refusal(
            "a trigger without words",
            "create table item (id bigint primary key, t text, OWN);
             create function mute() returns trigger language plpgsql as $$ begin
               if new.t = 'bad' then raise exception '%', '' using errcode = 'P0042'; end if; return new; end $$;
             create trigger mute before insert on item for each row execute function mute()",
            "bad",
            "an error without words, with the code P0042",
        ),
        refusal(
            "a row of an index",
            "create table item (id bigint primary key, t text, OWN); create index on item (t)",
            noise(1, 9_000),
            "index row",
        ),
        refusal(
            "a tsvector",
            "create table item (id bigint primary key, t text,
             v tsvector generated always as (to_tsvector('simple', t)) stored, OWN)",
            noise(90_000, 12),
            "tsvector",
        ),
        refusal(
            "no partition",
            "create table item (id bigint, t text, OWN, primary key (id)) partition by range (id);
             create table item_low partition of item for values from (0) to (7);
             create table item_mid partition of item for values from (8) to (20);
             create table item_high partition of item for values from (21) to (39)",
            "ok",
            "no partition",
        ),
    ];
    for case in cases {
        let Some(base) = Base::postgres().await else { return };
        refuses(&base, &case).await;
    }
}

#[tokio::test]
async fn rows_that_triggers_and_foreign_keys_of_postgresql_refuse_cost_themselves() {
    let trigger = |raise: &str| -> &'static str {
        format!(
            "create table item (id bigint primary key, t text, OWN);
             create function no() returns trigger language plpgsql as
             $$ begin if new.t = 'bad' then {raise}; end if; return new; end $$;
             create trigger no before insert or update on item for each row execute function no()"
        )
        .leak()
    };
    let cases = [
        refusal("a trigger", trigger("raise exception 'not %', new.t"), "bad", "not bad"),
        refusal(
            "a trigger with the code of a connection",
            trigger("raise exception 'no' using errcode = '08006'"),
            "bad",
            "no",
        ),
        refusal(
            "a trigger with the code of a full disk",
            trigger("raise exception 'quota' using errcode = 'disk_full'"),
            "bad",
            "quota",
        ),
        refusal(
            "a trigger with the code of a missing table",
            trigger("raise exception 'gone' using errcode = '42P01'"),
            "bad",
            "gone",
        ),
        refusal(
            "a fault in a trigger",
            trigger("perform 1 from nowhere"),
            "bad",
            "\"nowhere\" does not exist",
        ),
        refusal("a trigger that skips", trigger("return null"), "bad", "not written"),
        refusal(
            "a foreign key at once",
            "create table parent (t text primary key); insert into parent values ('ok');
             create table item (id bigint primary key, t text references parent, OWN)",
            "bad",
            "foreign key",
        ),
        refusal(
            "a foreign key at the commit",
            "create table parent (t text primary key); insert into parent values ('ok');
             create table item (id bigint primary key, t text references parent deferrable initially deferred, OWN)",
            "bad",
            "foreign key (t)",
        ),
        refusal(
            "a constraint trigger at the commit",
            "create table item (id bigint primary key, t text, OWN);
             create function no() returns trigger language plpgsql as
             $$ begin if new.t = 'bad' then raise exception 'late %', new.t; end if; return new; end $$;
             create constraint trigger no after insert or update on item deferrable initially deferred
             for each row execute function no()",
            "bad",
            "late bad",
        ),
    ];
    for case in cases {
        let Some(base) = Base::postgres().await else { return };
        refuses(&base, &case).await;
    }
}

#[tokio::test]
async fn a_row_that_an_exclusion_refuses_costs_itself() {
    let Some(base) = Base::postgres().await else { return };
    base.execute(&format!(
        "create table item (id bigint primary key, t int4range, {OWN}, exclude using gist (t with &&));
         insert into item (id, t) values (1000, '[1,5)')"
    ))
    .await;
    let items = json!([{"id": 1, "t": null}, {"id": 2, "t": "[2,3)"}, {"id": 3, "t": "[7,9)"}]);
    let page = OnePage::of(items).await;
    let ended = page.saved(&base, "{table: item, key: [id], columns: {id: .id, t: .t}}").run().await;
    let expected = json!({"picked": 3, "inserted": 2, "updated": 0, "unchanged": 0, "failed": 1});
    assert_eq!(counts(&ended), expected, "{}", ended.stdout);
    assert!(errors(&ended)[0].contains("exclusion constraint"), "{:?}", errors(&ended));
}

#[tokio::test]
async fn rows_that_sqlite_refuses_cost_themselves() {
    let trigger = |raise: &str| -> &'static str {
        format!(
            "create table item (id integer primary key, t text, OWN);
             create trigger no before insert on item when new.t = 'bad' begin select {raise}; end"
        )
        .leak()
    };
    let cases = [
        refusal(
            "a check",
            "create table item (id integer primary key, t text check (t <> ''), OWN)",
            "",
            "CHECK constraint",
        ),
        refusal(
            "not null",
            "create table item (id integer primary key, t text not null, OWN)",
            Value::Null,
            "NOT NULL",
        ),
        refusal(
            "strict",
            "create table item (id integer primary key, t blob, OWN) strict",
            "text",
            "cannot store TEXT value",
        ),
        refusal("a trigger", trigger("raise(abort, 'not this')"), "bad", "not this"),
        refusal("a trigger that fails", trigger("raise(fail, 'not this')"), "bad", "not this"),
        refusal("a trigger that rolls back", trigger("raise(rollback, 'not this')"), "bad", "not this"),
        refusal("a trigger that skips", trigger("raise(ignore)"), "bad", "not written"),
        refusal(
            "a fault in a trigger",
            trigger("json_extract('{', '$.a')"),
            "bad",
            "malformed JSON",
        ),
        refusal(
            "a conflict clause that rolls back",
            "create table item (id integer primary key, t text not null on conflict rollback, OWN)",
            Value::Null,
            "NOT NULL",
        ),
        refusal(
            "a foreign key at once",
            "create table parent (t text primary key); insert into parent values ('ok');
             create table item (id integer primary key, t text references parent, OWN)",
            "bad",
            "FOREIGN KEY",
        ),
        refusal(
            "a foreign key at the commit",
            "create table parent (t text primary key); insert into parent values ('ok');
             create table item (id integer primary key, t text references parent deferrable initially deferred, OWN)",
            "bad",
            "foreign key (t)",
        ),
        refusal(
            "a foreign key at the commit of a table without numbers",
            "create table parent (t text primary key); insert into parent values ('ok');
             create table item (id integer primary key, t text references parent (t) deferrable initially deferred, OWN)
             without rowid",
            "bad",
            "foreign key (t)",
        ),
    ];
    for case in cases {
        let base = Base::sqlite().await;
        let good = if case.name == "strict" { Value::Null } else { case.good.clone() };
        refuses(&base, &Refusal { good, ..case }).await;
    }
}

#[tokio::test]
async fn rows_that_a_policy_refuses_cost_themselves_and_a_missing_privilege_fails_the_stage_once() {
    let Some(base) = Base::postgres().await else { return };
    let role = format!("etl_{}", fastrand::u64(..));
    base.execute(&format!(
        "create table item (id bigint primary key, t text, {OWN});
         create role {role} login; grant create on schema public to {role};
         alter table item enable row level security;
         create policy visible on item using (t <> 'hidden') with check (t <> 'bad');
         insert into item (id, t) values (3, 'hidden')"
    ))
    .await;
    let page = OnePage::of(json!([
        {"id": 1, "t": "ok"}, {"id": 2, "t": "bad"}, {"id": 3, "t": "ok"}, {"id": 4, "t": "ok"},
    ]))
    .await;
    let url = base.url().replace("postgres@", &format!("{role}@"));
    let jobnet =
        page.saved(&base, "{table: item, key: [id], columns: {id: .id, t: .t}}").env("DATABASE_URL", &url);

    let denied = jobnet.run().await;
    assert_eq!(denied.code, Some(1));
    assert_eq!(errors(&denied), ["saving: the database says: permission denied for table item"]);

    base.execute(&format!("grant select, insert, update on item to {role}")).await;
    let ended = jobnet.run().await;
    let expected = json!({"picked": 4, "inserted": 2, "updated": 0, "unchanged": 0, "failed": 2});
    assert_eq!(counts(&ended), expected, "{}", ended.stdout);
    let policy = "new row violates row-level security policy";
    for (error, start) in errors(&ended)
        .iter()
        .zip(["item 2 of page 1, key {\"id\":2}: ", "item 3 of page 1, key {\"id\":3}: "])
    {
        assert!(error.starts_with(start) && error.contains(policy), "{error}");
    }
}

#[tokio::test]
async fn what_no_row_can_change_fails_the_stage_with_one_message() {
    for (schema, reason) in [
        (
            "create table item (id bigint primary key, t text generated always as ('x') stored, OWN)",
            "cannot insert a non-DEFAULT value into column \"t\"",
        ),
        (
            "create table item (id bigint primary key, t text, OWN);
             create function no() returns trigger language plpgsql as $$ begin perform 1 from nowhere; return new; end $$;
             create trigger no before insert on item for each row execute function no()",
            "relation \"nowhere\" does not exist",
        ),
        (
            "create table item (id bigint primary key, t text, OWN);
             create function no() returns trigger language plpgsql as $$ begin raise exception 'closed'; end $$;
             create trigger no before insert on item for each statement execute function no()",
            "closed",
        ),
    ] {
        let Some(base) = Base::postgres().await else { return };
        base.execute(&schema.replace("OWN", OWN)).await;
        let items: Vec<Value> = (0..30).map(|id| json!({"id": id, "t": "ok"})).collect();
        let page = OnePage::of(json!(items)).await;
        let ended = page.saved(&base, "{table: item, key: [id], columns: {id: .id, t: .t}}").run().await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(errors(&ended), [format!("saving: the database says: {reason}")]);
        assert_eq!(base.rows("select cast(count(*) as text) from item").await, ["0"]);
    }
}

#[tokio::test]
async fn of_a_thousand_rows_the_database_may_refuse_every_one() {
    let Some(base) = Base::postgres().await else { return };
    base.execute(&format!("create table item (id bigint primary key, t text check (t <> ''), {OWN})")).await;
    let items: Vec<Value> = (0..1_000).map(|id| json!({"id": id, "t": ""})).collect();
    let page = OnePage::of(json!(items)).await;
    let ended = page.saved(&base, "{table: item, key: [id], columns: {id: .id, t: .t}}").run().await;
    assert_eq!(counts(&ended)["failed"], 1_000);
    let errors = errors(&ended);
    assert_eq!(errors.len(), 13, "twelve by name, and the rest together: {errors:?}");
    assert!(errors[12].starts_with("further items: new row for relation \"item\" violates check constraint"));
}

#[tokio::test]
async fn one_bad_row_of_a_thousand_costs_each_other_row_two_attempts_or_three() {
    let Some(base) = Base::postgres().await else { return };
    base.execute(&format!(
        "create table item (id bigint primary key, t text check (t <> ''), {OWN});
         create sequence row_attempts; create sequence statements;
         create function attempt() returns trigger language plpgsql as
         $$ begin perform nextval(tg_argv[0]); return new; end $$;
         create trigger attempt before insert on item for each row execute function attempt('row_attempts');
         create trigger statement before insert on item for each statement execute function attempt('statements')"
    ))
    .await;
    let items: Vec<Value> =
        (0..1_000).map(|id| json!({"id": id, "t": if id == 777 { "" } else { "ok" }})).collect();
    let page = OnePage::of(json!(items)).await;
    let ended = page.saved(&base, "{table: item, key: [id], columns: {id: .id, t: .t}}").run().await;
    assert_eq!(counts(&ended)["inserted"], 999);
    // A sequence counts also what is rolled back.
    let number = async |sequence: &str| {
        let rows = base.rows(&format!("select cast(last_value as text) from {sequence}")).await;
        rows[0].parse::<u32>().unwrap()
    };
    let (attempts, statements) = (number("row_attempts").await, number("statements").await);
    assert!(attempts < 2_500, "{attempts} attempts at rows");
    assert!(statements < 60, "{statements} statements");
}
