use std::time::Duration;

/// A time in minutes, as GitHub counts the timeouts of jobs: rounded up, at least one
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes>).
pub(super) fn minutes(time: Duration) -> u64 {
    let whole = time.as_secs() / 60;
    let rest = Duration::from_secs(whole * 60) < time;
    (whole + u64::from(rest)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_that_has_begun_counts() {
        for (time, expected) in [(0, 1), (1, 1), (60_000, 1), (60_001, 2), (3_600_000, 60)] {
            assert_eq!(minutes(Duration::from_millis(time)), expected);
        }
    }
}
