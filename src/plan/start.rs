use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use super::cron::Cron;
use super::model::{Plan, Stage};
use super::schedule::Schedule;

/// No clock is put back by more at once.
const LONGEST_FOLD: SignedDuration = SignedDuration::from_hours(3);

impl Plan {
    /// When the net's run began that a stage belongs to which starts `now`: its last firing, less its offset. So all stages
    /// of a run say the same, each by itself, as long as each starts before it is due again. `None` where it never starts
    /// by itself.
    pub fn scheduled_start(&self, stage: &Stage, now: Timestamp) -> Option<Timestamp> {
        let Schedule::Cron(cron) = &stage.timing.schedule else { return None };
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        start(cron, stage.timing.offset, &now.to_zoned(zone))
    }

    /// The id of the net's run that began then: `<net>-<env>-<yyyymmddThhmmZ>`.
    pub fn scheduled_run_id(&self, start: Timestamp) -> String {
        let minute = start.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%MZ").to_string();
        format!("{}-{}-{minute}", self.net, self.env)
    }
}

/// The last firing of a schedule that was moved by an offset, without that.
///
/// A schedule of every hour of every day goes on at its pace when clocks change. Any other keeps to the clock on the wall: where
/// clocks change between 00:00 and 05:00, what starts at 05:00 by an offset of five hours still belongs to 00:00, four
/// or six hours before.
fn start(cron: &Cron, offset: Duration, now: &Zoned) -> Option<Timestamp> {
    if cron.is_hourly() {
        return cron.last_until(now)?.timestamp().checked_sub(offset).ok();
    }
    let zone = now.time_zone();
    // A clock that was put back shows an earlier time than some firing that is over.
    let ahead = now.datetime().checked_add(LONGEST_FOLD).ok()?;
    let mut firing = cron.last_until(&ahead.to_zoned(TimeZone::UTC).ok()?)?;
    while instant(firing.datetime(), zone)? > now.timestamp() {
        firing = cron.last_until(&firing.checked_sub(1.minute()).ok()?)?;
    }
    instant(firing.datetime().checked_sub(offset).ok()?, zone)
}

