use indexmap::IndexMap;

use crate::policy::{MissingCounts, Threshold};
use crate::secret::Masker;

use super::count_watch::{CountWatch, Declared};
use super::counted::{Counted, FAILED};
use super::notes::{Note, Notes};
use super::outcome::Outcome;
use super::share::{Share, Whole};

/// The name of the count that the failures are measured by, where there is one.
const TOTAL: &str = "total";
/// The name of the count of chosen items.
const PICKED: &str = "picked";

/// How many items there are to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// The items that were chosen.
    Chosen,
    /// The items that were sent, or the `total` of the responses.
    Sent,
    /// The `total` of the responses or of a process, else its `picked`.
    Reported,
}

/// What a stage has counted so far. Sums stop at the largest number.
#[derive(Debug)]
pub(super) struct Tally {
    metrics: IndexMap<String, u64>,
    /// The counts of each table, where there are several.
    tables: IndexMap<String, IndexMap<&'static str, u64>>,
    measure: Measure,
    failed: u64,
    /// The items that the failed ones are measured by.
    total: u64,
    /// How many items failed of which nobody says how many there were.
    unmeasured: u64,
    /// The rows or requests that failed as a whole.
    wholes: Share,
    pub(super) requests: u64,
    pub(super) retries: u64,
    pub(super) replayed: u64,
    errors: Notes,
    warnings: Notes,
    watch: CountWatch,
    /// Something failed that will fail again.
    permanent: bool,
    /// The stage cannot have done its work, whatever its threshold.
    broken: bool,
}

/// A request and its response, as far as they are counted.
pub(super) struct Exchanged<'a> {
    pub(super) declared: Declared<'a>,
    pub(super) counted: &'a Counted,
    pub(super) body: &'a [u8],
    /// The items that it carried; `None` where it carried none.
    pub(super) items: Option<u64>,
}

