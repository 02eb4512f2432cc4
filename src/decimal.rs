//! The decimal notation of numbers, exact for any number of digits.

use std::cmp::Ordering;

/// A number as its text has it: `-12.50e3`, `.5`, `+7`. Digits are ASCII; at least one stands in it.
#[derive(Debug, Clone, Copy)]
pub struct Decimal<'t> {
    is_negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: i64,
}

/// An exponent beyond this is taken for this: no two numbers that anybody writes out differ by it.
const LARGEST_EXPONENT: i64 = 1 << 60;

impl<'t> Decimal<'t> {
    /// Reads a whole text; `None` where it is not a number in decimal notation.
    pub fn parse(text: &'t str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], parse_exponent(&unsigned[at + 1..])?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_number = !(whole.is_empty() && fraction.is_empty())
            && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        is_number.then_some(Self { is_negative: text.starts_with('-'), whole, fraction, exponent })
    }

    /// True for zero, however it is written.
    pub fn is_zero(&self) -> bool {
        self.digits().all(|digit| digit == b'0')
    }

    /// The one form that all notations of a number share.
    pub fn normal(&self) -> Normal {
        let digits: String = self.digits().map(char::from).collect();
        let significant = digits.trim_start_matches('0');
        if significant.is_empty() {
            return Normal { is_negative: false, point: 0, digits: String::new() };
        }
        let leading = length(&digits) - length(significant);
        Normal {
            is_negative: self.is_negative,
            point: length(self.whole).saturating_add(self.exponent).saturating_sub(leading),
            digits: significant.trim_end_matches('0').to_owned(),
        }
    }

    /// The notation of the General Decimal Arithmetic specification
    /// (<https://speleotrove.com/decimal/daconvs.html#reftostr>), in which jq writes a number that it read: all digits
    /// are kept, also zeros at the end; an exponent is written where there is one above zero or many zeros follow the
    /// point.
    pub fn to_scientific(&self) -> String {
        let digits: String = self.digits().map(char::from).collect();
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            significant => significant,
        };
        let sign = if self.is_negative { "-" } else { "" };
        let exponent = self.exponent.saturating_sub(length(self.fraction));
        let adjusted = exponent.saturating_add(length(digits) - 1);
        if exponent <= 0 && adjusted >= -6 {
            let point = length(digits) + exponent;
            return match usize::try_from(point) {
                Ok(point) if point == digits.len() => format!("{sign}{digits}"),
                Ok(point) if point > 0 => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
                _ => format!("{sign}0.{}{digits}", zeros(-point)),
            };
        }
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{point}{rest}E{adjusted:+}")
    }

    fn digits(&self) -> impl Iterator<Item = u8> + use<'t> {
        self.whole.bytes().chain(self.fraction.bytes())
    }
}

/// A number without a choice of notation: equal numbers are equal here, and greater ones greater. Zero unless told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normal {
    is_negative: bool,
    /// How many digits stand before the point; where it is not positive, that many zeros follow the point.
    point: i64,
    /// The digits from the first to the last that is not zero; none for zero.
    digits: String,
}

impl Normal {
    /// True for a number below zero.
    pub fn is_negative(&self) -> bool {
        self.is_negative
    }

    /// True for a number without a fraction.
    pub fn is_whole(&self) -> bool {
        length(&self.digits) <= self.point
    }

    /// The power of ten of the last digit.
    pub fn last_power(&self) -> i64 {
        self.point.saturating_sub(length(&self.digits))
    }

    /// How many digits are significant.
    pub fn precision(&self) -> usize {
        self.digits.len()
    }

    /// How many digits stand before the point; a negative count is of zeros behind it.
    pub fn point(&self) -> i64 {
        self.point
    }

    /// The number in its shortest decimal form: without plus, exponent, leading and trailing zeros. One with more than
    /// `most` zeros that only say where the point is has an exponent: `1.5e2000`.
    pub fn to_text(&self, most: i64) -> String {
        let digits = self.digits.as_str();
        if digits.is_empty() {
            return "0".to_owned();
        }
        let sign = if self.is_negative { "-" } else { "" };
        if self.point.abs() > most {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return format!("{sign}{first}{point}{rest}e{}", self.point - 1);
        }
        match usize::try_from(self.point) {
            Ok(0) => format!("{sign}0.{digits}"),
            Ok(point) if point < digits.len() => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
            Ok(_) => format!("{sign}{digits}{}", zeros(self.point - length(digits))),
            Err(_) => format!("{sign}0.{}{digits}", zeros(-self.point)),
        }
    }
}

impl Ord for Normal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = || self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| if self.is_negative { size().reverse() } else { size() })
    }
}

impl PartialOrd for Normal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(LARGEST_EXPONENT).min(LARGEST_EXPONENT);
    Some(if text.starts_with('-') { -size } else { size })
}

/// A length in memory, which is far below what an `i64` holds.
fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

fn zeros(count: i64) -> String {
    "0".repeat(usize::try_from(count).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shortest(text: &str) -> Option<String> {
        Decimal::parse(text).map(|number| number.normal().to_text(1000))
    }

    #[test]
    fn a_number_has_one_shortest_form() {
        for (text, expected) in [
            ("1980", "1980"),
            ("1980.0", "1980"),
            ("+1980.00", "1980"),
            ("1.98e3", "1980"),
            ("1980E-1", "198"),
            ("0.50", "0.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-0", "0"),
            ("-0.0e9", "0"),
            ("0e99999999999999999999", "0"),
            ("000", "0"),
            ("1e-3", "0.001"),
            ("-12.340", "-12.34"),
            ("12345678901234567890.123", "12345678901234567890.123"),
            ("150e2000", "1.5e2002"),
            ("-1e-2000", "-1e-2000"),
        ] {
            assert_eq!(shortest(text).as_deref(), Some(expected), "{text}");
        }
        for text in
            ["", "-", ".", "1,980", "1 980", " 1", "0x1f", "1e", "e1", "NaN", "１", "1.2.3", "--1", "1e+-2"]
        {
            assert_eq!(shortest(text), None, "{text}");
        }
    }

    #[test]
    fn the_scientific_form_keeps_every_digit() {
        for (text, expected) in [
            ("12345678901234567890123", "12345678901234567890123"),
            ("1.10", "1.10"),
            ("100e-2", "1.00"),
            ("1e2", "1E+2"),
            ("1.5e300", "1.5E+300"),
            ("12345.6789e3", "12345678.9"),
            ("0.000001", "0.000001"),
            ("0.0000001234", "1.234E-7"),
            ("0e10", "0E+10"),
            ("-0.0", "-0.0"),
            ("+01", "1"),
            (".5", "0.5"),
        ] {
            let scientific = Decimal::parse(text).map(|number| number.to_scientific());
            assert_eq!(scientific.as_deref(), Some(expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_shortest_form_of_a_float_is_the_float(value in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
            let text = shortest(&format!("{value:e}")).unwrap();
            prop_assert_eq!(text.parse::<f64>().unwrap(), value);
            prop_assert_eq!(shortest(&text), Some(text.clone()));
        }

        #[test]
        fn numbers_are_ordered_as_their_values(a in -1_000_000i64..1_000_000, b in -1_000_000i64..1_000_000, shift in 0u32..5) {
            let text = |number: i64| format!("{number}{}e-{shift}", "0".repeat(shift as usize));
            let normal = |text: &str| Decimal::parse(text).unwrap().normal();
            prop_assert_eq!(normal(&text(a)).cmp(&normal(&b.to_string())), a.cmp(&b));
        }
    }
}