/// When clocks first show a time; where they skip it, the end of the gap.
fn instant(shown: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let offset = match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Fold { before, .. } => before,
        AmbiguousOffset::Gap { after, .. } => {
            let earlier = after.to_timestamp(shown).ok()?;
            return Some(zone.following(earlier).next()?.timestamp());
        }
    };
    offset.to_timestamp(shown).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn at(text: &str) -> Zoned {
        text.parse().unwrap()
    }

    /// The start by the schedule `cron` moved by `minutes`, as its zone's clocks show it.
    fn started(cron: &str, minutes: u32, now: &str) -> String {
        let (moved, offset, now) = (moved(cron, minutes).unwrap(), of_minutes(minutes), at(now));
        let start = start(&moved, offset, &now).unwrap();
        start.to_zoned(now.time_zone().clone()).strftime("%m-%d %H:%M %:z").to_string()
    }

    fn moved(cron: &str, minutes: u32) -> Option<Cron> {
        Cron::parse(cron).unwrap().shifted(minutes).ok()
    }

    fn of_minutes(minutes: u32) -> Duration {
        Duration::from_mins(minutes.into())
    }

    #[test]
    fn stages_with_offsets_name_the_start_of_their_net() {
        assert_eq!(started("*/30 * * * *", 0, "2026-03-04T10:30:00[Asia/Tokyo]"), "03-04 10:30 +09:00");
        assert_eq!(started("*/30 * * * *", 10, "2026-03-04T10:40:03[Asia/Tokyo]"), "03-04 10:30 +09:00");
        assert_eq!(started("*/30 * * * *", 10, "2026-03-04T10:39:59[Asia/Tokyo]"), "03-04 10:00 +09:00");
        assert_eq!(started("50 23 * * 5", 20, "2026-03-07T00:10:00[Asia/Tokyo]"), "03-06 23:50 +09:00");
    }

    #[test]
    fn a_nightly_net_keeps_to_the_clock_when_that_changes() {
        // Clocks go from 02:00 to 03:00.
        assert_eq!(started("0 0 * * *", 300, "2026-03-29T05:00:09[Europe/Berlin]"), "03-29 00:00 +01:00");
        assert_eq!(started("30 2 * * *", 0, "2026-03-29T03:00:09[Europe/Berlin]"), "03-29 03:00 +02:00");
        assert_eq!(started("30 2 * * *", 30, "2026-03-29T03:00:09[Europe/Berlin]"), "03-29 03:00 +02:00");
        assert_eq!(started("0 1 * * *", 90, "2026-03-29T03:00:09[Europe/Berlin]"), "03-29 01:00 +01:00");
        // Clocks go from 03:00 to 02:00.
        assert_eq!(started("0 0 * * *", 300, "2026-10-25T05:00:09[Europe/Berlin]"), "10-25 00:00 +02:00");
        assert_eq!(
            started("30 2 * * *", 0, "2026-10-25T02:30:00+02:00[Europe/Berlin]"),
            "10-25 02:30 +02:00"
        );
        assert_eq!(
            started("30 2 * * *", 0, "2026-10-25T02:10:00+01:00[Europe/Berlin]"),
            "10-25 02:30 +02:00"
        );
        assert_eq!(started("30 2 * * *", 30, "2026-10-25T03:00:00[Europe/Berlin]"), "10-25 02:30 +02:00");
    }

    #[test]
    fn a_net_of_every_hour_keeps_its_pace_when_clocks_change() {
        assert_eq!(started("*/30 * * * *", 40, "2026-03-29T03:10:00[Europe/Berlin]"), "03-29 01:30 +01:00");
        assert_eq!(
            started("*/30 * * * *", 40, "2026-10-25T02:10:00+01:00[Europe/Berlin]"),
            "10-25 02:30 +02:00"
        );
    }

    /// A schedule with some minutes, hours and days of the week.
    fn crons() -> impl Strategy<Value = String> {
        let minutes = proptest::collection::btree_set(0u32..60, 1..4);
        let hours = proptest::option::of(proptest::collection::btree_set(0u32..24, 1..5));
        let list = |values: std::collections::BTreeSet<u32>| {
            values.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
        };
        (minutes, hours, proptest::option::of(0u32..7)).prop_map(move |(minutes, hours, weekday)| {
            let hours = hours.map_or("*".to_owned(), list);
            let weekday = weekday.map_or("*".to_owned(), |day| day.to_string());
            format!("{} {hours} * * {weekday}", list(minutes))
        })
    }

    /// Moments of 2026, a few days around changes of the clock among them.
    fn moments() -> impl Strategy<Value = i64> {
        let change = select(vec!["2026-03-08T07:00Z", "2026-03-29T01:00Z", "2026-10-25T01:00Z"]);
        let near = (change, -200_000i64..200_000)
            .prop_map(|(change, by)| change.parse::<Timestamp>().unwrap().as_second() + by);
        prop_oneof![1_767_225_600i64..1_798_761_600, near]
    }

    /// The starts of a net from a week before `now` to the first after it, each with the time at which a stage with an
    /// offset is due: as much later, by the time that passes or by the clock on the wall.
    fn runs(base: &Cron, offset: Duration, now: &Zoned) -> Vec<(Timestamp, Timestamp)> {
        let zone = now.time_zone();
        let before = now.checked_sub(8.days()).unwrap();
        let mut runs = Vec::new();
        let mut tell = |start: Timestamp, due: Timestamp| {
            runs.push((start, due));
            start <= now.timestamp()
        };
        if base.is_hourly() {
            let mut firing = base.next_after(&before).unwrap();
            while tell(firing.timestamp(), firing.timestamp().checked_add(offset).unwrap()) {
                firing = base.next_after(&firing).unwrap();
            }
        } else {
            let shown = |zoned: &Zoned| zoned.datetime().to_zoned(TimeZone::UTC).unwrap();
            let mut firing = base.next_after(&shown(&before)).unwrap().datetime();
            let due = |firing: DateTime| instant(firing.checked_add(offset).unwrap(), zone).unwrap();
            while tell(instant(firing, zone).unwrap(), due(firing)) {
                firing = base.next_after(&firing.to_zoned(TimeZone::UTC).unwrap()).unwrap().datetime();
            }
        }
        runs
    }

    proptest! {
        /// Whenever a stage starts from when it is due until it is due again.
        #[test]
        fn all_stages_of_a_run_name_the_same_start(
            cron in crons(),
            minutes in 0u32..3000,
            zone in select(vec!["UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York"]),
            second in moments(),
            late in 0.0f64..1.0,
        ) {
            let base = Cron::parse(&cron).unwrap();
            let Some(moved) = moved(&cron, minutes) else { return Ok(()) };
            let offset = of_minutes(minutes);
            let zoned = |time: Timestamp| time.to_zoned(TimeZone::get(zone).unwrap());
            let now = zoned(Timestamp::from_second(second).unwrap());
            let runs = runs(&base, offset, &now);
            let [.., (begun, due), (_, due_again)] = runs[..] else { panic!("a week without a firing") };
            prop_assert_eq!(start(&base, Duration::ZERO, &now), Some(begun));
            // Two firings that the clock skips are one.
            prop_assume!(due < due_again);
            let until_again = due_again.duration_since(due).as_secs_f64();
            let starts = due.checked_add(Duration::from_secs_f64((until_again * late).floor())).unwrap();
            prop_assert_eq!(start(&moved, offset, &zoned(starts)), Some(begun), "{} at {}", moved, zoned(starts));
        }
    }
}
