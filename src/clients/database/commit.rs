use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::changes::{Change, Changes, Committed, Counts, Rejected, Removal, TableChanges};
use super::error::DatabaseError;
use super::kind::Cell;
use super::progress;
use super::quoted;
use super::saved;
use super::session::{Params, Rows, Session, Value};

/// Carries out changes and commits them. Rows that the database does not take are left out, and told.
///
/// Keys and hashes are compared first and only what differs is sent: on PostgreSQL an unchanged row costs a sixth of
/// what it would to send it, and writes nothing.
///
/// # Errors
/// [`DatabaseError`]; nothing was changed then, unless the connection broke during the commit itself.
pub(super) async fn commit<S: Session>(
    mut session: S,
    changes: &Changes,
) -> Result<Committed, DatabaseError> {
    let mut committed = Committed { counts: changes.mark.progress.counts, rejected: Vec::new() };
    for table in &changes.tables {
        let mut writer = Writer { session: &mut session, table, changes, rejected: BTreeMap::new() };
        writer.save(&mut committed.counts).await?;
        if table.track {
            writer.see().await?;
        }
        for removal in &table.removals {
            committed.counts.deleted += writer.remove(removal).await?;
        }
        let rejected = writer.rejected.into_iter();
        committed
            .rejected
            .extend(rejected.map(|(row, reason)| Rejected { item: table.rows[row].item, reason }));
    }
    let failed: BTreeSet<usize> = committed.rejected.iter().map(|rejected| rejected.item).collect();
    committed.counts.failed += failed.len() as u64;
    progress::write(&mut session, &changes.mark, &committed.counts).await?;
    if touches(changes, &committed.counts) {
        saved::begun(&mut session, &changes.mark.owner, &changes.mark.run).await?;
    }
    session.commit().await?;
    Ok(committed)
}

/// True where a table holds something else after changes than before, or is recorded to have been seen by another run.
fn touches(changes: &Changes, counts: &Counts) -> bool {
    let written = |counts: &Counts| (counts.inserted, counts.updated, counts.deleted);
    let is_seen = |table: &TableChanges| table.track && !table.rows.is_empty();
    written(counts) != written(&changes.mark.progress.counts) || changes.tables.iter().any(is_seen)
}

/// Writes into one table.
struct Writer<'a, S> {
    session: &'a mut S,
    table: &'a TableChanges,
    changes: &'a Changes,
    rejected: BTreeMap<usize, String>,
}

impl TableChanges {
    fn key_of<'r>(&'r self, row: &'r Change) -> impl Iterator<Item = Value<'r>> {
        self.key.iter().map(|column| Value::Cell(&row.cells[*column]))
    }
}

/// What is done with rows.
#[derive(Clone, Copy)]
enum Step {
    Probe,
    Upsert,
}

/// What a row is to its table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unchanged,
    Differs,
    Absent,
}

