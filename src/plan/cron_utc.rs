use jiff::Timestamp;
use jiff::tz::TimeZone;
use thiserror::Error;

use super::cron::{Cron, ShiftError};

/// Changes of a zone's offset before this day are history: what is rendered counts from then on.
const SINCE: Timestamp = Timestamp::constant(1_767_225_600, 0); // 2026-01-01T00:00:00Z

/// Why a schedule in a zone cannot be written as one cron expression in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UtcError {
    /// The clocks of the zone are put forward and back.
    #[error("the clocks of {0} change, and those of UTC do not")]
    ClocksChange(String),
    /// An offset of seconds, which cron does not know.
    #[error("{0} is not whole minutes from UTC")]
    Seconds(String),
    /// No expression says it.
    #[error("in UTC {0}")]
    Shift(#[from] ShiftError),
    /// The IANA database does not have it.
    #[error("there is no time zone `{0}`")]
    Unknown(String),
}

/// True where the clocks of a zone, by its IANA name, are put forward and back, or are known to be once.
pub fn clocks_change(zone: &str) -> bool {
    TimeZone::get(zone).is_ok_and(|clock| change(&clock))
}

fn change(clock: &TimeZone) -> bool {
    clock.following(SINCE).next().is_some()
}

impl Cron {
    /// The schedule in UTC that fires when this one does in a zone, by its IANA name.
    ///
    /// # Errors
    /// [`UtcError`].
    pub fn in_utc(&self, zone: &str) -> Result<Self, UtcError> {
        let clock = TimeZone::get(zone).map_err(|_| UtcError::Unknown(zone.to_owned()))?;
        if change(&clock) {
            return Err(UtcError::ClocksChange(zone.to_owned()));
        }
        let seconds = i64::from(clock.to_offset(SINCE).seconds());
        if seconds % 60 != 0 {
            return Err(UtcError::Seconds(zone.to_owned()));
        }
        Ok(self.moved(-seconds / 60)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utc(text: &str, zone: &str) -> Result<String, String> {
        let cron = Cron::parse(text).unwrap().in_utc(zone);
        cron.map(|cron| cron.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_zone_whose_clocks_stand_still_is_so_many_minutes_away() {
        assert_eq!(utc("30 0 * * *", "Asia/Tokyo").unwrap(), "30 15 * * *");
        assert_eq!(utc("30 0 * * 1", "Asia/Tokyo").unwrap(), "30 15 * * 0");
        assert_eq!(utc("0 23 * * 6", "America/Phoenix").unwrap(), "0 6 * * 0");
        assert_eq!(utc("0 0 * * *", "Asia/Kolkata").unwrap(), "30 18 * * *");
        assert_eq!(utc("5 4 1 * *", "UTC").unwrap(), "5 4 1 * *");
    }

    proptest! {
        #[test]
        fn the_schedule_in_utc_fires_at_the_same_moments(
            minute in 0u32..60,
            hour in proptest::option::of(0u32..24),
            weekday in proptest::option::of(0u32..8),
            zone in prop::sample::select(vec!["Asia/Tokyo", "Asia/Kolkata", "America/Phoenix", "Pacific/Kiritimati"]),
        ) {
            let any = |field: Option<u32>| field.map_or("*".to_owned(), |field| field.to_string());
            let cron = Cron::parse(&format!("{minute} {} * * {}", any(hour), any(weekday))).unwrap();
            if let Ok(utc) = cron.in_utc(zone) {
                let mut at = SINCE.to_zoned(TimeZone::get(zone).unwrap());
                let mut utc_at = SINCE.to_zoned(TimeZone::UTC);
                for _ in 0..10 {
                    (at, utc_at) = (cron.next_after(&at).unwrap(), utc.next_after(&utc_at).unwrap());
                    prop_assert_eq!(at.timestamp(), utc_at.timestamp());
                }
            }
        }
    }

    #[test]
    fn what_utc_cannot_say_is_refused_with_its_reason() {
        insta::assert_snapshot!(utc("30 2 * * *", "Europe/Berlin").unwrap_err(), @"the clocks of Europe/Berlin change, and those of UTC do not");
        insta::assert_snapshot!(utc("30 0 1 * *", "Asia/Tokyo").unwrap_err(), @"in UTC it would cross midnight, and its days are restricted");
        insta::assert_snapshot!(utc("0 8,9 * * 1", "Asia/Tokyo").unwrap_err(), @"in UTC it would cross midnight, and its days are restricted");
    }
}
