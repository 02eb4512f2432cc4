use crate::decimal::Decimal;

use super::cell::{Cell, NormalError};
use super::float::Float;

/// What a column holds, which decides what counts as the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole numbers of so many bytes.
    Integer(u8),
    /// Numbers of any number of digits.
    Number,
    /// Numbers of limited precision.
    Float(Float),
    /// True or false.
    Bool,
    /// JSON.
    Json,
    /// Lists, written as PostgreSQL's array literals.
    Array,
    /// Lists of numbers of limited precision.
    Floats(Float),
    /// Text, and whatever the database reads from text: times, UUIDs.
    Text,
    /// Anything: a column of SQLite without a type.
    Any,
    /// A column of SQLite's that keeps a text as a number where it looks like one: it has NUMERIC affinity.
    Loose(Loose),
}

/// What a column of NUMERIC affinity is declared to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loose {
    /// JSON.
    Json,
    /// Times, UUIDs.
    Text,
    /// A type that SQLite does not know.
    Any,
}

impl From<Loose> for ColumnKind {
    fn from(loose: Loose) -> Self {
        match loose {
            Loose::Json => Self::Json,
            Loose::Text => Self::Text,
            Loose::Any => Self::Any,
        }
    }
}

impl ColumnKind {
    /// The kind of a declared type of SQLite's (<https://www.sqlite.org/datatype3.html#determination_of_column_affinity>).
    pub(super) fn of_sqlite(declared: &str) -> Self {
        let declared = declared.to_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        // Where SQLite finds none of these words in a type, it has NUMERIC affinity.
        let affine = ["INT", "CHAR", "CLOB", "TEXT", "BLOB", "REAL", "FLOA", "DOUB"];
        let is_loose = !declared.is_empty() && !has(&affine);
        let loose = |loose: Loose| if is_loose { Self::Loose(loose) } else { loose.into() };
        if has(&["BOOL"]) {
            Self::Bool
        } else if has(&["JSON"]) {
            loose(Loose::Json)
        } else if has(&["INT"]) {
            Self::Integer(8)
        } else if has(&["CHAR", "CLOB", "TEXT", "DATE", "TIME", "UUID"]) {
            loose(Loose::Text)
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Self::Float(Float::SqliteReal)
        } else if has(&["NUM", "DEC"]) {
            Self::Float(Float::SqliteNumeric)
        } else {
            loose(Loose::Any)
        }
    }

    /// The kind of a type of PostgreSQL's, by its internal name.
    pub(super) fn of_postgres(name: &str) -> Self {
        match name {
            "int2" => Self::Integer(2),
            "int4" => Self::Integer(4),
            "int8" => Self::Integer(8),
            "numeric" => Self::Number,
            "float4" => Self::Float(Float::Single),
            "float8" => Self::Float(Float::Double),
            "bool" => Self::Bool,
            "json" | "jsonb" => Self::Json,
            "_float4" => Self::Floats(Float::Single),
            "_float8" => Self::Floats(Float::Double),
            _ if name.starts_with('_') => Self::Array,
            _ => Self::Text,
        }
    }

    /// A number of this kind, from its text.
    ///
    /// # Errors
    /// [`NormalError`].
    pub fn number(self, text: &str) -> Result<Cell, NormalError> {
        let text = text.trim();
        if is_plain(text) && !matches!(self, Self::Integer(2 | 4) | Self::Float(_) | Self::Floats(_)) {
            return Ok(Cell::Number(text.to_owned()));
        }
        let number = Decimal::parse(text).ok_or(NormalError::NotNumber)?.normal();
        let number = match self {
            Self::Integer(bytes) => {
                if !number.is_whole() {
                    return Err(NormalError::NotWhole);
                }
                return whole(&number.to_text(MOST_ZEROS), bytes).map(Cell::Number);
            }
            Self::Float(float) | Self::Floats(float) => float.kept(number)?,
            // A column of any type keeps the numbers that one of NUMERIC affinity keeps.
            Self::Any | Self::Loose(_) => Float::SqliteNumeric.kept(number)?,
            Self::Number | Self::Bool | Self::Json | Self::Array | Self::Text => number,
        };
        let point = number.point();
        let fraction = i64::try_from(number.precision()).unwrap_or(i64::MAX).saturating_sub(point);
        if point > MOST_WHOLE_DIGITS || fraction > MOST_FRACTION_DIGITS {
            return Err(NormalError::TooLarge);
        }
        Ok(Cell::Number(number.to_text(MOST_ZEROS)))
    }
}