impl<S: Session> Writer<'_, S> {
    async fn save(&mut self, counts: &mut Counts) -> Result<(), DatabaseError> {
        let rows = &self.table.rows;
        if rows.is_empty() {
            return Ok(());
        }
        let all: Vec<usize> = (0..rows.len()).collect();
        let mut states = vec![State::Unchanged; rows.len()];
        self.by_halves(Step::Probe, &all, &mut states).await?;
        if states.iter().any(|state| *state != State::Unchanged) {
            self.leave_out_followed(&mut states);
        }
        let differs = |row: &usize| states[*row] != State::Unchanged && !self.rejected.contains_key(row);
        let wanted: Vec<usize> = all.into_iter().filter(differs).collect();
        self.by_halves(Step::Upsert, &wanted, &mut states).await?;
        for (row, state) in states.iter().enumerate() {
            if !self.rejected.contains_key(&row) {
                match state {
                    State::Unchanged => counts.unchanged += 1,
                    State::Differs => counts.updated += 1,
                    State::Absent => counts.inserted += 1,
                }
            }
        }
        Ok(())
    }

    /// Compares keys and hashes with what the table has.
    async fn probe(&mut self, sql: &str, rows: &[usize], states: &mut [State]) -> Result<(), DatabaseError> {
        let table = self.table;
        let keys = rows.iter().map(|row| &table.rows[*row]);
        let values = keys.flat_map(|row| table.key_of(row).chain([Value::Text(&row.hash)]));
        let rows_of_keys = Rows { width: table.key.len() + 1, values: values.collect() };
        let params = Params { rows: Some(rows_of_keys), texts: Vec::new() };
        for found in self.session.rows(sql, &params).await? {
            if let [Some(place), Some(is_there)] = &found[..]
                && let Some(row) = place.parse().ok().and_then(|place: usize| rows.get(place))
            {
                states[*row] = if is_there == "1" { State::Differs } else { State::Absent };
            }
        }
        Ok(())
    }

    fn probe_sql(&self) -> String {
        let TableChanges { shape, key, .. } = self.table;
        let first = quoted(&self.column(key[0]).name);
        format!(
            "select cast(r.i as text), case when t.{first} is null then '0' else '1' end from {} left join {} t on {} \
             where t.content_hash is null or t.content_hash <> r.c{}",
            S::source(key.len() + 1),
            shape.table.quoted(),
            self.key_matches("t"),
            key.len(),
        )
    }

    /// Of rows with one key the last is the one: those before it are not written.
    fn leave_out_followed(&self, states: &mut [State]) {
        let mut last: HashMap<Vec<&Cell>, usize> = HashMap::new();
        for (index, row) in self.table.rows.iter().enumerate() {
            let key = self.table.key.iter().map(|column| &row.cells[*column]).collect();
            if let Some(before) = last.insert(key, index) {
                // Nothing is written for it; whether the last differs from the table is the last's own business.
                states[before] = State::Unchanged;
            }
        }
    }

    /// Does something with rows; where the database rejects some, with each half by itself, down to the row that it is
    /// about.
    async fn by_halves(
        &mut self,
        step: Step,
        rows: &[usize],
        states: &mut [State],
    ) -> Result<(), DatabaseError> {
        let sql = match step {
            Step::Probe => self.probe_sql(),
            Step::Upsert => self.upsert_sql(),
        };
        let whole = (!rows.is_empty()).then_some(0..rows.len());
        let mut open: Vec<Range<usize>> = whole.into_iter().collect();
        while let Some(range) = open.pop() {
            self.session.execute("savepoint rows", &Params::none()).await?;
            let some = &rows[range.clone()];
            let done = match step {
                Step::Probe => self.probe(&sql, some, states).await,
                Step::Upsert => self.upsert(&sql, some).await,
            };
            match done {
                Ok(()) => {
                    self.session.execute("release savepoint rows", &Params::none()).await?;
                }
                Err(DatabaseError::Values(reason)) => {
                    self.session.execute("rollback to savepoint rows", &Params::none()).await?;
                    if range.len() == 1 {
                        self.rejected.insert(rows[range.start], reason);
                    } else {
                        let middle = range.start + range.len() / 2;
                        open.extend([middle..range.end, range.start..middle]);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Inserts or updates rows.
    async fn upsert(&mut self, sql: &str, wanted: &[usize]) -> Result<(), DatabaseError> {
        let rows = wanted.iter().map(|row| &self.table.rows[*row]);
        let values =
            rows.flat_map(|row| row.cells.iter().map(Value::Cell).chain([Value::Text(row.hash.as_str())]));
        let width = self.table.columns.len() + 1;
        let params = Params {
            rows: Some(Rows { width, values: values.collect() }),
            texts: vec![Some(&self.changes.saved_at), Some(&self.changes.run_id)],
        };
        self.session.execute(sql, &params).await.map(|_| ())
    }

    fn upsert_sql(&self) -> String {
        let TableChanges { shape, columns, key, .. } = self.table;
        let width = columns.len() + 1;
        let taken = S::taken(width);
        let own = |name: &str| shape.column(name);
        let mut names: Vec<String> = Vec::new();
        let mut values: Vec<String> = Vec::new();
        for place in 0..columns.len() {
            names.push(quoted(&self.column(place).name));
            values.push(S::cast(&format!("r.c{place}"), self.column(place)));
        }
        let hash = format!("r.c{}", columns.len());
        let (saved_at, run_id) = (format!("${}", taken + 1), format!("${}", taken + 2));
        for (name, value) in [("content_hash", hash), ("saved_at", saved_at), ("run_id", run_id)] {
            names.push(quoted(name));
            values.push(own(name).map_or(value.clone(), |column| S::cast(&value, column)));
        }
        let keys: Vec<&String> = key.iter().map(|place| &names[*place]).collect();
        let set: Vec<String> = names
            .iter()
            .filter(|name| !keys.contains(name))
            .map(|name| format!("{name} = excluded.{name}"))
            .collect();
        format!(
            "insert into {} ({}) select {} from {} where true on conflict ({}) do update set {}",
            shape.table.quoted(),
            names.join(", "),
            values.join(", "),
            S::source(width),
            key.iter().map(|place| names[*place].as_str()).collect::<Vec<_>>().join(", "),
            set.join(", "),
        )
    }

    /// Records the keys as seen by this run.
    async fn see(&mut self) -> Result<(), DatabaseError> {
        let TableChanges { shape, key, rows, .. } = self.table;
        if rows.is_empty() {
            return Ok(());
        }
        let taken = S::taken(key.len());
        let names: Vec<String> = key.iter().map(|place| quoted(&self.column(*place).name)).collect();
        let values: Vec<String> = self.key_values();
        let seen = shape.table.seen().quoted();
        let sql = format!(
            "insert into {seen} ({keys}, run_id, seen_at) select distinct {values}, ${run_id}, {seen_at} from {source} \
             where true on conflict ({keys}) do update set run_id = excluded.run_id, seen_at = excluded.seen_at",
            keys = names.join(", "),
            values = values.join(", "),
            run_id = taken + 1,
            seen_at = S::time(&format!("${}", taken + 2)),
            source = S::source(key.len()),
        );
        let table = self.table;
        let good = (0..rows.len()).filter(|row| !self.rejected.contains_key(row));
        let params = Params {
            rows: Some(Rows {
                width: key.len(),
                values: good.flat_map(|row| table.key_of(&rows[row])).collect(),
            }),
            texts: vec![Some(&self.changes.run_id), Some(&self.changes.saved_at)],
        };
        self.session.execute(&sql, &params).await.map(|_| ())
    }

    /// Removes the rows of a scope that are not among those that stay; none where one of those that stay is so bad that it
    /// cannot be compared.
    async fn remove(&mut self, removal: &Removal) -> Result<u64, DatabaseError> {
        self.session.execute("savepoint removal", &Params::none()).await?;
        let (end, removed) = match self.delete(removal).await {
            Ok(removed) => ("release savepoint removal", removed),
            Err(DatabaseError::Values(_)) => ("rollback to savepoint removal", 0),
            Err(error) => return Err(error),
        };
        self.session.execute(end, &Params::none()).await?;
        Ok(removed)
    }

    /// Deletes the rows of a scope that are not among those that stay, and their traces among the seen.
    async fn delete(&mut self, removal: &Removal) -> Result<u64, DatabaseError> {
        let TableChanges { shape, key, track, .. } = self.table;
        let taken = S::taken(key.len());
        let scope: Vec<String> = removal
            .scope
            .iter()
            .enumerate()
            .map(|(place, (column, _))| {
                let column = &shape.columns[*column];
                let value = S::cast(&format!("${}", taken + 1 + place), column);
                format!("t.{} = {value}", quoted(&column.name))
            })
            .collect();
        let keep = removal.keep.iter().flatten().map(Value::Cell).collect();
        let params = Params {
            rows: Some(Rows { width: key.len(), values: keep }),
            texts: removal.scope.iter().map(|(_, value)| value.as_text()).collect(),
        };
        let gone = format!(
            "from {} as t where {} and not exists (select 1 from {} where {})",
            shape.table.quoted(),
            scope.join(" and "),
            S::source(key.len()),
            self.key_matches("t"),
        );
        if *track {
            let seen = shape.table.seen().quoted();
            let same: Vec<String> = key
                .iter()
                .map(|place| quoted(&self.column(*place).name))
                .map(|name| format!("t.{name} = s.{name}"))
                .collect();
            let sql =
                format!("delete from {seen} as s where exists (select 1 {gone} and {})", same.join(" and "));
            self.session.execute(&sql, &params).await?;
        }
        self.session.execute(&format!("delete {gone}"), &params).await
    }

    fn column(&self, place: usize) -> &super::shape::Column {
        &self.table.shape.columns[self.table.columns[place]]
    }

    fn key_values(&self) -> Vec<String> {
        let key = self.table.key.iter().enumerate();
        key.map(|(place, column)| S::cast(&format!("r.c{place}"), self.column(*column))).collect()
    }

    /// That a table's row is the one whose key the source has.
    fn key_matches(&self, table: &str) -> String {
        let names = self.table.key.iter().map(|place| quoted(&self.column(*place).name));
        let matches = names.zip(self.key_values()).map(|(name, value)| format!("{table}.{name} = {value}"));
        matches.collect::<Vec<_>>().join(" and ")
    }
}
