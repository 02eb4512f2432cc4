use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cron::{Cron, set};

/// The minutes of a day.
const DAY: u32 = 24 * 60;

/// How many firings are looked at for two that have midnight between them: more than the days of the longest cycle of
/// leap years that a pattern of dates can have.
const FIRINGS: usize = 20_000;

impl Cron {
    /// The fewest minutes between two firings that follow each other, on a clock that is never put forward or back.
    pub fn least_gap(&self) -> u32 {
        let pattern = &self.schedule.pattern;
        let (minutes, hours) = (set(pattern.minutes.values()), set(pattern.hours.values()));
        let times: BTreeSet<u32> =
            hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute)).collect();
        let within_a_day =
            times.iter().zip(times.iter().skip(1)).map(|(one, next)| next - one).min().unwrap_or(DAY);
        let over_midnight = match (times.first(), times.last()) {
            (Some(first), Some(last)) => first + DAY - last,
            _ => DAY,
        };
        if over_midnight < within_a_day && self.fires_at_both_sides_of_midnight(over_midnight) {
            over_midnight
        } else {
            within_a_day
        }
    }

    /// Whether two firings are ever so near: a last one of a day and the first of the next may never be on days that
    /// follow each other.
    fn fires_at_both_sides_of_midnight(&self, minutes: u32) -> bool {
        let mut at = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        for _ in 0..FIRINGS {
            let Some(next) = self.next_after(&at) else {
                return false;
            };
            if next.timestamp().as_second() - at.timestamp().as_second() == i64::from(minutes) * 60 {
                return true;
            }
            at = next;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_between_two_firings_counts() {
        for (text, minutes) in [
            ("*/5 * * * *", 5),
            ("*/7 * * * *", 4),
            ("0,58 * * * *", 2),
            ("30 0 * * *", 1440),
            ("1,58 0,23 * * *", 3),
            ("1,58 0,23 * * 1", 57),
            ("0 0 29 2 *", 1440),
        ] {
            assert_eq!(Cron::parse(text).unwrap().least_gap(), minutes, "{text}");
        }
    }
}
