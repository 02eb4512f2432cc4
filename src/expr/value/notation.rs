//! The texts of a number.

use std::fmt::Write as _;

use crate::decimal::Decimal;

use super::Num;

/// A way to write numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// Digit for digit as they came; results of arithmetic as jq writes them.
    AsRead,
    /// As jq's `tojson` writes them: every digit that came, exponents in one form.
    Jq,
    /// For idempotency keys: a number that a double holds exactly has the double's text, any other is as it came.
    ///
    /// Other runners of the same APIs build the same keys, so that this must stay the same to the byte for ever.
    Key,
    /// Equal numbers have one text, however they came, and others have another.
    Exact,
}

/// A number whose point is farther from its digits than this has an exponent in [`Notation::Exact`].
const MOST_ZEROS: i64 = 1000;

impl Num {
    /// The number's text, digit for digit.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        Notation::AsRead.push(&mut text, self);
        text
    }
}

impl Notation {
    /// True where a number has this text in all notations.
    pub(super) fn is_the_only(number: &Num) -> bool {
        match number {
            Num::Int(_) => true,
            Num::Short(value) => *value != 0.0,
            Num::Double(_) | Num::Literal(_) => false,
        }
    }

    pub(super) fn push(self, out: &mut String, number: &Num) {
        match (self, number) {
            (_, Num::Int(value)) => push_display(out, value),
            (Self::Exact, Num::Short(value) | Num::Double(value)) if value.is_finite() => {
                push_exact(out, zmij::Buffer::new().format_finite(*value));
            }
            (Self::Exact, Num::Literal(text)) => push_exact(out, text),
            (Self::Key, Num::Double(value)) => push_key_double(out, *value),
            (_, Num::Double(value)) => push_jq_double(out, *value),
            (Self::AsRead | Self::Jq, Num::Short(value)) if *value == 0.0 => out.push_str("-0"),
            (_, Num::Short(value)) => out.push_str(zmij::Buffer::new().format_finite(*value)),
            (Self::AsRead, Num::Literal(text)) => out.push_str(text),
            (Self::Jq, Num::Literal(text)) => push_jq_literal(out, text),
            (Self::Key, Num::Literal(text)) => push_key_literal(out, text),
        }
    }
}

fn push_display(out: &mut String, value: &i64) {
    // Writing into memory does not fail.
    let _ = write!(out, "{value}");
}

fn push_exact(out: &mut String, text: &str) {
    match Decimal::parse(text) {
        Some(number) => out.push_str(&number.normal().to_text(MOST_ZEROS)),
        None => out.push_str(text),
    }
}

/// jq's text of a double: the fewest digits that give it back, an exponent of two digits at least where the point is far
/// from them. It has no word for what is not finite: nothing is null, and too large is the largest.
fn push_jq_double(out: &mut String, value: f64) {
    if value.is_nan() {
        return out.push_str("null");
    }
    if value == 0.0 {
        return out.push_str(if value.is_sign_negative() { "-0" } else { "0" });
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value.clamp(f64::MIN, f64::MAX));
    // The text of a finite double is a number.
    let Some(number) = Decimal::parse(text).map(|number| number.normal()) else { return };
    let (digits, point) = (number.precision(), number.point());
    let is_far = point <= -4 || usize::try_from(point).is_ok_and(|point| point > digits + 15);
    if !is_far {
        return out.push_str(&number.to_text(i64::MAX));
    }
    let scientific = number.to_text(0);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    let _ = write!(out, "{mantissa}e{sign}{exponent:0>2}");
}

/// The largest exponent that jq keeps for a number that it read; beyond it is infinite.
const JQ_LARGEST_EXPONENT: i64 = 999_999_999;

fn push_jq_literal(out: &mut String, text: &str) {
    let Some(decimal) = Decimal::parse(text) else { return out.push_str(text) };
    if decimal.normal().point() > JQ_LARGEST_EXPONENT + 1 {
        return push_jq_double(out, if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    out.push_str(&decimal.to_scientific());
}

fn push_key_double(out: &mut String, value: f64) {
    match Num::Double(value).as_whole() {
        Some(whole) if whole != 0 || value.is_sign_positive() => push_display(out, &whole),
        _ if value.is_finite() => out.push_str(zmij::Buffer::new().format_finite(value)),
        _ => push_jq_double(out, value),
    }
}

fn push_key_literal(out: &mut String, text: &str) {
    let is_whole = !text.contains(['.', 'e', 'E']);
    let value: f64 = text.parse().unwrap_or(f64::INFINITY);
    if !value.is_finite() || (is_whole && text.parse::<u64>().is_ok()) {
        return out.push_str(text);
    }
    let mut buffer = zmij::Buffer::new();
    let double = buffer.format_finite(value);
    out.push_str(if is_exactly(text, double) { double } else { text });
}

/// True where a double's shortest text is the number of a text. So no two numbers have one text: `0.1` is a double's, and not
/// the 55 digits that this double stands for; nor are the twenty digits of 2^64, whose double has seventeen.
fn is_exactly(text: &str, double: &str) -> bool {
    let normal = |text: &str| Decimal::parse(text).map(|number| number.normal());
    normal(text).is_some_and(|number| normal(double) == Some(number))
}
