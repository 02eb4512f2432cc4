use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::plan::Cron;

use super::context::Scheduled;
use super::firings::{FROM, YEARS};

/// A change of a zone's clocks: the times of day that are left out, or come twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The first of these times, as the clocks show it.
    pub(super) from: DateTime,
    /// The first time after them.
    pub(super) to: DateTime,
}

/// The changes of one kind that schedules fire in. Many stages have one schedule, which is looked at once.
pub(super) struct Touching {
    changes: fn(&TimeZone) -> Vec<Change>,
    known: HashMap<(String, String), Option<Change>>,
}

impl Touching {
    pub(super) fn new(changes: fn(&TimeZone) -> Vec<Change>) -> Self {
        Self { changes, known: HashMap::new() }
    }

    /// The first change in which a stage would start, if there is one.
    pub(super) fn first(&mut self, scheduled: &Scheduled<'_>) -> Option<Change> {
        let key = (scheduled.cron.to_string(), scheduled.plan.timezone.clone());
        let find =
            || (self.changes)(&scheduled.zone()).into_iter().find(|change| change.touches(scheduled.cron));
        self.known.entry(key).or_insert_with(find).clone()
    }
}

/// The times that are left out where the clocks of a zone go forward, in the years that are searched.
pub(super) fn gaps(zone: &TimeZone) -> Vec<Change> {
    changes(zone).filter(|(before, after)| before < after).map(|(from, to)| Change { from, to }).collect()
}

/// The times that come twice where they go back.
pub(super) fn folds(zone: &TimeZone) -> Vec<Change> {
    changes(zone).filter(|(before, after)| after < before).map(|(to, from)| Change { from, to }).collect()
}

/// What the clocks would show at each change without it, and what they show.
fn changes(zone: &TimeZone) -> impl Iterator<Item = (DateTime, DateTime)> {
    let at = |year: i16| FROM.with().year(year).build().ok()?.to_zoned(TimeZone::UTC).ok();
    let from = at(FROM.year()).map_or(Timestamp::MIN, |from| from.timestamp());
    let to = at(FROM.year() + YEARS).map_or(Timestamp::MIN, |to| to.timestamp());
    let following = zone.following(from).map(|change| change.timestamp()).take_while(move |at| *at < to);
    following.filter_map(|at| {
        let before = zone.to_offset(at.checked_sub(1.second()).ok()?);
        Some((before.to_datetime(at), zone.to_offset(at).to_datetime(at)))
    })
}

impl Change {
    /// True where a schedule of certain hours fires within these times. One of every hour goes on with the clocks: what
    /// is left out of it is no time at all, and what comes twice is an hour of its own.
    pub(super) fn touches(&self, cron: &Cron) -> bool {
        let read_as_utc = |at: DateTime| at.to_zoned(TimeZone::UTC).ok();
        let is_in = || {
            let before = read_as_utc(self.from)?.checked_sub(1.second()).ok()?;
            Some(cron.next_after(&before)? < read_as_utc(self.to)?)
        };
        cron.hours().len() < 24 && is_in().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_clocks_of_new_york_leave_out_an_hour_and_repeat_one() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let spring = date(2026, 3, 8);
        assert_eq!(gaps(&zone)[0], Change { from: spring.at(2, 0, 0, 0), to: spring.at(3, 0, 0, 0) });
        let autumn = date(2026, 11, 1);
        assert_eq!(folds(&zone)[0], Change { from: autumn.at(1, 0, 0, 0), to: autumn.at(2, 0, 0, 0) });
        assert_eq!((gaps(&zone).len(), folds(&zone).len()), (10, 10));
    }

    #[test]
    fn lord_howe_moves_by_half_an_hour_and_tokyo_not_at_all() {
        let howe = &gaps(&TimeZone::get("Australia/Lord_Howe").unwrap())[0];
        assert_eq!(howe.to.duration_since(howe.from).as_mins(), 30);
        assert!(gaps(&TimeZone::get("Asia/Tokyo").unwrap()).is_empty());
    }

    #[test]
    fn a_schedule_is_touched_where_it_fires_in_the_hour() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let touched = |cron: &str| gaps(&zone).iter().any(|gap| gap.touches(&Cron::parse(cron).unwrap()));
        assert!(touched("30 2 * * *"));
        assert!(touched("0 2 8 3 *"));
        assert!(!touched("0 3 * * *"));
        assert!(!touched("*/15 * * * *"));
        // The clocks go forward on Sundays.
        assert!(!touched("30 2 * * 1"));
    }
}
