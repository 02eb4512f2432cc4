use indexmap::IndexMap;

use crate::policy::Threshold;
use crate::secret::Masker;

use super::outcome::Outcome;
use super::summary::ErrorNote;

/// How many different errors a summary holds.
const MOST_ERRORS: usize = 20;

/// An error's text is kept up to this many characters: it may quote a whole item.
const MESSAGE: usize = 600;

/// The name of the count that decides whether a stage fails.
const FAILED: &str = "failed";
/// The name of the count that the failures are measured by, where there is one.
const TOTAL: &str = "total";
/// The name of the count of chosen items.
const PICKED: &str = "picked";

/// What a stage has counted so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    metrics: IndexMap<String, u64>,
    failed: u64,
    /// What the failures are measured by, by where it comes from.
    total: u64,
    picked: u64,
    counted: u64,
    /// Requests without items that could not be sent or read: one failed of one each.
    lone_failures: u64,
    measure: Measure,
    pub(super) requests: u64,
    pub(super) retries: u64,
    pub(super) replayed: u64,
    errors: Vec<ErrorNote>,
    masker: Masker,
    /// Something failed that will fail again.
    permanent: bool,
    /// The stage cannot have done its work, whatever its threshold.
    broken: bool,
}

/// What failures are measured by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Measure {
    /// The sum of all counts.
    #[default]
    Counted,
    /// The items that were picked.
    Picked,
    /// The count that is named `total`.
    Total,
}

