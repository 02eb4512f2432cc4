use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::policy::Rate;

/// Lets requests start an interval apart, in the order in which they asked for their turn. What was not used is not made
/// up for.
///
/// A turn is when a request may start at the earliest. Whether it may is decided when it does: timers are late and tokens
/// are renewed in between, and two starts must not come closer for it.
#[derive(Debug)]
pub struct Pacer {
    interval: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The earliest turn that is not given out.
    free: Option<Instant>,
    /// The earliest moment after the last start.
    ready: Option<Instant>,
}

/// It is too early or too late; the moment is the one that is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotThen(pub Instant);

impl Pacer {
    /// A pacer whose first turn is at once.
    pub fn new(rate: Rate) -> Self {
        Self { interval: rate.interval(), state: Mutex::default() }
    }

    /// Gives out the next turn, unless that is after `latest`.
    ///
    /// # Errors
    /// When it would be; it was not given out.
    pub fn turn(&self, now: Instant, latest: Instant) -> Result<Instant, NotThen> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = state.free.map_or(now, |free| free.max(now));
        if turn > latest {
            return Err(NotThen(turn));
        }
        state.free = Some(turn + self.interval);
        Ok(turn)
    }

    /// Starts a request now, unless the last start was less than an interval ago.
    ///
    /// # Errors
    /// When to ask again.
    pub fn start(&self, now: Instant) -> Result<(), NotThen> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = state.ready.filter(|ready| *ready > now) {
            return Err(NotThen(ready));
        }
        let ready = now + self.interval;
        state.ready = Some(ready);
        state.free = state.free.max(Some(ready));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::*;

    fn pacer(millis: u64) -> Pacer {
        Pacer::new(Rate::new(NonZeroU32::MIN, Duration::from_millis(millis)).unwrap())
    }

    #[test]
    fn a_turn_that_is_too_late_is_not_taken_from_the_others() {
        let (pacer, now) = (pacer(100), Instant::now());
        let later = |millis| now + Duration::from_millis(millis);
        assert_eq!(pacer.turn(now, now), Ok(now));
        assert_eq!(pacer.turn(now, later(99)), Err(NotThen(later(100))));
        assert_eq!(pacer.turn(now, later(100)), Ok(later(100)));
    }

    #[test]
    fn a_start_that_was_late_keeps_the_next_away() {
        let (pacer, now) = (pacer(100), Instant::now());
        let later = |millis| now + Duration::from_millis(millis);
        assert_eq!((pacer.turn(now, later(900)), pacer.turn(now, later(900))), (Ok(now), Ok(later(100))));
        assert_eq!(pacer.start(later(30)), Ok(()));
        assert_eq!(pacer.start(later(100)), Err(NotThen(later(130))));
        assert_eq!(pacer.start(later(130)), Ok(()));
        assert_eq!(pacer.turn(later(130), later(900)), Ok(later(230)));
    }

    proptest! {
        #[test]
        fn turns_and_starts_are_an_interval_apart_whatever_the_delays(
            interval in 1u64..1000,
            steps in proptest::collection::vec((0u64..3000, 0u64..3000), 1..50),
        ) {
            let (pacer, mut now) = (pacer(interval), Instant::now());
            let interval = Duration::from_millis(interval);
            let end = now + Duration::from_hours(24);
            let (mut last_turn, mut last_start): (Option<Instant>, Option<Instant>) = (None, None);
            for (pause, delay) in steps {
                now += Duration::from_millis(pause);
                let turn = pacer.turn(now, end).unwrap();
                prop_assert!(turn >= now && last_turn.is_none_or(|last| turn >= last + interval));
                last_turn = Some(turn);
                let mut start = turn + Duration::from_millis(delay);
                if let Err(NotThen(ready)) = pacer.start(start) {
                    prop_assert!(ready > start);
                    start = ready;
                    prop_assert_eq!(pacer.start(start), Ok(()));
                }
                prop_assert!(last_start.is_none_or(|last| start >= last + interval));
                last_start = Some(start);
            }
        }
    }
}
