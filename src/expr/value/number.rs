use arcstr::ArcStr;

use crate::decimal::Decimal;

/// A number, as exact as it came.
///
/// jq computes with doubles; a number that nothing touched keeps its digits. The three forms of a number that was read
/// share that: they are written as they were read.
#[derive(Debug, Clone)]
pub enum Num {
    /// A whole number that was read, or a count.
    Int(i64),
    /// A decimal that was read, of 15 digits at most, none of them a zero at the end: the shortest text of the double is
    /// the text that was read. Negative zero is one too.
    Short(f64),
    /// A result of arithmetic.
    Double(f64),
    /// Any other number that was read: a JSON number, as it came.
    Literal(ArcStr),
}

/// A double tells all decimals of so many digits apart.
const SHORT_DIGITS: usize = 15;

impl Num {
    /// A number that was read, from the text of a JSON number.
    pub(super) fn of_json(text: &str) -> Self {
        if is_short(text)
            && let Ok(value) = text.parse()
        {
            return Self::Short(value);
        }
        // `-0` is not the whole number 0.
        match text.parse() {
            Ok(value) if value != 0 || !text.starts_with('-') => Self::Int(value),
            Ok(_) => Self::Short(-0.0),
            Err(_) => Self::Literal(text.into()),
        }
    }

    /// A number from a text in decimal notation, with more freedom than JSON has: `+1`, `01`, `.5`, `5.`.
    pub fn parse(text: &str) -> Option<Self> {
        let decimal = Decimal::parse(text)?;
        Some(if is_json(text) { Self::of_json(text) } else { Self::of_json(&decimal.to_scientific()) })
    }

    /// The nearest double.
    #[expect(clippy::cast_precision_loss, reason = "the nearest is asked for")]
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Int(value) => *value as f64,
            Self::Short(value) | Self::Double(value) => *value,
            // A JSON number always parses; one that is too large is infinite.
            Self::Literal(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// True for all but what arithmetic makes of too large numbers and of nothing.
    pub fn is_finite(&self) -> bool {
        !matches!(self, Self::Double(value) if !value.is_finite())
    }

    /// The number as an `i64`, where it is a whole one of that range.
    pub(in crate::expr) fn as_whole(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Short(_) | Self::Double(_) | Self::Literal(_) => whole(self.as_f64()),
        }
    }

    pub(in crate::expr) fn is_nan(&self) -> bool {
        matches!(self, Self::Double(value) if value.is_nan())
    }

    /// The number with the other sign. Of a number that was read every digit is kept, and zero has no sign then.
    pub(in crate::expr) fn negated(&self) -> Self {
        match self {
            Self::Int(value) => match value.checked_neg() {
                Some(value) => Self::Int(value),
                None => Self::Literal(value.unsigned_abs().to_string().into()),
            },
            Self::Short(value) if *value == 0.0 => Self::Int(0),
            Self::Short(value) => Self::Short(-value),
            Self::Double(value) => Self::Double(-value),
            Self::Literal(text) => match text.strip_prefix('-') {
                Some(positive) => Self::of_json(positive),
                None if Decimal::parse(text).is_some_and(|number| number.is_zero()) => self.clone(),
                None => Self::of_json(&format!("-{text}")),
            },
        }
    }

    /// The number without its sign; negative zero keeps it.
    pub(in crate::expr) fn absolute(&self) -> Self {
        if self.as_f64() < 0.0 { self.negated() } else { self.clone() }
    }
}

/// The exact `i64` of a double, where it is one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked, and a fraction by what comes back"
)]
fn whole(value: f64) -> Option<i64> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    ((-END..END).contains(&value) && value.fract() == 0.0).then_some(value as i64)
}

/// True for a decimal that its double gives back digit for digit, in the notation without an exponent.
fn is_short(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let Some((whole, fraction)) = unsigned.split_once('.') else { return false };
    whole.len() + fraction.len() <= SHORT_DIGITS
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && !fraction.ends_with('0')
        // The shortest text of smaller ones has an exponent.
        && !(whole == "0" && fraction.starts_with("0000"))
}

/// True where a text in decimal notation is a JSON number
/// (<https://www.rfc-editor.org/rfc/rfc8259#section-6>).
fn is_json(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let mantissa = unsigned.split(['e', 'E']).next().unwrap_or_default();
    let (whole, fraction) =
        mantissa.split_once('.').map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
    whole.starts_with(|first: char| first.is_ascii_digit())
        && (whole == "0" || !whole.starts_with('0'))
        && fraction != Some("")
}
