//! Days and seconds of the Gregorian calendar, without zones: what C calls a broken down time.

const DAY: i64 = 86_400;

/// A date and time of day; fields may be out of range until [`Moment::normal`] puts them right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: i64,
    /// From 0.
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// From Sunday, which is 0.
    pub(super) weekday: i64,
    /// From 0.
    pub(super) year_day: i64,
}

impl Moment {
    /// The moment of so many seconds since 1970.
    pub(super) fn of_epoch(seconds: i64) -> Self {
        let days = seconds.div_euclid(DAY);
        let rest = seconds.rem_euclid(DAY);
        let (year, month, day) = date_of(days);
        Self {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            weekday: (days + 4).rem_euclid(7),
            year_day: days - days_before(year, 0, 1),
        }
    }

    /// Seconds since 1970; fields out of range count on.
    pub(super) fn epoch(&self) -> i64 {
        let year = self.year + self.month.div_euclid(12);
        let days = days_before(year, self.month.rem_euclid(12), 1) + self.day - 1;
        days * DAY + self.hour * 3600 + self.minute * 60 + self.second
    }

    /// The same with all fields in range, and the days that follow from the date.
    pub(super) fn normal(&self) -> Self {
        Self::of_epoch(self.epoch())
    }

    /// The number of the week in the year, where weeks begin on a day of the week.
    pub(super) fn week(&self, first: i64) -> i64 {
        (self.year_day + 7 - (self.weekday - first).rem_euclid(7)) / 7
    }

    /// ISO 8601's year and week: the one that has most of the week's days.
    pub(super) fn iso_week(&self) -> (i64, i64) {
        let thursday = self.year_day + 3 - (self.weekday - 1).rem_euclid(7);
        if thursday < 0 {
            let days = days_before(self.year, 0, 1) - days_before(self.year - 1, 0, 1);
            (self.year - 1, (thursday + days) / 7 + 1)
        } else {
            let days = days_before(self.year + 1, 0, 1) - days_before(self.year, 0, 1);
            if thursday >= days { (self.year + 1, 1) } else { (self.year, thursday / 7 + 1) }
        }
    }
}

/// Days from 1970 to a date.
pub(super) fn days_before(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that a leap day is the last.
    let year = if month < 2 { year - 1 } else { year };
    let month = (month + 10) % 12;
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    days + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The year, month and day of so many days since 1970.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year_of_era + era * 400;
    if month < 10 { (year, month + 2, day) } else { (year + 1, month - 10, day) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_days_are_right() {
        let moment = Moment::of_epoch(1_425_599_621);
        let fields = [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second];
        assert_eq!(fields, [2015, 2, 5, 23, 53, 41]);
        assert_eq!((moment.weekday, moment.year_day), (4, 63));
        assert_eq!(Moment::of_epoch(1_104_537_600).iso_week(), (2004, 53));
    }

    proptest! {
        #[test]
        fn seconds_become_a_moment_and_seconds_again(seconds in -100_000_000_000_i64..100_000_000_000) {
            let moment = Moment::of_epoch(seconds);
            prop_assert_eq!(moment.epoch(), seconds);
            prop_assert!((0..12).contains(&moment.month) && (1..=31).contains(&moment.day));
            let date = jiff::Timestamp::from_second(seconds).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
            prop_assert_eq!(i64::from(date.year()), moment.year);
            prop_assert_eq!(i64::from(date.day_of_year()) - 1, moment.year_day);
            let week = date.date().iso_week_date();
            prop_assert_eq!((i64::from(week.year()), i64::from(week.week())), moment.iso_week());
        }
    }
}
