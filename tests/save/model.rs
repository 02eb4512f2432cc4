//! Random pages with bad rows, equal keys and huge numbers, saved twice: the table and the counts are those of a model.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::one_page::OnePage;
use super::{counts, errors};
use crate::common::base::Base;

/// An item of a page.
#[derive(Debug, Clone)]
struct Item {
    /// Keys that differ in case are equal to the database.
    key: &'static str,
    number: Number,
    note: Note,
    parent: Parent,
}

#[derive(Debug, Clone)]
enum Number {
    /// Hundredths.
    Held(i32),
    /// More digits than the column has room for before the point.
    TooLarge(u64),
    /// No number.
    Word,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Note {
    Good(u8),
    Empty,
    Forbidden,
    Long,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Parent {
    There,
    None,
    Missing,
}

fn item() -> impl Strategy<Value = Item> {
    let keys = prop::sample::select(vec!["a", "A", "b", "B", "c", "d", "e", "F", "f", "g"]);
    let number = prop_oneof![
        8 => (-5_000..5_000_i32).prop_map(Number::Held),
        1 => (100_000_000_000..u64::MAX).prop_map(Number::TooLarge),
        1 => Just(Number::Word),
    ];
    let note = prop_oneof![
        8 => (0..3_u8).prop_map(Note::Good),
        1 => Just(Note::Empty),
        1 => Just(Note::Forbidden),
        1 => Just(Note::Long),
    ];
    let parent = prop_oneof![6 => Just(Parent::There), 2 => Just(Parent::None), 1 => Just(Parent::Missing)];
    (keys, number, note, parent).prop_map(|(key, number, note, parent)| Item { key, number, note, parent })
}

/// What a table holds of an item, as texts: the row's key first.
type Row = [String; 4];

impl Item {
    fn json(&self, place: usize) -> Value {
        let number = match &self.number {
            // With more digits than the column has after the point, where it rounds.
            Number::Held(cents) => json!(decimal(*cents)),
            Number::TooLarge(number) => json!(format!("{number}00000000000000000000.5")),
            Number::Word => json!("many"),
        };
        let note = match self.note {
            Note::Good(n) => format!("note {n}"),
            Note::Empty => String::new(),
            Note::Forbidden => "forbidden".to_owned(),
            Note::Long => "long ".repeat(20),
        };
        json!({"place": place, "k": self.key, "n": number, "note": note, "parent": self.parent_text()})
    }

    fn parent_text(&self) -> Option<&'static str> {
        match self.parent {
            Parent::There => Some("there"),
            Parent::None => None,
            Parent::Missing => Some("missing"),
        }
    }

    /// The row, unless the database or the column's kind refuses it.
    fn row(&self) -> Option<Row> {
        let (Number::Held(cents), Note::Good(note)) = (&self.number, self.note) else { return None };
        let parent = self.parent_text().unwrap_or_default().to_owned();
        (self.parent != Parent::Missing)
            .then(|| [self.key.to_owned(), decimal(*cents), format!("note {note}"), parent])
    }
}

/// Hundredths as a decimal number.
fn decimal(cents: i32) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// The table as it should be.
#[derive(Default)]
struct Model(BTreeMap<String, Row>);

impl Model {
    /// Saves a page, and gives the counts.
    fn save(&mut self, items: &[Item]) -> Value {
        let mut last: BTreeMap<String, Row> = BTreeMap::new();
        let good: Vec<Row> = items.iter().filter_map(Item::row).collect();
        for row in &good {
            last.insert(row[0].to_lowercase(), row.clone());
        }
        let (mut inserted, mut updated) = (0, 0);
        for (key, row) in last {
            match self.0.insert(key, row.clone()) {
                None => inserted += 1,
                Some(before) if before != row => updated += 1,
                Some(_) => {}
            }
        }
        json!({"picked": items.len(), "inserted": inserted, "updated": updated,
               "unchanged": good.len() - inserted - updated, "failed": items.len() - good.len()})
    }

