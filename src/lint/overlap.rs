use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;

/// Of several schedules, each with how long a run may take, those whose runs may overlap: for each schedule, by its
/// index, one with a lower index, if there is any.
pub(super) fn overlapping(schedules: &[(Rc<[Timestamp]>, Duration)]) -> BTreeMap<usize, usize> {
    let runs = schedules.iter().enumerate().flat_map(|(index, (firings, length))| {
        firings.iter().filter_map(move |start| Some((*start, start.checked_add(*length).ok()?, index)))
    });
    let mut runs: Vec<(Timestamp, Timestamp, usize)> = runs.collect();
    runs.sort_unstable();
    let mut found = BTreeMap::new();
    // The schedules that have a run at work, with its end, and those of them for which nothing is found yet.
    let mut working: BTreeMap<usize, Timestamp> = BTreeMap::new();
    let mut waiting: BTreeSet<usize> = BTreeSet::new();
    let mut ends = BinaryHeap::new();
    for (start, end, index) in runs {
        while let Some(Reverse((until, other))) =
            ends.peek().copied().filter(|Reverse((until, _))| *until <= start)
        {
            ends.pop();
            if working.get(&other) == Some(&until) {
                working.remove(&other);
                waiting.remove(&other);
            }
        }
        for higher in waiting.split_off(&(index + 1)) {
            found.insert(higher, index);
        }
        if let Some((lower, _)) = working.range(..index).next() {
            found.entry(index).or_insert(*lower);
        }
        if !found.contains_key(&index) {
            waiting.insert(index);
        }
        working.insert(index, end);
        ends.push(Reverse((end, index)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(schedules: &[(&[i64], u64)]) -> Vec<(usize, usize)> {
        let schedules: Vec<_> = schedules
            .iter()
            .map(|(starts, length)| {
                let starts = starts.iter().map(|start| Timestamp::from_second(*start).unwrap());
                (starts.collect(), Duration::from_secs(*length))
            })
            .collect();
        overlapping(&schedules).into_iter().collect()
    }

    #[test]
    fn runs_that_share_a_moment_overlap() {
        assert_eq!(found(&[(&[0, 100], 10), (&[9], 1)]), [(1, 0)]);
        assert_eq!(found(&[(&[9], 1), (&[0, 100], 10)]), [(1, 0)]);
        assert_eq!(found(&[(&[0], 10), (&[0], 10)]), [(1, 0)]);
        assert_eq!(found(&[(&[0], 10), (&[10], 10), (&[20], 10)]), []);
        assert_eq!(found(&[(&[0, 5], 10)]), []);
    }

    #[test]
    fn a_long_run_overlaps_all_within_it() {
        assert_eq!(found(&[(&[0], 100), (&[10], 5), (&[20], 5), (&[90], 50)]), [(1, 0), (2, 0), (3, 0)]);
        assert_eq!(found(&[(&[10], 5), (&[20], 5), (&[0], 100)]), [(2, 0)]);
        assert_eq!(found(&[(&[0], 20), (&[15], 1), (&[5], 100)]), [(1, 0), (2, 0)]);
    }
}
