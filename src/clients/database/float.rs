use crate::decimal::{Decimal, Normal};

use super::cell::NormalError;

/// A column of numbers of limited precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Float {
    /// PostgreSQL's `real`: the nearest number of 32 bits, but for whole numbers, of which every digit counts.
    Single,
    /// PostgreSQL's `double precision`: the same of 64 bits.
    Double,
    /// A column of REAL affinity: a number of 64 bits that is the one given.
    SqliteReal,
    /// A column of NUMERIC affinity: a whole number of 64 bits as well.
    SqliteNumeric,
}

impl Float {
    /// The number that the column keeps.
    ///
    /// # Errors
    /// [`NormalError::TooLarge`], and [`NormalError::Inexact`] where it is another than the one given: for PostgreSQL's
    /// types where that is a whole number.
    pub(super) fn kept(self, number: Normal) -> Result<Normal, NormalError> {
        let text = number.to_text(0);
        if self == Self::SqliteNumeric && number.is_whole() && number.to_text(20).parse::<i64>().is_ok() {
            return Ok(number);
        }
        // The text is a number, which always parses; one that is too large is infinite.
        let (kept, digits) = match self {
            Self::Single => {
                let kept: f32 = text.parse().unwrap_or(f32::INFINITY);
                (format!("{kept:e}"), kept.is_finite().then(|| format!("{kept:.150e}")))
            }
            Self::Double | Self::SqliteReal | Self::SqliteNumeric => {
                let kept: f64 = text.parse().unwrap_or(f64::INFINITY);
                (format!("{kept:e}"), kept.is_finite().then(|| format!("{kept:.766e}")))
            }
        };
        let (Some(kept), Some(digits)) = (normal(&kept), digits) else { return Err(NormalError::TooLarge) };
        let is_exact = kept == number || normal(&digits).is_some_and(|exact| exact == number);
        let rounds = matches!(self, Self::Single | Self::Double) && !number.is_whole();
        // What is too near zero is no rounding: PostgreSQL refuses it.
        let is_lost = kept.precision() == 0 && number.precision() > 0;
        match is_exact || (rounds && !is_lost) {
            true => Ok(kept),
            false => Err(NormalError::Inexact),
        }
    }
}

fn normal(text: &str) -> Option<Normal> {
    Decimal::parse(text).map(|number| number.normal())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(float: Float, text: &str) -> Result<String, NormalError> {
        float.kept(normal(text).unwrap()).map(|number| number.to_text(1000))
    }

    #[test]
    fn postgresql_rounds_fractions_and_no_whole_number() {
        assert_eq!(kept(Float::Double, "0.1").as_deref(), Ok("0.1"));
        assert_eq!(kept(Float::Double, "0.12345678901234567890").as_deref(), Ok("0.12345678901234568"));
        assert_eq!(kept(Float::Single, "0.12345678901234567890").as_deref(), Ok("0.12345679"));
        assert_eq!(kept(Float::Double, "9007199254740992").as_deref(), Ok("9007199254740992"));
        assert_eq!(kept(Float::Double, "9007199254740993"), Err(NormalError::Inexact));
        assert_eq!(kept(Float::Single, "16777217"), Err(NormalError::Inexact));
        assert_eq!(kept(Float::Double, "1e1000"), Err(NormalError::TooLarge));
        assert_eq!(kept(Float::Double, "1e-400"), Err(NormalError::Inexact));
        assert_eq!(kept(Float::Double, "0"), Ok("0".to_owned()));
    }

    #[test]
    fn sqlite_keeps_what_it_keeps_exactly() {
        for float in [Float::SqliteReal, Float::SqliteNumeric] {
            assert_eq!(kept(float, "19.99").as_deref(), Ok("19.99"));
            assert_eq!(kept(float, "1e30").as_deref(), Ok(format!("1{}", "0".repeat(30)).as_str()));
            assert_eq!(kept(float, "12345678901234567.89"), Err(NormalError::Inexact));
            assert_eq!(kept(float, "12345678901234567890123"), Err(NormalError::Inexact));
            assert_eq!(kept(float, "1e1000"), Err(NormalError::TooLarge));
            assert_eq!(kept(float, "1e-400"), Err(NormalError::Inexact));
        }
        assert_eq!(kept(Float::SqliteNumeric, "9007199254740993").as_deref(), Ok("9007199254740993"));
        assert_eq!(kept(Float::SqliteReal, "9007199254740993"), Err(NormalError::Inexact));
    }
}
