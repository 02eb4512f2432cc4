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

/// SQLite 3.51 reads a text exactly where its last digit is no farther from the point; beyond that the double may be the
/// next one.
const SQLITE_FARTHEST_DIGIT: i64 = 99;

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
        let held = match self {
            Self::Single => text.parse().ok().filter(|held: &f32| held.is_finite()).map(Held::Single),
            Self::Double | Self::SqliteReal | Self::SqliteNumeric => {
                text.parse().ok().filter(|held: &f64| held.is_finite()).map(Held::Double)
            }
        };
        // The text is a number, which always parses; one that is too large is infinite.
        let Some(held) = held else { return Err(NormalError::TooLarge) };
        let is_sqlite = matches!(self, Self::SqliteReal | Self::SqliteNumeric);
        if is_sqlite && number.last_power().abs() > SQLITE_FARTHEST_DIGIT {
            return Err(NormalError::Inexact);
        }
        let kept = held.shortest();
        let is_exact = kept == number || held.is_also(&number);
        let rounds = matches!(self, Self::Single | Self::Double) && !number.is_whole();
        // What is too near zero is no rounding: PostgreSQL refuses it.
        let is_lost = kept.precision() == 0 && number.precision() > 0;
        if is_exact || (rounds && !is_lost) { Ok(kept) } else { Err(NormalError::Inexact) }
    }
}

/// The finite number that a column holds.
#[derive(Debug, Clone, Copy)]
enum Held {
    Single(f32),
    Double(f64),
}

impl Held {
    /// The shortest decimal that it is the nearest of, as PostgreSQL writes it.
    fn shortest(self) -> Normal {
        let mut buffer = zmij::Buffer::new();
        normal(match self {
            Self::Single(held) => buffer.format_finite(held),
            Self::Double(held) => buffer.format_finite(held),
        })
    }

    /// True for another decimal that it stands for: one as short, where it is in the middle between two, or that of all
    /// its digits.
    fn is_also(self, number: &Normal) -> bool {
        // With fewer digits it would be the shortest.
        let (as_short, has_more) = match self {
            Self::Single(held) => (format!("{held:e}"), number.precision() > 8),
            Self::Double(held) => (format!("{held:e}"), number.precision() > 16),
        };
        let all = || match self {
            Self::Single(held) => format!("{held:.150e}"),
            Self::Double(held) => format!("{held:.766e}"),
        };
        normal(&as_short) == *number || (has_more && normal(&all()) == *number)
    }
}

/// The number of the text of a finite number, which always is one.
fn normal(text: &str) -> Normal {
    Decimal::parse(text).map(|number| number.normal()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(float: Float, text: &str) -> Result<String, NormalError> {
        float.kept(normal(text)).map(|number| number.to_text(1000))
    }

    #[test]
    fn postgresql_rounds_fractions_and_no_whole_number() {
        assert_eq!(kept(Float::Double, "0.1").as_deref(), Ok("0.1"));
        assert_eq!(kept(Float::Double, "0.12345678901234567890").as_deref(), Ok("0.12345678901234568"));
        assert_eq!(kept(Float::Single, "0.12345678901234567890").as_deref(), Ok("0.12345679"));
        assert_eq!(kept(Float::Double, "9007199254740992").as_deref(), Ok("9007199254740992"));
        assert_eq!(kept(Float::Single, "123456792").as_deref(), Ok("123456790"));
        assert_eq!(kept(Float::Double, "1180591620717411303424").as_deref(), Ok("1180591620717411300000"));
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
        // Both texts are those of 2237049362626951.25.
        assert_eq!(kept(Float::SqliteReal, "2237049362626951.2").as_deref(), Ok("2237049362626951.2"));
        assert_eq!(kept(Float::SqliteReal, "2237049362626951.3").as_deref(), Ok("2237049362626951.2"));
        assert_eq!(kept(Float::SqliteReal, "1e99").as_deref(), Ok(format!("1{}", "0".repeat(99)).as_str()));
        assert_eq!(kept(Float::SqliteReal, "1e100"), Err(NormalError::Inexact));
        assert_eq!(kept(Float::SqliteReal, "1.5e-99"), Err(NormalError::Inexact));
        assert_eq!(kept(Float::SqliteNumeric, "9007199254740993").as_deref(), Ok("9007199254740993"));
        assert_eq!(kept(Float::SqliteReal, "9007199254740993"), Err(NormalError::Inexact));
    }
}