/// The digits that PostgreSQL's numeric keeps before and after the point
/// (<https://www.postgresql.org/docs/current/datatype-numeric.html>).
const MOST_WHOLE_DIGITS: i64 = 131_072;
const MOST_FRACTION_DIGITS: i64 = 16_383;

/// A number is written with an exponent where its point is farther from its digits than this.
const MOST_ZEROS: i64 = 1000;

/// True for a whole number of few digits in its shortest form.
fn is_plain(text: &str) -> bool {
    text.len() <= 18
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
        && !text.is_empty()
}

fn whole(text: &str, bytes: u8) -> Result<String, NormalError> {
    let value: i64 = text.parse().map_err(|_| NormalError::TooLarge)?;
    let fits = match bytes {
        2 => i16::try_from(value).is_ok(),
        4 => i32::try_from(value).is_ok(),
        _ => true,
    };
    if fits { Ok(text.to_owned()) } else { Err(NormalError::TooLarge) }
}

impl Loose {
    /// A text for the column, which must not look like a number that is written otherwise: `007` would become 7.
    ///
    /// # Errors
    /// [`NormalError::LikeNumber`].
    pub fn text(self, text: String) -> Result<Cell, NormalError> {
        let Some(number) = Decimal::parse(text.trim()) else { return Ok(Cell::Text(text)) };
        let kept = Float::SqliteNumeric.kept(number.normal()).map(|number| number.to_text(MOST_ZEROS));
        if kept.is_ok_and(|kept| kept == text) { Ok(Cell::Text(text)) } else { Err(NormalError::LikeNumber) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(kind: ColumnKind, text: &str) -> Result<String, NormalError> {
        kind.number(text).map(|cell| cell.as_text().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_number_has_one_form_however_it_is_written() {
        for (text, expected) in [
            ("1980", "1980"),
            (" 1980.0 ", "1980"),
            ("+1980.00", "1980"),
            ("1.98e3", "1980"),
            ("0.50", "0.5"),
            ("-0.0e9", "0"),
            ("12345678901234567890123.45", "12345678901234567890123.45"),
            ("1e1000", "1e1000"),
            ("10e999", "1e1000"),
        ] {
            assert_eq!(number(ColumnKind::Number, text).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(number(ColumnKind::Number, "1,980"), Err(NormalError::NotNumber));
        assert_eq!(number(ColumnKind::Number, "1e131072"), Err(NormalError::TooLarge));
        assert_eq!(number(ColumnKind::Number, "1e-16384"), Err(NormalError::TooLarge));
    }

    #[test]
    fn a_whole_number_must_fit_its_column() {
        let whole = |bytes, text| number(ColumnKind::Integer(bytes), text);
        assert_eq!(whole(2, "32767").as_deref(), Ok("32767"));
        assert_eq!(whole(2, "32768"), Err(NormalError::TooLarge));
        assert_eq!(whole(4, "-2147483649"), Err(NormalError::TooLarge));
        assert_eq!(whole(8, "9223372036854775807").as_deref(), Ok("9223372036854775807"));
        assert_eq!(whole(8, "9223372036854775808"), Err(NormalError::TooLarge));
        assert_eq!(whole(8, "1e1000000000"), Err(NormalError::TooLarge));
        assert_eq!(whole(8, "1.5"), Err(NormalError::NotWhole));
        assert_eq!(whole(8, "2.0").as_deref(), Ok("2"));
    }

    #[test]
    fn a_text_that_sqlite_would_change_is_refused() {
        let text = |text: &str| Loose::Text.text(text.to_owned());
        for kept in ["2024-06-01", "20240601", "1.5", "-7", "", "a7"] {
            assert_eq!(text(kept), Ok(Cell::Text(kept.to_owned())));
        }
        for changed in ["007", "1.50", "1e5", " 7", "+7", "12345678901234567890123"] {
            assert_eq!(text(changed), Err(NormalError::LikeNumber), "{changed}");
        }
    }

    #[test]
    fn the_kind_of_a_column_of_sqlites_is_told_by_its_type() {
        for (declared, kind) in [
            ("BIGINT", ColumnKind::Integer(8)),
            ("varchar(10)", ColumnKind::Text),
            ("timestamp", ColumnKind::Loose(Loose::Text)),
            ("JSON", ColumnKind::Loose(Loose::Json)),
            ("json text", ColumnKind::Json),
            ("real", ColumnKind::Float(Float::SqliteReal)),
            ("numeric(10, 2)", ColumnKind::Float(Float::SqliteNumeric)),
            ("money", ColumnKind::Loose(Loose::Any)),
            ("", ColumnKind::Any),
            ("BLOB", ColumnKind::Any),
        ] {
            assert_eq!(ColumnKind::of_sqlite(declared), kind, "{declared}");
        }
    }
}
