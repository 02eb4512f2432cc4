use std::collections::BTreeSet;
use std::fmt;

use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use thiserror::Error;

/// A schedule of five cron fields: minute, hour, day of month, month, day of week
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html>).
///
/// Where both days are restricted, either is enough, as POSIX says.
#[derive(Debug, Clone)]
pub struct Cron {
    text: String,
    pub(super) schedule: croner::Cron,
}

/// Why a text is not a cron expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CronError {
    /// Not five fields.
    #[error("it has {count} {}, not five", if *.count == 1 { "field" } else { "fields" })]
    Fields {
        /// How many.
        count: usize,
    },
    /// A nickname or an extension that not every engine knows.
    #[error("`{0}` is not known to every engine")]
    Extension(String),
    /// A field out of range or malformed.
    #[error("`{found}` cannot be its {name} ({range})")]
    Field {
        /// The field as written.
        found: String,
        /// What the field says.
        name: &'static str,
        /// The values that it can have.
        range: &'static str,
    },
    /// A day that no month has.
    #[error("no date fits it")]
    Never,
}

/// The fields, in order, with the values that each can have.
const FIELDS: [(&str, &str); 5] = [
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of month", "1 to 31"),
    ("month", "1 to 12, or JAN to DEC"),
    ("day of week", "0 to 7, or SUN to SAT"),
];

/// Why a moved schedule cannot be written as one cron expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShiftError {
    /// Its times do not combine every one of some minutes with every one of some hours.
    #[error("its hours would have different minutes")]
    NotAProduct,
    /// It crosses midnight, and the days are restricted in a way that cannot be moved.
    #[error("it would cross midnight, and its days are restricted")]
    CrossesMidnight,
}

