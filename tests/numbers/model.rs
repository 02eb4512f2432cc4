//! Random numbers, and what is right for each.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// The text of a JSON number: small and large, with fractions, zeros at the end, exponents and signs.
pub(super) fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (-1000i32..1000).prop_map(|number| number.to_string()),
        // Around the limits of doubles, of 64 bits, and far beyond.
        "-?(90071992547409[0-9]{2}|92233720368547758[0-9]{2}|184467440737095516[0-9]{2}|[1-9][0-9]{20,40})",
        "-?(0|[1-9][0-9]{0,5})\\.[0-9]{1,4}",
        "-?(0|[1-9][0-9]{0,20})\\.[0-9]{10,25}",
        "-?[1-9](\\.[0-9]{1,20})?[eE][+-]?[0-9]{1,2}",
        "[1-9](\\.[0-9]{1,3})?e-?[3-9][0-9]{2}",
        any::<f64>()
            .prop_filter("a number", |number| number.is_finite())
            .prop_map(|number| format!("{number:e}")),
        Just("-0".to_owned()),
        Just("-0.0".to_owned()),
        Just("1e1000".to_owned()),
    ]
}

/// So many random numbers, others each time.
pub(super) fn numbers(count: usize) -> Vec<String> {
    let mut runner = TestRunner::default();
    let numbers = proptest::collection::vec(number(), count);
    numbers.new_tree(&mut runner).expect("no number is filtered often").current()
}

/// A page of them: `[{"id": 0, "n": …}, …]`.
pub(super) fn page_of(numbers: &[String]) -> String {
    let items: Vec<String> =
        numbers.iter().enumerate().map(|(id, number)| format!("{{\"id\":{id},\"n\":{number}}}")).collect();
    format!("[{}]", items.join(","))
}

/// A number without a choice of notation: its digits, and the power of ten of the last.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exact {
    is_negative: bool,
    digits: String,
    power: i64,
}

impl Exact {
    /// The number of a JSON number's text.
    pub(super) fn of(text: &str) -> Self {
        let unsigned = text.trim_start_matches('-').to_lowercase();
        let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((&unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let kept = all.trim_end_matches('0');
        let length = |text: &str| i64::try_from(text.len()).expect("a short text");
        let zeros = length(&all) - length(kept);
        let power = exponent.parse::<i64>().expect("an exponent") - length(fraction) + zeros;
        let digits = kept.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Self { is_negative: false, digits, power: 0 };
        }
        Self { is_negative: text.starts_with('-'), digits, power }
    }

    /// True where JSON writers have the number's digits for its double.
    pub(super) fn is_written_by_its_double(&self, text: &str) -> bool {
        let double: f64 = text.parse().expect("a number");
        let written = serde_json::Number::from_f64(double).map(|number| number.to_string());
        written.is_some_and(|written| Self::of(&written) == *self)
    }

    /// The same, or all digits of the double are the number's, or its text is as short and as near: `….2` and `….3` are both
    /// the text of `….25`.
    pub(super) fn is_double(&self, text: &str) -> bool {
        let double: f64 = text.parse().expect("a number");
        let texts = || [format!("{double:.770e}"), format!("{double:e}")];
        self.is_written_by_its_double(text)
            || (double.is_finite() && texts().iter().any(|text| Self::of(text) == *self))
    }

    /// True for a whole number of 64 bits, however it is written.
    pub(super) fn is_i64(&self) -> bool {
        let sign = if self.is_negative { "-" } else { "" };
        let zeros = usize::try_from(self.power).ok().filter(|zeros| *zeros < 20);
        zeros
            .is_some_and(|zeros| format!("{sign}{}{}", self.digits, "0".repeat(zeros)).parse::<i64>().is_ok())
            || self.digits.is_empty()
    }

    /// True where SQLite reads the text exactly: its last digit is near enough to the point.
    pub(super) fn is_near(&self) -> bool {
        self.power.abs() <= 99
    }

    /// True for a number without a fraction.
    pub(super) fn is_whole(&self) -> bool {
        self.power >= 0
    }
}
