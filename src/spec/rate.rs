use std::num::NonZeroU32;
use std::time::Duration;

use crate::expr::Scalar;
use crate::policy::Rate;

/// A number of requests, a slash, and a duration or its unit alone.
impl Scalar for Rate {
    const EXPECTED: &'static str = "a rate such as 1/s, 10/m or 5/2s";

    fn parse(text: &str) -> Option<Self> {
        let (requests, time) = text.split_once('/')?;
        let requests: NonZeroU32 = requests.trim_end().parse().ok()?;
        let time = time.trim_start();
        let is_unit = time.chars().all(|c| c.is_ascii_alphabetic());
        let time = if is_unit { Duration::parse(&format!("1{time}")) } else { Duration::parse(time) };
        Self::new(requests, time?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_in_a_time() {
        let millis = |text: &str| Rate::parse(text).map(|rate| rate.interval().as_millis());
        for (text, expected) in [
            ("1/s", 1000),
            ("10/m", 6000),
            ("1000/s", 1),
            ("5/2s", 400),
            ("1 / 1h30m", 5_400_000),
            ("1/500ms", 500),
            ("60/h", 60_000),
            ("1/d", 86_400_000),
        ] {
            assert_eq!(millis(text), Some(expected), "{text}");
        }
        for bad in [
            "", "1", "/", "1/", "/s", "0/s", "-1/s", "1.5/s", "1/0s", "1/2", "1/x", "s/1", "1/s/s", "1/2d",
            "1/s2m",
        ] {
            assert_eq!(millis(bad), None, "{bad}");
        }
    }
}
