use std::num::NonZeroU32;
use std::time::Duration;

/// A value that a spec writes as one word, and that `${NAME}` may supply when a stage runs.
pub trait Scalar: Sized + Clone {
    /// What to write, with an example: the end of a sentence that begins "expected".
    const EXPECTED: &'static str;

    /// The value of a text, or `None` where it is not one.
    fn parse(text: &str) -> Option<Self>;
}

impl Scalar for String {
    const EXPECTED: &'static str = "a text";

    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// The texts that are booleans in variables of the process and on the command line, in any letter case. In a spec a boolean
/// is `true` or `false`, as in YAML 1.2.
pub const BOOLEAN_WORDS: &str = "true, yes, on or 1, or false, no, off or 0";

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }
}

impl Scalar for u32 {
    const EXPECTED: &'static str = "a whole number such as 3";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Scalar for NonZeroU32 {
    const EXPECTED: &'static str = "a whole number of 1 or more";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// A length of time: one or more numbers, each with a unit of `ms`, `s`, `m`, `h` or `d`.
impl Scalar for Duration {
    const EXPECTED: &'static str = "a duration such as 500ms, 45s, 15m, 2h or 1h30m";

    fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut total = Self::ZERO;
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, tail) = rest.split_at(digits);
            let unit = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            let (unit, tail) = tail.split_at(unit);
            let number: u64 = number.parse().ok()?;
            let length = match unit {
                "ms" => Self::from_millis(number),
                "s" => Self::from_secs(number),
                "m" => Self::from_secs(number.checked_mul(60)?),
                "h" => Self::from_secs(number.checked_mul(3_600)?),
                "d" => Self::from_secs(number.checked_mul(86_400)?),
                _ => return None,
            };
            total = total.checked_add(length)?;
            rest = tail;
        }
        (!text.is_empty()).then_some(total)
    }
}

/// A share of 0 to 100 percent.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Percent(f64);

impl Percent {
    /// The share as a fraction, from 0 to 1.
    pub fn fraction(self) -> f64 {
        self.0 / 100.0
    }
}

impl Scalar for Percent {
    const EXPECTED: &'static str = "a percentage from 0% to 100%, such as 5%";

    fn parse(text: &str) -> Option<Self> {
        let percent: f64 = text.strip_suffix('%')?.trim_end().parse().ok()?;
        (0.0..=100.0).contains(&percent).then_some(Self(percent))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_add_up_their_parts() {
        assert_eq!(Duration::parse("1h30m"), Some(Duration::from_mins(90)));
        assert_eq!(Duration::parse("500ms"), Some(Duration::from_millis(500)));
        for bad in ["", "15", "m", "15 m", "-1s", "1x", "1.5h"] {
            assert_eq!(Duration::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn booleans_are_said_by_four_pairs_of_words_in_any_case() {
        for (text, value) in [
            ("true", true),
            ("Yes", true),
            ("ON", true),
            (" 1 ", true),
            ("FALSE", false),
            ("no", false),
            ("Off", false),
            ("0", false),
        ] {
            assert_eq!(bool::parse(text), Some(value), "{text}");
        }
        for bad in ["", "2", "y", "n", "t", "enabled", "true false", "ｏｎ", "01"] {
            assert_eq!(bool::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn percentages_stay_between_none_and_all() {
        assert_eq!(Percent::parse("5%").map(Percent::fraction), Some(0.05));
        for bad in ["5", "101%", "-1%", "NaN%", "%"] {
            assert_eq!(Percent::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_duration_never_panics_and_counts_its_units(hours in 0u64..1000, minutes in 0u64..1000, junk in ".{0,8}") {
            prop_assert_eq!(
                Duration::parse(&format!("{hours}h{minutes}m")),
                Some(Duration::from_secs(hours * 3600 + minutes * 60))
            );
            let _ = Duration::parse(&junk);
        }
    }
}