impl Tally {
    /// A tally of a stage whose responses are counted by these names.
    pub(super) fn new<'a>(
        names: impl IntoIterator<Item = &'a str>,
        measure: Measure,
        masker: &Masker,
    ) -> Self {
        let mut tally = Self {
            metrics: IndexMap::new(),
            tables: IndexMap::new(),
            measure,
            failed: 0,
            total: 0,
            unmeasured: 0,
            wholes: Share { of: Whole::Requests, failed: 0, total: Some(0) },
            requests: 0,
            retries: 0,
            replayed: 0,
            errors: Notes::new(masker.clone()),
            warnings: Notes::new(masker.clone()),
            watch: CountWatch::default(),
            permanent: false,
            broken: false,
        };
        if measure != Measure::Reported {
            tally.metrics.insert(PICKED.to_owned(), 0);
        }
        tally.declare(names);
        tally
    }

    /// Takes note of what will be counted, so that it is shown where it stays 0.
    pub(super) fn declare<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        for name in names.into_iter().filter(|name| ![FAILED, TOTAL].contains(name)) {
            self.metrics.entry(name.to_owned()).or_default();
        }
    }

    /// Counts chosen items.
    pub(super) fn pick(&mut self, items: u64) {
        add(self.metrics.entry(PICKED.to_owned()).or_default(), items);
        if self.measure == Measure::Chosen {
            add(&mut self.total, items);
        }
    }

    /// Counts a response to a request.
    pub(super) fn add_response(&mut self, exchanged: &Exchanged<'_>) {
        let Exchanged { declared, counted, body, items } = exchanged;
        let place = declared.place;
        self.watch.see(declared, counted, body);
        if let Some(error) = &counted.error_in_place {
            self.warnings.add(&format!("{place}: {error}"));
        }
        if counted.is_silent && !counted.replayed {
            self.warnings.add(&format!(
                "{place}: the work was done and its response was lost; the 409 that followed has none of the counts"
            ));
        }
        counted.errors.iter().for_each(|error| self.errors.add(error));
        self.add(place, counted, *items, false);
    }

    /// Counts what a process says that it counted; its failures are temporary where it says that too.
    pub(super) fn add_counters(&mut self, counters: IndexMap<String, u64>, temporary: bool) {
        self.declare(counters.keys().map(String::as_str));
        self.add("the command", &Counted { counts: counters, ..Counted::default() }, None, temporary);
    }

    /// Notes something that users are to know of, and that fails nothing.
    pub(super) fn warn(&mut self, message: &str) {
        self.warnings.add(message);
    }

    /// Adds to a count of the engine's own.
    pub(super) fn add_count(&mut self, name: &str, count: u64) {
        add(self.metrics.entry(name.to_owned()).or_default(), count);
    }

    /// Counts what was reported. Of what was done for an earlier run only the failures count, and what they are measured by.
    fn add(&mut self, place: &str, counted: &Counted, items: Option<u64>, temporary: bool) {
        self.replayed += u64::from(counted.replayed);
        let failed = counted.counts.get(FAILED).copied().unwrap_or(0);
        add(&mut self.failed, failed);
        self.permanent |= failed > 0 && !temporary;
        match counted.there(TOTAL).or(items).or_else(|| counted.there(PICKED)) {
            Some(total) => {
                add(&mut self.total, total);
                if failed > total {
                    self.warnings.add(&format!(
                        "{place}: `failed` is {failed}, of {total} item(s) in all: count as `total` what `failed` is a part of"
                    ));
                }
            }
            None => add(&mut self.unmeasured, failed),
        }
        let others = counted.counts.iter().filter(|(name, _)| ![FAILED, TOTAL].contains(&name.as_str()));
        for (name, count) in others.filter(|_| !counted.replayed) {
            self.add_count(name, *count);
        }
    }

    /// Goes on from what an earlier run counted. Whether that would fail again is not known: it is taken to.
    pub(super) fn resume(&mut self, picked: u64, failed: u64, lone: u64, rows: u64) {
        self.metrics.insert(PICKED.to_owned(), picked);
        self.failed = failed;
        self.total = picked.saturating_add(lone);
        self.wholes = Share { of: Whole::Rows, failed: lone, total: Some(rows) };
        self.permanent = failed > 0;
    }

    /// Sets a count that is declared.
    pub(super) fn update(&mut self, name: &str, count: u64) {
        if let Some(metric) = self.metrics.get_mut(name) {
            *metric = count;
        }
    }

    /// Sets the counts of one of several tables.
    pub(super) fn update_table(&mut self, table: &str, counts: IndexMap<&'static str, u64>) {
        self.tables.insert(table.to_owned(), counts);
    }

    /// Counts a request that could not be sent or read: all its items, or one where it has none. Of chosen items their
    /// number is counted already.
    pub(super) fn add_failure(&mut self, items: Option<u64>, temporary: bool, message: &str) {
        add(&mut self.failed, items.unwrap_or(1));
        if items.is_none() || self.measure != Measure::Chosen {
            add(&mut self.total, items.unwrap_or(1));
        }
        self.permanent |= !temporary;
        self.note(message);
    }

    /// Takes note of how many rows or requests there are.
    pub(super) fn measure_wholes(&mut self, of: Whole, total: u64) {
        self.wholes = Share { of, total: Some(total), ..self.wholes };
    }

    /// Counts a row or a request that failed as a whole.
    pub(super) fn add_whole_failure(&mut self, temporary: bool, message: &str) {
        add(&mut self.wholes.failed, 1);
        self.add_failure(None, temporary, message);
    }

    /// Counts a failure after which the stage cannot have done its work, whatever its threshold.
    pub(super) fn break_off(&mut self, temporary: bool, message: &str) {
        self.broken = true;
        self.add_failure(None, temporary, message);
    }

    /// Keeps an error's text.
    pub(super) fn note(&mut self, message: &str) {
        self.errors.add(message);
    }

    /// Says what is known only once the stage is at its end.
    pub(super) fn close(&mut self) {
        for (on_missing, message) in self.watch.messages() {
            match on_missing {
                MissingCounts::Warn => self.warnings.add(&message),
                MissingCounts::Fail => self.break_off(false, &message),
            }
        }
    }

    /// The counts in the order of the spec, `failed` last.
    pub(super) fn metrics(&self) -> IndexMap<String, u64> {
        let mut metrics = self.metrics.clone();
        metrics.insert(FAILED.to_owned(), self.failed);
        metrics
    }

    /// The counts of each table, where there are several.
    pub(super) fn tables(&self) -> IndexMap<String, IndexMap<&'static str, u64>> {
        self.tables.clone()
    }

    /// What went wrong.
    pub(super) fn errors(&self) -> Vec<Note> {
        self.errors.to_vec()
    }

    /// What looks wrong.
    pub(super) fn warnings(&self) -> Vec<Note> {
        self.warnings.to_vec()
    }

    /// What failed of the items, and of the rows or requests where some failed as a whole.
    pub(super) fn shares(&self) -> Vec<Share> {
        let total = (self.unmeasured == 0).then_some(self.total);
        let items = Share { of: Whole::Items, failed: self.failed, total };
        [items, self.wholes].into_iter().filter(|share| share.failed > 0).collect()
    }

    /// How the stage ended.
    pub(super) fn outcome(&self, threshold: Threshold) -> Outcome {
        if !self.broken && !self.shares().iter().any(|share| share.is_above(threshold)) {
            Outcome::Succeeded
        } else if self.permanent {
            Outcome::Failed
        } else {
            Outcome::Unavailable
        }
    }
}

fn add(sum: &mut u64, count: u64) {
    *sum = sum.saturating_add(count);
}

#[cfg(test)]
mod tests;
