use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;

use crate::plan::Cron;

/// Where the search in dates begins, so that a spec has the same findings on every day. The rules of zones for the
/// years after it are those of today.
pub(super) const FROM: DateTime = date(2026, 1, 1).at(0, 0, 0, 0);

/// How many years are searched: all combinations of weekday and date, but that of a leap day, come in them.
pub(super) const YEARS: i16 = 10;

/// How many firings are looked at: four days of every quarter of an hour, more than a year of every day.
const MANY: usize = 400;

/// Firings of a schedule in a zone, in order.
pub(super) fn of(cron: &Cron, zone: &TimeZone) -> Rc<[Timestamp]> {
    let Ok(from) = FROM.to_zoned(zone.clone()) else {
        return Rc::new([]);
    };
    let firings = std::iter::successors(cron.next_after(&from), |firing| cron.next_after(firing));
    firings.take(MANY).map(|firing| firing.timestamp()).collect()
}

/// The shortest time between a firing and the next; `None` where there are none.
pub(super) fn shortest_pause(firings: &[Timestamp]) -> Option<Duration> {
    firings.windows(2).map(|pair| between(pair[0], pair[1])).min()
}

/// The time from one moment to a later one.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from).try_into().unwrap_or_default()
}
