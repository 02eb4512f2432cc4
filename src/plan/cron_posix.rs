use super::cron::{Cron, field, set};

impl Cron {
    /// The same schedule with the days of the week from 0 to 6, as POSIX has them: 7 is Sunday too, but not for everybody
    /// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html>).
    pub fn posix(&self) -> String {
        let text = self.to_string();
        let Some((rest, weekday)) = text.rsplit_once(' ').filter(|(_, weekday)| weekday.contains('7')) else {
            return text;
        };
        let days = set(self.schedule.pattern.days_of_week.values()).into_iter().map(|day| day % 7).collect();
        match field(&days, 0, 6).as_str() {
            // A `*` would say that the days are not restricted, which a restricted day of the month makes a difference to.
            "*" => format!("{rest} 0-6"),
            days => {
                debug_assert_ne!(days, weekday);
                format!("{rest} {days}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sunday_is_0() {
        for (text, posix) in [
            ("0 3 * * 7", "0 3 * * 0"),
            ("0 3 * * 5-7", "0 3 * * 0,5,6"),
            ("7 7 7 7 *", "7 7 7 7 *"),
            ("0 3 1 * 0-7", "0 3 1 * 0-6"),
            ("0 3 * * SUN", "0 3 * * SUN"),
        ] {
            assert_eq!(Cron::parse(text).unwrap().posix(), posix);
        }
    }
}
