use std::num::NonZeroU32;
use std::time::Duration;

/// How often requests may start: evenly, so that no two start closer together than their interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    interval: Duration,
}

impl Rate {
    /// So many requests in that time; `None` for no time at all, and for more than a day between two of them.
    pub fn new(requests: NonZeroU32, time: Duration) -> Option<Self> {
        const LONGEST: u128 = Duration::from_hours(24).as_nanos();
        // Rounded up: a rate is never exceeded.
        let nanos = time.as_nanos().div_ceil(u128::from(requests.get()));
        let interval = Duration::from_nanos(u64::try_from(nanos).ok()?);
        (1..=LONGEST).contains(&nanos).then_some(Self { interval })
    }

    /// The time from the start of one request to that of the next, at least.
    pub fn interval(self) -> Duration {
        self.interval
    }

    /// The rate of one of so many that keep to this one together.
    #[must_use]
    pub fn shared_by(self, many: NonZeroU32) -> Self {
        Self { interval: self.interval.saturating_mul(many.get()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn interval(requests: u32, time: Duration) -> Option<Duration> {
        Rate::new(NonZeroU32::new(requests).unwrap(), time).map(Rate::interval)
    }

    #[test]
    fn a_rate_is_an_interval_from_start_to_start() {
        assert_eq!(interval(1, Duration::from_secs(1)), Some(Duration::from_secs(1)));
        assert_eq!(interval(10, Duration::from_mins(1)), Some(Duration::from_secs(6)));
        assert_eq!(interval(5, Duration::from_secs(2)), Some(Duration::from_millis(400)));
        assert_eq!(interval(3, Duration::from_secs(1)), Some(Duration::from_nanos(333_333_334)));
        assert_eq!(interval(1, Duration::ZERO), None);
        assert_eq!(interval(1, Duration::from_hours(24)), Some(Duration::from_hours(24)));
        assert_eq!(interval(1, Duration::from_hours(25)), None);
        assert_eq!(interval(1, Duration::MAX), None);
    }

    #[test]
    fn of_two_that_share_a_rate_each_starts_half_as_often() {
        let rate = Rate::new(NonZeroU32::MIN, Duration::from_secs(1)).unwrap();
        assert_eq!(rate.shared_by(NonZeroU32::new(2).unwrap()).interval(), Duration::from_secs(2));
        assert_eq!(rate.shared_by(NonZeroU32::MIN), rate);
        assert!(rate.shared_by(NonZeroU32::MAX).interval() > Duration::from_hours(24));
    }

    proptest! {
        #[test]
        fn so_many_intervals_are_no_less_than_the_time_and_hardly_more(requests in 1u32.., millis in 1u64..86_400_000) {
            let time = Duration::from_millis(millis);
            let all = interval(requests, time).unwrap().as_nanos() * u128::from(requests);
            prop_assert!(all >= time.as_nanos());
            prop_assert!(all - time.as_nanos() < u128::from(requests));
        }
    }
}
