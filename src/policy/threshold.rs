use std::fmt;

/// The share of failed items above which a stage fails.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Threshold(f64);

impl Threshold {
    /// A threshold as a fraction from 0 to 1.
    pub fn new(fraction: f64) -> Self {
        Self(fraction)
    }

    /// The threshold as a fraction from 0 to 1.
    pub fn fraction(self) -> f64 {
        self.0
    }

    /// True where `failed` of `total` is strictly more than the threshold. Compared without dividing, so that 5 of 100
    /// is not above 5 %.
    #[expect(clippy::cast_precision_loss, reason = "a share of so many items needs no more than 53 bits")]
    pub fn is_exceeded(self, failed: u64, total: u64) -> bool {
        failed > 0 && failed as f64 > self.0 * total as f64 * (1.0 + f64::EPSILON)
    }
}

/// The threshold as a percentage: `0.1 %`.
impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Ten digits hide what the multiplication adds: 0.07 * 100.0 is 7.000000000000001.
        let percent = format!("{:.10}", self.0 * 100.0);
        write!(f, "{} %", percent.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn exactly_the_threshold_passes_and_one_more_fails() {
        let one_percent = Threshold::new(0.01);
        assert!(!one_percent.is_exceeded(1, 100));
        assert!(one_percent.is_exceeded(2, 100));
        assert!(Threshold::default().is_exceeded(1, 1_000_000));
        assert!(!Threshold::default().is_exceeded(0, 0));
        assert!(one_percent.is_exceeded(1, 0));
        assert!(one_percent.is_exceeded(u64::MAX, u64::MAX));
    }

    #[test]
    fn a_threshold_is_shown_as_it_is_written() {
        for (percent, shown) in
            [(0.0, "0 %"), (0.1, "0.1 %"), (7.0, "7 %"), (0.07, "0.07 %"), (100.0, "100 %")]
        {
            assert_eq!(Threshold::new(percent / 100.0).to_string(), shown);
        }
    }

    proptest! {
        #[test]
        fn more_than_the_share_fails_and_no_less(failed in 0u64..10_000, total in 1u64..10_000, percent in 0u32..=100) {
            let exceeded = Threshold::new(f64::from(percent) / 100.0).is_exceeded(failed, total);
            prop_assert_eq!(exceeded, failed * 100 > u64::from(percent) * total);
        }
    }
}