impl Tally {
    /// A tally of a stage whose answers are counted by these names; `picks` where the engine itself counts items.
    pub(super) fn new<'a>(names: impl IntoIterator<Item = &'a str>, picks: bool, masker: Masker) -> Self {
        let mut tally = Self { masker, ..Self::default() };
        if picks {
            tally.measure = Measure::Picked;
            tally.metrics.insert(PICKED.to_owned(), 0);
        }
        tally.declare(names);
        tally
    }

    /// Takes note of what will be counted, which decides what failures are measured by.
    pub(super) fn declare<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        for name in names {
            match name {
                FAILED => {}
                TOTAL => self.measure = Measure::Total,
                _ => {
                    if name == PICKED {
                        self.measure = self.measure.max(Measure::Picked);
                    }
                    self.metrics.entry(name.to_owned()).or_default();
                }
            }
        }
    }

    /// Counts chosen items.
    pub(super) fn pick(&mut self, items: u64) {
        self.picked += items;
        *self.metrics.entry(PICKED.to_owned()).or_default() += items;
    }

    /// Counts what an answer says. A replayed one adds to `replayed` and to what failed, and to what that is measured
    /// by, but never again to what was done.
    pub(super) fn add_answer(&mut self, counts: &IndexMap<String, u64>, replayed: bool) {
        self.replayed += u64::from(replayed);
        for (name, count) in counts {
            match name.as_str() {
                TOTAL => self.total += count,
                FAILED => {
                    self.failed += count;
                    self.counted += count;
                    self.permanent |= *count > 0;
                }
                _ => {
                    self.counted += count;
                    if name == PICKED {
                        self.picked += count;
                    }
                    if !replayed {
                        *self.metrics.entry(name.clone()).or_default() += count;
                    }
                }
            }
        }
    }

    /// Counts what a process says that it counted; its failures are temporary where it says that too.
    pub(super) fn add_counters(&mut self, counts: &IndexMap<String, u64>, temporary: bool) {
        let permanent = self.permanent;
        self.add_answer(counts, false);
        if temporary {
            self.permanent = permanent;
        }
    }

    /// Goes on from what an earlier run counted. Whether that would fail again is not known: it is taken to.
    pub(super) fn resume(&mut self, picked: u64, failed: u64, lone: u64) {
        self.picked = picked;
        self.metrics.insert(PICKED.to_owned(), picked);
        self.failed = failed;
        self.lone_failures = lone;
        self.permanent = failed > 0;
    }

    /// Sets a count that is declared.
    pub(super) fn update(&mut self, name: &str, count: u64) {
        if let Some(metric) = self.metrics.get_mut(name) {
            *metric = count;
        }
    }

    /// Counts a request that could not be sent or read: all its items, or one where it has none.
    pub(super) fn add_failure(&mut self, items: Option<u64>, temporary: bool, message: &str) {
        self.failed += items.unwrap_or(1);
        if items.is_none() {
            self.lone_failures += 1;
        }
        self.permanent |= !temporary;
        self.note(message);
    }

    /// Counts a failure after which the stage cannot have done its work, whatever its threshold.
    pub(super) fn break_off(&mut self, temporary: bool, message: &str) {
        self.broken = true;
        self.add_failure(None, temporary, message);
    }

    /// Keeps an error's text, with secrets masked; the same again is counted.
    pub(super) fn note(&mut self, message: &str) {
        const MORE: &str = "further errors are not shown";
        let message = self.masker.excerpt(message, MESSAGE);
        let room = self.errors.len() < MOST_ERRORS - 1;
        let kept = if room || self.errors.iter().any(|known| known.message == message) {
            message
        } else {
            MORE.to_owned()
        };
        match self.errors.iter_mut().find(|known| known.message == kept) {
            Some(known) => known.count += 1,
            None => self.errors.push(ErrorNote { message: kept, count: 1 }),
        }
    }

    /// The counts in the order of the spec, `failed` last.
    pub(super) fn metrics(&self) -> IndexMap<String, u64> {
        let mut metrics = self.metrics.clone();
        metrics.insert(FAILED.to_owned(), self.failed);
        metrics
    }

    /// What went wrong.
    pub(super) fn errors(&self) -> Vec<ErrorNote> {
        self.errors.clone()
    }

    fn measured_by(&self) -> u64 {
        let total = match self.measure {
            Measure::Total => self.total,
            Measure::Picked => self.picked,
            Measure::Counted => self.counted,
        };
        total + self.lone_failures
    }

    /// The share of failed items, from 0 to 1; more only where an API counts more failures than items.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub(super) fn failure_rate(&self) -> f64 {
        match (self.failed, self.measured_by()) {
            (0, _) => 0.0,
            (_, 0) => 1.0,
            (failed, total) => failed as f64 / total as f64,
        }
    }

    /// How the stage ended.
    pub(super) fn outcome(&self, threshold: Threshold) -> Outcome {
        if !self.broken && !threshold.is_exceeded(self.failed, self.measured_by()) {
            Outcome::Succeeded
        } else if self.permanent {
            Outcome::Failed
        } else {
            Outcome::Unavailable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)]) -> IndexMap<String, u64> {
        counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn a_replayed_answer_counts_its_failures_and_nothing_else() {
        let threshold = Threshold::new(0.05);
        let answer = counts(&[("picked", 100), ("translated", 90), ("failed", 10)]);
        let mut first = Tally::new(["picked", "translated", "failed"], false, Masker::default());
        first.add_answer(&answer, false);
        let mut again = Tally::new(["picked", "translated", "failed"], false, Masker::default());
        again.add_answer(&answer, true);
        assert_eq!((first.outcome(threshold), first.failure_rate()), (Outcome::Failed, 0.1));
        assert_eq!((again.outcome(threshold), again.failure_rate()), (Outcome::Failed, 0.1));
        assert_eq!(again.metrics(), counts(&[("picked", 0), ("translated", 0), ("failed", 10)]));
        assert_eq!(again.replayed, 1);
    }

    #[test]
    fn failures_are_measured_by_the_total_then_by_what_was_picked_then_by_the_sum() {
        let answer = counts(&[("total", 1000), ("picked", 100), ("done", 30), ("failed", 10)]);
        let rate = |names: &[&str]| {
            let mut tally = Tally::new(names.iter().copied(), false, Masker::default());
            let counted = answer.iter().filter(|(name, _)| names.contains(&name.as_str()));
            tally.add_answer(&counted.map(|(name, count)| (name.clone(), *count)).collect(), false);
            tally.failure_rate()
        };
        assert_eq!(rate(&["total", "picked", "done", "failed"]), 0.01);
        assert_eq!(rate(&["picked", "done", "failed"]), 0.1);
        assert_eq!(rate(&["done", "failed"]), 0.25);
    }

    #[test]
    fn a_stage_is_unavailable_only_where_all_that_failed_was() {
        let mut tally = Tally::new([], true, Masker::default());
        tally.pick(10);
        tally.add_failure(Some(5), true, "gone");
        assert_eq!(tally.outcome(Threshold::default()), Outcome::Unavailable);
        assert_eq!(tally.outcome(Threshold::new(0.5)), Outcome::Succeeded);
        tally.add_failure(Some(1), false, "refused");
        assert_eq!(tally.outcome(Threshold::default()), Outcome::Failed);
    }

    #[test]
    fn a_broken_stage_fails_whatever_its_threshold() {
        let mut tally = Tally::new([], true, Masker::default());
        tally.pick(1_000_000);
        tally.break_off(false, "the cursor repeats");
        assert_eq!(tally.outcome(Threshold::new(1.0)), Outcome::Failed);
    }

    #[test]
    fn a_summary_holds_each_error_once_and_not_too_many() {
        let mut tally = Tally::default();
        for n in 0..100 {
            tally.note(&format!("error {}", n % 50));
        }
        let errors = tally.errors();
        assert_eq!(errors.len(), MOST_ERRORS);
        assert_eq!(errors.iter().map(|error| error.count).sum::<u64>(), 100);
    }
}