impl Cron {
    /// Reads five fields.
    ///
    /// # Errors
    /// [`CronError`].
    pub fn parse(text: &str) -> Result<Self, CronError> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        if let Some(nickname) = fields.first().filter(|field| field.starts_with('@')) {
            return Err(CronError::Extension((*nickname).to_owned()));
        }
        if fields.len() != 5 {
            return Err(CronError::Fields { count: fields.len() });
        }
        if let Some(extension) = text.chars().find(|c| matches!(c, '?' | '#' | '+')) {
            return Err(CronError::Extension(extension.to_string()));
        }
        // `L` and `W` stand in no name of a month or day but these.
        for field in [fields[2], fields[4]] {
            let upper = field.to_uppercase();
            let names = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
            let rest = names.iter().fold(upper, |rest, name| rest.replace(name, ""));
            if let Some(extension) = rest.chars().find(|c| matches!(c, 'L' | 'W')) {
                return Err(CronError::Extension(extension.to_string()));
            }
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let schedule = parser.parse(text).map_err(|_| {
            // Where each field is good by itself, all that is left to be wrong is a day that no month has.
            let faulty = FIELDS.into_iter().enumerate().find(|(place, _)| {
                let mut alone = ["*"; 5];
                alone[*place] = fields[*place];
                parser.parse(&alone.join(" ")).is_err()
            });
            faulty.map_or(CronError::Never, |(place, (name, range))| CronError::Field {
                found: fields[place].to_owned(),
                name,
                range,
            })
        })?;
        let cron = Self { text: fields.join(" "), schedule };
        cron.next_after(&Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC)).ok_or(CronError::Never)?;
        Ok(cron)
    }

    /// The first firing strictly after a moment, in its zone; `None` where there is none for many years.
    ///
    /// In the gap of a daylight saving change a firing moves to the end of the gap; in a fold it happens once.
    pub fn next_after(&self, now: &Zoned) -> Option<Zoned> {
        self.schedule.find_next_occurrence(now, false).ok()
    }

    /// The last firing at or before a moment, in its zone; `None` where there was none for many years.
    pub(super) fn last_until(&self, now: &Zoned) -> Option<Zoned> {
        self.schedule.find_previous_occurrence(now, true).ok()
    }

    /// True where every hour of every day has the same firings.
    pub(super) fn is_hourly(&self) -> bool {
        let pattern = &self.schedule.pattern;
        let weekdays: BTreeSet<u16> = pattern.days_of_week.values().into_iter().map(|day| day % 7).collect();
        let sizes = [&pattern.hours, &pattern.days, &pattern.months].map(|field| field.values().len());
        (sizes, weekdays.len()) == ([24, 31, 12], 7)
    }

    /// Its five fields, as they are written.
    pub fn fields(&self) -> Vec<&str> {
        self.text.split(' ').collect()
    }

    /// The minutes of an hour at which it fires, in order.
    pub fn minutes(&self) -> Vec<u16> {
        self.schedule.pattern.minutes.values()
    }

    /// The hours of a day in which it fires, in order.
    pub fn hours(&self) -> Vec<u16> {
        self.schedule.pattern.hours.values()
    }

    /// The same schedule, so many minutes later.
    ///
    /// # Errors
    /// [`ShiftError`] where one expression cannot say it.
    pub fn shifted(&self, minutes: u32) -> Result<Self, ShiftError> {
        self.moved(i64::from(minutes))
    }

    /// The same schedule, so many minutes later, or earlier where they are negative.
    pub(super) fn moved(&self, minutes: i64) -> Result<Self, ShiftError> {
        if minutes == 0 {
            return Ok(self.clone());
        }
        let pattern = &self.schedule.pattern;
        let (from_minutes, from_hours) = (set(pattern.minutes.values()), set(pattern.hours.values()));
        let mut times = BTreeSet::new();
        let mut carries = BTreeSet::new();
        for hour in &from_hours {
            for minute in &from_minutes {
                let moved = i64::from(hour * 60 + minute) + minutes;
                carries.insert(moved.div_euclid(1440));
                // What is left of a day is no negative number, and small.
                let of_day = u32::try_from(moved.rem_euclid(1440)).unwrap_or_default();
                times.insert((of_day / 60, of_day % 60));
            }
        }
        let to_hours: BTreeSet<u32> = times.iter().map(|(hour, _)| *hour).collect();
        let to_minutes: BTreeSet<u32> = times.iter().map(|(_, minute)| *minute).collect();
        if times.len() != to_hours.len() * to_minutes.len() {
            return Err(ShiftError::NotAProduct);
        }
        let fields: Vec<&str> = self.text.split(' ').collect();
        let [_, _, day, month, weekday] = fields[..] else {
            return Err(ShiftError::NotAProduct);
        };
        let weekday = match carries.into_iter().collect::<Vec<_>>()[..] {
            _ if day == "*" && month == "*" && weekday == "*" => weekday.to_owned(),
            [0] => weekday.to_owned(),
            [days] if day == "*" && month == "*" => {
                let later = |of_week: u32| u32::try_from((i64::from(of_week) + days).rem_euclid(7));
                let of_week = set(pattern.days_of_week.values());
                field(&of_week.into_iter().filter_map(|day| later(day).ok()).collect(), 0, 6)
            }
            _ => return Err(ShiftError::CrossesMidnight),
        };
        let text =
            format!("{} {} {day} {month} {weekday}", field(&to_minutes, 0, 59), field(&to_hours, 0, 23));
        Self::parse(&text).map_err(|_| ShiftError::NotAProduct)
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

pub(super) fn set(values: Vec<u16>) -> BTreeSet<u32> {
    values.into_iter().map(u32::from).collect()
}

/// A set of values as a cron field: `*`, `*/n` where that is the same, else a list, with runs of three as ranges.
pub(super) fn field(values: &BTreeSet<u32>, min: u32, max: u32) -> String {
    let values: Vec<u32> = values.iter().copied().collect();
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    if count == max - min + 1 {
        return "*".to_owned();
    }
    if let [first, second, ..] = values[..] {
        let step = second - first;
        let even = values.windows(2).all(|pair| pair[1] - pair[0] == step);
        if even && step > 1 && first == min && first + step * count > max {
            return format!("*/{step}");
        }
    }
    let mut parts = Vec::new();
    let mut rest = &values[..];
    while let [first, ..] = rest {
        let run = rest.windows(2).take_while(|pair| pair[1] == pair[0] + 1).count() + 1;
        let last = rest[run - 1];
        if run >= 3 {
            parts.push(format!("{first}-{last}"));
        } else {
            parts.extend(rest[..run].iter().map(u32::to_string));
        }
        rest = &rest[run..];
    }
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil};
    use proptest::prelude::*;

    use super::*;

    fn shifted(text: &str, minutes: u32) -> Result<String, ShiftError> {
        Cron::parse(text).unwrap().shifted(minutes).map(|cron| cron.to_string())
    }

    #[test]
    fn the_portals_schedules_move_as_its_owners_write_them() {
        let every_30 = |minutes| shifted("*/30 * * * *", minutes).unwrap();
        assert_eq!(
            [0, 2, 5, 10, 15].map(every_30),
            ["*/30 * * * *", "2,32 * * * *", "5,35 * * * *", "10,40 * * * *", "15,45 * * * *",]
        );
        let every_15 = |minutes| shifted("*/15 * * * *", minutes).unwrap();
        assert_eq!(
            [0, 2, 4, 6, 8].map(every_15),
            [
                "*/15 * * * *",
                "2,17,32,47 * * * *",
                "4,19,34,49 * * * *",
                "6,21,36,51 * * * *",
                "8,23,38,53 * * * *",
            ]
        );
    }

    #[test]
    fn an_offset_can_cross_an_hour_and_a_night() {
        assert_eq!(shifted("30 0 * * *", 45).unwrap(), "15 1 * * *");
        assert_eq!(shifted("50 23 * * 6", 20).unwrap(), "10 0 * * 0");
        assert_eq!(shifted("50 23 1 * *", 20), Err(ShiftError::CrossesMidnight));
        assert_eq!(shifted("0,50 0 * * *", 20), Err(ShiftError::NotAProduct));
    }

    #[test]
    fn what_not_every_engine_knows_is_refused() {
        for bad in [
            "@daily",
            "* * * *",
            "0 0 L * *",
            "0 0 ? * *",
            "0 0 * * 5#2",
            "61 * * * *",
            "a * * * *",
            "0 0 15W * *",
            "0 0 30 2 *",
        ] {
            assert!(Cron::parse(bad).is_err(), "{bad}");
        }
        assert!(Cron::parse("0 3 * jul wed").is_ok());
    }

    proptest! {
        #[test]
        fn a_moved_schedule_fires_exactly_so_much_later(
            minutes in proptest::collection::btree_set(0u32..60, 1..4),
            hours in proptest::option::of(0u32..24),
            weekday in proptest::option::of(0u32..7),
            by in 1u32..3000,
        ) {
            let text = format!(
                "{} {} * * {}",
                field(&minutes, 0, 59),
                hours.map_or("*".to_owned(), |hour| hour.to_string()),
                weekday.map_or("*".to_owned(), |day| day.to_string()),
            );
            let cron = Cron::parse(&text).unwrap();
            if let Ok(moved) = cron.shifted(by) {
                let start = civil::date(2026, 3, 4).at(5, 6, 7, 0).in_tz("UTC").unwrap();
                let mut at = start.clone();
                let mut moved_at = start.checked_add(i64::from(by).minutes()).unwrap();
                for _ in 0..20 {
                    at = cron.next_after(&at).unwrap();
                    moved_at = moved.next_after(&moved_at).unwrap();
                    prop_assert_eq!(at.checked_add(i64::from(by).minutes()).unwrap(), moved_at.clone());
                }
            }
        }
    }
}
