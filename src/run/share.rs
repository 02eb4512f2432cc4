use crate::policy::Threshold;

/// A share is shown with at least so many decimals, unless it is a whole percentage.
const LEAST_DECIMALS: u32 = 2;

/// A share is shown with at most so many decimals.
const MOST_DECIMALS: u32 = 12;

/// What a share is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// The items of the stage.
    Items,
    /// The rows of `for_each`.
    Rows,
    /// The requests of a `call`.
    Requests,
}

impl Whole {
    /// The word in the summary.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Rows => "rows",
            Self::Requests => "requests",
        }
    }
}

/// What failed of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Of what.
    pub of: Whole,
    /// How many failed.
    pub failed: u64,
    /// Of how many; `None` where nobody says.
    pub total: Option<u64>,
}

impl Share {
    /// True where it is strictly more than the threshold. Any failure of an unknown total is.
    pub fn is_above(&self, threshold: Threshold) -> bool {
        self.failed > 0 && self.total.is_none_or(|total| threshold.is_exceeded(self.failed, total))
    }

    /// The share from 0 to 1; more only where an API counts more failures than items. All where the total is unknown.
    #[expect(clippy::cast_precision_loss, reason = "a share of so many items needs no more than 53 bits")]
    pub fn rate(&self) -> f64 {
        match (self.failed, self.total) {
            (0, _) => 0.0,
            (_, None | Some(0)) => 1.0,
            (failed, Some(total)) => failed as f64 / total as f64,
        }
    }

    /// The share beside the threshold: `0.20 % > 0.1 %`. Rounded to as few decimals as show which of the two is more.
    pub fn compared(&self, threshold: Threshold) -> String {
        let (sign, percent) = match (self.failed, self.total) {
            (0, _) => return "0 %".to_owned(),
            (_, None) => return format!("unknown > {threshold}"),
            (failed, Some(total)) if self.is_above(threshold) => {
                (">", percent(failed, total, threshold, true))
            }
            (failed, Some(total)) => ("≤", percent(failed, total, threshold, false)),
        };
        format!("{percent} % {sign} {threshold}")
    }

    /// A sentence with the numbers, the share and the threshold: `1 of 6 rows failed: 16.67 % > 1 %`.
    /// `None` where it would say no more than that something failed.
    pub fn sentence(&self, threshold: Threshold) -> Option<String> {
        let Self { of, failed, total } = self;
        if (*failed, *total) == (1, Some(1)) {
            return None;
        }
        Some(match total {
            Some(total) => {
                format!("{failed} of {total} {} failed: {}", of.as_str(), self.compared(threshold))
            }
            None if threshold == Threshold::default() => {
                format!("{failed} {} failed, of an unknown total", of.as_str())
            }
            None => format!(
                "{failed} {} failed, of an unknown total, which is above any threshold: count `total`",
                of.as_str()
            ),
        })
    }
}

/// `failed` of `total` in per cent, rounded to as few decimals as leave it above the threshold, or not above it.
fn percent(failed: u64, total: u64, threshold: Threshold, is_above: bool) -> String {
    // All that failed is one of one where there is nothing else to measure it by.
    let total = if total == 0 { failed } else { total };
    let hundredfold = u128::from(failed) * 100;
    if hundredfold.is_multiple_of(u128::from(total)) {
        return (hundredfold / u128::from(total)).to_string();
    }
    let rounded = |decimals: u32| {
        let scaled = hundredfold * 10u128.pow(decimals);
        (scaled + u128::from(total) / 2) / u128::from(total)
    };
    #[expect(clippy::cast_precision_loss, reason = "so few digits are compared")]
    let tells = |decimals: &u32| {
        let bound = threshold.fraction() * 100.0 * 10f64.powi(i32::try_from(*decimals).unwrap_or(0));
        (rounded(*decimals) as f64 > bound * (1.0 + f64::EPSILON)) == is_above
    };
    let decimals = (LEAST_DECIMALS..MOST_DECIMALS).find(tells).unwrap_or(MOST_DECIMALS);
    let unit = 10u128.pow(decimals);
    let value = rounded(decimals);
    format!("{}.{:0width$}", value / unit, value % unit, width = decimals as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(failed: u64, total: u64) -> Share {
        Share { of: Whole::Items, failed, total: Some(total) }
    }

    #[test]
    fn a_share_never_looks_like_the_threshold_that_it_is_above() {
        for (failed, total, percent, shown) in [
            (2, 1_000, 0.1, "0.20 % > 0.1 %"),
            (1, 6, 1.0, "16.67 % > 1 %"),
            (5, 100, 5.0, "5 % ≤ 5 %"),
            (50_001, 1_000_000, 5.0, "5.0001 % > 5 %"),
            (49_999, 1_000_000, 5.0, "5.00 % ≤ 5 %"),
            (4_998, 100_000, 4.999, "4.998 % ≤ 4.999 %"),
            (1, 1_000_000_000, 0.0, "0.0000001 % > 0 %"),
            (3, 2, 100.0, "150 % > 100 %"),
            (0, 9, 1.0, "0 %"),
            (7, 0, 1.0, "100 % > 1 %"),
            (u64::MAX, u64::MAX, 5.0, "100 % > 5 %"),
        ] {
            let threshold = Threshold::new(percent / 100.0);
            assert_eq!(of(failed, total).compared(threshold), shown);
        }
    }

    #[test]
    fn a_failure_of_an_unknown_total_is_above_any_threshold() {
        let share = Share { of: Whole::Items, failed: 1, total: None };
        assert!(share.is_above(Threshold::new(1.0)));
        assert_eq!(share.rate(), 1.0);
        assert!(!Share { failed: 0, ..share }.is_above(Threshold::default()));
    }

    proptest! {
        #[test]
        fn what_is_shown_compares_as_the_counts_do(failed in 1u64..100_000, total in 1u64..100_000, mills in 0u32..=100_000) {
            let threshold = Threshold::new(f64::from(mills) / 100_000.0);
            let share = of(failed, total);
            let text = share.compared(threshold);
            let (left, sign, right) = match text.split_once('>') {
                Some((left, right)) => (left, '>', right),
                None => { let (left, right) = text.split_once('≤').unwrap(); (left, '≤', right) }
            };
            let number = |text: &str| text.trim().trim_end_matches(" %").parse::<f64>().unwrap();
            prop_assert_eq!(number(left) > number(right), sign == '>');
            prop_assert_eq!(sign == '>', u128::from(failed) * 100_000 > u128::from(mills) * u128::from(total));
        }
    }
}
