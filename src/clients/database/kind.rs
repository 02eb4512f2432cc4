use thiserror::Error;

/// What a column holds, which decides what counts as the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole numbers of so many bytes.
    Integer(u8),
    /// Numbers.
    Number,
    /// True or false.
    Bool,
    /// JSON.
    Json,
    /// Lists, written as PostgreSQL's array literals.
    Array,
    /// Text, and whatever the database reads from text: times, UUIDs.
    Text,
    /// Anything: a column of SQLite without a type.
    Any,
}

/// A value that is the same text for every way to write it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number in its shortest decimal form.
    Number(String),
    /// A text.
    Text(String),
}

impl Cell {
    /// The value as a database's text input takes it.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Bool(true) => Some("true"),
            Self::Bool(false) => Some("false"),
            Self::Number(text) | Self::Text(text) => Some(text),
        }
    }
}

/// Why a value is not one of its column's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NormalError {
    /// Not a number.
    #[error("not a number")]
    NotNumber,
    /// A number with a fraction.
    #[error("not a whole number")]
    NotWhole,
    /// A number that its column has no room for.
    #[error("a number too large for its column")]
    TooLarge,
    /// Neither true nor false.
    #[error("neither true nor false")]
    NotBool,
    /// Not a list.
    #[error("not a list")]
    NotList,
}

impl ColumnKind {
    /// The kind of a declared type of SQLite's (<https://www.sqlite.org/datatype3.html#determination_of_column_affinity>).
    pub(super) fn of_sqlite(declared: &str) -> Self {
        let declared = declared.to_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        if has(&["BOOL"]) {
            Self::Bool
        } else if has(&["JSON"]) {
            Self::Json
        } else if has(&["INT"]) {
            Self::Integer(8)
        } else if has(&["CHAR", "CLOB", "TEXT", "DATE", "TIME", "UUID"]) {
            Self::Text
        } else if has(&["REAL", "FLOA", "DOUB", "NUM", "DEC"]) {
            Self::Number
        } else {
            Self::Any
        }
    }

    /// The kind of a type of PostgreSQL's, by its internal name.
    pub(super) fn of_postgres(name: &str) -> Self {
        match name {
            "int2" => Self::Integer(2),
            "int4" => Self::Integer(4),
            "int8" => Self::Integer(8),
            "numeric" | "float4" | "float8" => Self::Number,
            "bool" => Self::Bool,
            "json" | "jsonb" => Self::Json,
            _ if name.starts_with('_') => Self::Array,
            _ => Self::Text,
        }
    }

    /// A number of this kind, from its text.
    ///
    /// # Errors
    /// [`NormalError`].
    pub fn number(self, text: &str) -> Result<Cell, NormalError> {
        let text = decimal(text).ok_or(NormalError::NotNumber)?;
        let Self::Integer(bytes) = self else { return Ok(Cell::Number(text)) };
        if text.contains('.') {
            return Err(NormalError::NotWhole);
        }
        let value: i64 = text.parse().map_err(|_| NormalError::TooLarge)?;
        let fits = match bytes {
            2 => i16::try_from(value).is_ok(),
            4 => i32::try_from(value).is_ok(),
            _ => true,
        };
        if fits { Ok(Cell::Number(text)) } else { Err(NormalError::TooLarge) }
    }
}

/// Numbers with more digits before or after the point than this stay unread: nobody's price has them.
const MOST_DIGITS: i64 = 1000;

/// The shortest decimal form of a number: without plus, exponent, leading and trailing zeros.
fn decimal(text: &str) -> Option<String> {
    let text = text.trim();
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], rest[at + 1..].parse::<i64>().ok()?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = (!whole.is_empty() || !fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_number {
        return None;
    }
    if !negative && exponent == 0 && fraction.is_empty() && (whole == "0" || !whole.starts_with('0')) {
        return Some(whole.to_owned());
    }
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    if point.abs() > MOST_DIGITS {
        return digits.bytes().all(|byte| byte == b'0').then(|| "0".to_owned());
    }
    let length = i64::try_from(digits.len()).ok()?;
    let padded = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
    let (whole, fraction) = match usize::try_from(point) {
        Ok(point) if point <= digits.len() => (digits[..point].to_owned(), digits[point..].to_owned()),
        Ok(_) => (format!("{digits}{}", padded(point - length)), String::new()),
        Err(_) => (String::new(), format!("{}{digits}", padded(-point))),
    };
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(match (whole, fraction) {
        ("0", "") => "0".to_owned(),
        (whole, fraction) => {
            let (sign, point) = (if negative { "-" } else { "" }, if fraction.is_empty() { "" } else { "." });
            format!("{sign}{whole}{point}{fraction}")
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_has_one_form_however_it_is_written() {
        for (text, expected) in [
            ("1980", "1980"),
            (" 1980.0 ", "1980"),
            ("+1980.00", "1980"),
            ("1.98e3", "1980"),
            ("1980E-1", "198"),
            ("0.50", "0.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-0", "0"),
            ("-0.0e9", "0"),
            ("000", "0"),
            ("1e-3", "0.001"),
            ("-12.340", "-12.34"),
            ("12345678901234567890.123", "12345678901234567890.123"),
        ] {
            assert_eq!(decimal(text).as_deref(), Some(expected), "{text}");
        }
        for text in
            ["", "-", ".", "1,980", "1 980", "0x1f", "1e", "e1", "NaN", "１", "1.2.3", "1e99999", "--1"]
        {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn a_whole_number_must_fit_its_column() {
        let number = |bytes, text| ColumnKind::Integer(bytes).number(text);
        assert_eq!(number(2, "32767"), Ok(Cell::Number("32767".to_owned())));
        assert_eq!(number(2, "32768"), Err(NormalError::TooLarge));
        assert_eq!(number(4, "-2147483649"), Err(NormalError::TooLarge));
        assert_eq!(number(8, "9223372036854775808"), Err(NormalError::TooLarge));
        assert_eq!(number(8, "1.5"), Err(NormalError::NotWhole));
        assert_eq!(number(8, "2.0"), Ok(Cell::Number("2".to_owned())));
    }

    proptest! {
        #[test]
        fn the_form_of_a_float_is_the_float(value in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
            prop_assume!(value.abs() < 1e300 && (value == 0.0 || value.abs() > 1e-300));
            let text = decimal(&format!("{value:e}")).unwrap();
            prop_assert_eq!(text.parse::<f64>().unwrap(), value);
            prop_assert_eq!(decimal(&text), Some(text.clone()));
        }
    }
}