    fn rows(&self) -> Vec<String> {
        self.0.values().map(|row| row.join("|")).collect()
    }
}

const POSTGRES: &str = "
    create extension if not exists citext;
    create table parent (name text primary key);
    insert into parent values ('there');
    create table item (k citext primary key, n numeric(12,2), note varchar(50) check (note <> ''),
        parent text references parent deferrable initially deferred,
        content_hash text, saved_at timestamptz, run_id text);
    create function refuse() returns trigger language plpgsql as
    $$ begin if new.note = 'forbidden' then raise exception 'not this'; end if; return new; end $$;
    create trigger refuse before insert or update on item for each row execute function refuse();";

const SQLITE: &str = "
    create table parent (name text primary key);
    insert into parent values ('there');
    create table item (k text collate nocase primary key, n text check (length(n) < 10 and n <> 'many'),
        note text check (note <> '' and length(note) <= 50),
        parent text references parent deferrable initially deferred,
        content_hash text, saved_at text, run_id text);
    create trigger refuse before insert on item when new.note = 'forbidden'
    begin select raise(rollback, 'not this'); end;
    create trigger refuse_update before update on item when new.note = 'forbidden'
    begin select raise(fail, 'not this'); end;";

/// Saves the pages into a fresh database one after the other, and holds each run to the model.
async fn hold(base: Base, schema: &str, pages: Vec<Vec<Item>>) -> Result<(), TestCaseError> {
    base.execute(schema).await;
    let page = OnePage::of(json!([])).await;
    let jobnet =
        page.saved(&base, "{table: item, key: [k], columns: {k: .k, n: .n, note: .note, parent: .parent}}");
    let mut model = Model::default();
    for items in pages {
        page.put(items.iter().enumerate().map(|(place, item)| item.json(place)).collect());
        let ended = jobnet.run().await;
        prop_assert_eq!(counts(&ended), model.save(&items), "{}\n{}", ended.stdout, ended.stderr);
        let rows =
            "select cast(k as text), cast(n as text), note, parent from item order by lower(cast(k as text))";
        prop_assert_eq!(base.rows(rows).await, model.rows());
        let errors = errors(&ended);
        for (place, _) in items.iter().enumerate().filter(|(_, item)| item.row().is_none()).take(10) {
            let start = format!("item {} of page 1", place + 1);
            prop_assert!(errors.iter().any(|error| error.starts_with(&start)), "{}: {:?}", start, errors);
        }
    }
    Ok(())
}

fn pages() -> impl Strategy<Value = Vec<Vec<Item>>> {
    prop::collection::vec(prop::collection::vec(item(), 0..40), 1..4)
}

/// So many cases, unless `PROPTEST_CASES` says otherwise: each starts jobnet a few times.
fn runner() -> TestRunner {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(8);
    TestRunner::new(Config { cases, max_shrink_iters: 200, failure_persistence: None, ..Config::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_postgresql_is_that_of_the_model() {
    if Base::postgres().await.is_none() {
        return;
    }
    let handle = tokio::runtime::Handle::current();
    let held = tokio::task::spawn_blocking(move || {
        runner().run(&pages(), |pages| {
            handle.block_on(async {
                match Base::postgres().await {
                    Some(base) => hold(base, POSTGRES, pages).await,
                    None => Ok(()),
                }
            })
        })
    });
    held.await.unwrap().unwrap_or_else(|error| panic!("{error}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_sqlite_is_that_of_the_model() {
    let handle = tokio::runtime::Handle::current();
    let held = tokio::task::spawn_blocking(move || {
        runner()
            .run(&pages(), |pages| handle.block_on(async { hold(Base::sqlite().await, SQLITE, pages).await }))
    });
    held.await.unwrap().unwrap_or_else(|error| panic!("{error}"));
}
