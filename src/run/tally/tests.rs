use super::*;

fn counts(counts: &[(&str, u64)]) -> IndexMap<String, u64> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn tally(measure: Measure) -> Tally {
    Tally::new([], measure, &Masker::default())
}

/// The tally after one response with these counts.
fn after(measure: Measure, counted: &[(&str, u64)], items: Option<u64>, replayed: bool) -> Tally {
    let mut tally = Tally::new(counted.iter().map(|(name, _)| *name), measure, &Masker::default());
    let counted = Counted { counts: counts(counted), replayed, ..Counted::default() };
    let declared = Declared { place: "POST /work", counts: &[], on_missing: MissingCounts::Warn };
    tally.add_response(&Exchanged { declared, counted: &counted, body: b"{}", items });
    tally
}

#[test]
fn a_replay_counts_its_failures_and_nothing_else() {
    let threshold = Threshold::new(0.05);
    let counted = [("picked", 100), ("translated", 90), ("failed", 10)];
    for replayed in [false, true] {
        let tally = after(Measure::Reported, &counted, None, replayed);
        assert_eq!(tally.outcome(threshold), Outcome::Failed);
        assert_eq!(tally.shares(), [Share { of: Whole::Items, failed: 10, total: Some(100) }]);
        let done = if replayed { [0, 0] } else { [100, 90] };
        assert_eq!(tally.metrics(), counts(&[("picked", done[0]), ("translated", done[1]), ("failed", 10)]));
        assert_eq!(tally.replayed, u64::from(replayed));
    }
}

/// What the failures of a response are measured by, for every kind of stage and every choice of counts.
#[test]
fn failures_are_measured_by_the_total_then_by_the_items_sent_then_by_what_was_picked() {
    let all = [("total", 1000), ("picked", 100), ("done", 30), ("failed", 10)];
    let declared = [
        &["done"][..],
        &["done", "failed"],
        &["picked", "failed"],
        &["total", "failed"],
        &["total", "picked", "failed"],
    ];
    let mut table = String::new();
    for (kind, measure, items) in [
        ("a request of a call, or a command", Measure::Reported, None),
        ("a request with 50 items", Measure::Sent, Some(50)),
    ] {
        for names in declared {
            let counted: Vec<_> = all.into_iter().filter(|(name, _)| names.contains(name)).collect();
            let shares = after(measure, &counted, items, false).shares();
            let share = shares.first().map_or("no failures".to_owned(), |share| {
                let total = share.total.map_or("unknown".to_owned(), |total| total.to_string());
                format!("{} of {total}", share.failed)
            });
            table.push_str(&format!("{kind} that counts {}: {share}\n", names.join(", ")));
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn items_that_no_response_tells_of_are_measured_too() {
    let mut tally = after(Measure::Sent, &[("total", 5), ("failed", 0)], Some(5), false);
    tally.add_failure(Some(5), false, "refused");
    assert_eq!(tally.shares(), [Share { of: Whole::Items, failed: 5, total: Some(10) }]);
}

#[test]
fn a_row_that_failed_as_a_whole_is_measured_by_all_rows_too() {
    let mut tally = tally(Measure::Chosen);
    tally.pick(216);
    tally.measure_wholes(Whole::Rows, 6);
    tally.add_whole_failure(false, "row 3");
    assert_eq!(
        tally.shares(),
        [
            Share { of: Whole::Items, failed: 1, total: Some(217) },
            Share { of: Whole::Rows, failed: 1, total: Some(6) }
        ]
    );
    assert_eq!(tally.outcome(Threshold::new(0.01)), Outcome::Failed);
    assert_eq!(tally.outcome(Threshold::new(0.2)), Outcome::Succeeded);
}

#[test]
fn a_run_that_goes_on_measures_by_what_the_one_before_counted() {
    let mut tally = tally(Measure::Chosen);
    tally.resume(99, 4, 1, 5);
    assert_eq!(
        tally.shares(),
        [
            Share { of: Whole::Items, failed: 4, total: Some(100) },
            Share { of: Whole::Rows, failed: 1, total: Some(5) }
        ]
    );
    tally.resume(0, 0, 0, 0);
    assert_eq!(tally.shares(), []);
}

#[test]
fn a_stage_is_unavailable_only_where_all_that_failed_was() {
    let mut tally = tally(Measure::Chosen);
    tally.pick(10);
    tally.add_failure(Some(5), true, "gone");
    assert_eq!(tally.outcome(Threshold::default()), Outcome::Unavailable);
    assert_eq!(tally.outcome(Threshold::new(0.5)), Outcome::Succeeded);
    tally.add_failure(Some(1), false, "refused");
    assert_eq!(tally.outcome(Threshold::default()), Outcome::Failed);
}

#[test]
fn a_broken_stage_fails_whatever_its_threshold() {
    let mut tally = tally(Measure::Chosen);
    tally.pick(1_000_000);
    tally.break_off(false, "the cursor repeats");
    assert_eq!(tally.outcome(Threshold::new(1.0)), Outcome::Failed);
}

#[test]
fn sums_stop_at_the_largest_number() {
    let mut tally = after(
        Measure::Reported,
        &[("total", u64::MAX), ("done", u64::MAX), ("failed", u64::MAX)],
        None,
        false,
    );
    tally.add_counters(counts(&[("total", 1), ("done", 1), ("failed", 1)]), false);
    tally.add_failure(None, false, "one more");
    assert_eq!(tally.metrics(), counts(&[("done", u64::MAX), ("failed", u64::MAX)]));
    assert_eq!(tally.outcome(Threshold::new(0.5)), Outcome::Failed);
}

#[test]
fn more_failures_than_items_are_kept_and_warned_of() {
    let tally = after(Measure::Sent, &[("failed", 7)], Some(5), false);
    assert_eq!(tally.shares(), [Share { of: Whole::Items, failed: 7, total: Some(5) }]);
    let warning =
        "POST /work: `failed` is 7, of 5 item(s) in all: count as `total` what `failed` is a part of";
    assert_eq!(tally.warnings(), [Note { message: warning.to_owned(), count: 1 }]);
}
