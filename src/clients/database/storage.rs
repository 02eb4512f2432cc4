/// What a column makes of the text that it is given: another text for the same value, or a rounded value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// It holds what it is given.
    AsGiven,
    /// Numbers, rounded to so many digits after the point; before it where that is negative.
    Rounded(i32),
    /// Texts without the spaces at their end.
    Padded,
    /// Texts of so many characters at most: spaces beyond them are dropped.
    UpTo(usize),
    /// Dates.
    Date,
    /// Times with so many digits of a second.
    Timestamp(usize),
    /// Times with so many digits of a second, in UTC.
    TimestampTz(usize),
    /// UUIDs.
    Uuid,
    /// Lists of something that is not held as it is given.
    Array,
    /// Something that only the database knows how to read.
    Other,
}

impl Storage {
    /// The storage of a type of PostgreSQL's, by its internal name and its modifier, which is -1 where it has none.
    pub(super) fn of_postgres(name: &str, modifier: i32) -> Self {
        // A modifier that counts the four bytes before a value's content
        // (<https://www.postgresql.org/docs/current/catalog-pg-attribute.html>).
        let counted = modifier - 4;
        let digits = usize::try_from(modifier).unwrap_or(6);
        match name {
            "text" | "citext" | "int2" | "int4" | "int8" | "bool" | "json" | "jsonb" => Self::AsGiven,
            "_text" | "_varchar" | "_int2" | "_int4" | "_int8" | "_jsonb" | "_json" => Self::AsGiven,
            "numeric" | "varchar" if modifier < 0 => Self::AsGiven,
            // The eleven lowest bits are the scale, signed.
            "numeric" => Self::Rounded(((counted & 0x7ff) ^ 0x400) - 0x400),
            "varchar" => usize::try_from(counted).map_or(Self::AsGiven, Self::UpTo),
            "bpchar" => Self::Padded,
            "date" => Self::Date,
            "timestamp" => Self::Timestamp(digits),
            "timestamptz" => Self::TimestampTz(digits),
            "uuid" => Self::Uuid,
            _ if name.starts_with('_') => Self::Array,
            _ => Self::Other,
        }
    }

    /// True where every text is held as it is given.
    pub fn is_as_given(self) -> bool {
        self == Self::AsGiven
    }

    /// True where the text is surely what the column holds of it. Of one that is no value at all it may be true as well:
    /// that one the database refuses.
    pub(super) fn holds(self, text: &str) -> bool {
        match self {
            Self::AsGiven => true,
            Self::Rounded(scale) => {
                let fraction = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
                usize::try_from(scale).is_ok_and(|scale| fraction <= scale)
            }
            Self::Padded => !text.ends_with(' '),
            Self::UpTo(length) => text.len() <= length || text.chars().count() <= length,
            Self::Date => is_date(text),
            Self::Timestamp(digits) => is_timestamp(text, digits),
            Self::TimestampTz(digits) => {
                text.strip_suffix('Z').is_some_and(|text| is_timestamp(text, digits))
            }
            Self::Uuid => is_like(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
            Self::Array | Self::Other => false,
        }
    }

    /// The text of what PostgreSQL holds, for a text that is cast to the column's type: whatever the settings of the session
    /// are, and the same as given where [`Self::holds`] says so.
    pub(super) fn text_of(self, given: &str, value: &str) -> String {
        let iso = |value: &str| format!("to_json({value}) #>> '{{}}'");
        match self {
            Self::UpTo(length) => format!("cast(cast({value} as character varying({length})) as text)"),
            Self::Date | Self::Timestamp(_) => iso(value),
            Self::TimestampTz(_) => format!(
                "case when isfinite({value}) then ({}) || 'Z' else cast({value} as text) end",
                iso(&format!("({value} at time zone 'UTC')")),
            ),
            // As it is given, unless that is more than another way to quote.
            Self::Array => format!(
                "case when cast({value} as text) = cast(cast({given} as text[]) as text) then {given} \
                 else cast({value} as text) end"
            ),
            Self::Padded => format!("cast({value} as text)"),
            // Where a cast to text says more than PostgreSQL prints, as for `inet`, this does not.
            _ => format!("concat({value})"),
        }
    }
}

/// True for a date as ISO 8601 writes it.
fn is_date(text: &str) -> bool {
    is_like(text, "0000-00-00") && !text.starts_with("0000")
}

/// True for a time as ISO 8601 writes it, with at most so many digits of a second and no zeros at their end.
fn is_timestamp(text: &str, digits: usize) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, Some(fraction)),
        None => (time, None),
    };
    let is_fraction = |fraction: &str| {
        (1..=digits).contains(&fraction.len())
            && fraction.bytes().all(|byte| byte.is_ascii_digit())
            && !fraction.ends_with('0')
    };
    // A 24th hour and a 60th second are held as the time after them.
    is_date(date)
        && is_like(time, "00:00:00")
        && &time[..2] < "24"
        && &time[6..] < "60"
        && fraction.is_none_or(is_fraction)
}

/// True where a text has a digit for each `0`, a lower-case hexadecimal digit for each `x`, and else the same characters.
fn is_like(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, pattern)| match pattern {
            b'0' => byte.is_ascii_digit(),
            b'x' => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
            _ => byte == pattern,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modifier_of_a_number_is_its_scale() {
        for (modifier, storage) in [
            (-1, Storage::AsGiven),
            (((10 << 16) | 2) + 4, Storage::Rounded(2)),
            ((10 << 16) + 4, Storage::Rounded(0)),
            (((3 << 16) | 0x7fe) + 4, Storage::Rounded(-2)),
        ] {
            assert_eq!(Storage::of_postgres("numeric", modifier), storage, "{modifier}");
        }
        assert_eq!(Storage::of_postgres("timestamptz", 0), Storage::TimestampTz(0));
        assert_eq!(Storage::of_postgres("timestamptz", -1), Storage::TimestampTz(6));
        assert_eq!(Storage::of_postgres("bpchar", 9), Storage::Padded);
        assert_eq!(Storage::of_postgres("varchar", 24), Storage::UpTo(20));
        assert_eq!(Storage::of_postgres("_uuid", -1), Storage::Array);
        assert_eq!(Storage::of_postgres("_bool", -1), Storage::Array);
    }

    #[test]
    fn a_text_that_a_column_changes_is_known() {
        for (storage, held, changed) in [
            (Storage::Rounded(2), &["1.25", "-3", "0.1"][..], &["1.005"][..]),
            (Storage::Rounded(-2), &[], &["150", "1"]),
            (Storage::Padded, &["ab", " a"], &["ab "]),
            (Storage::UpTo(2), &["ab", "日本"], &["ab "]),
            (Storage::Date, &["2026-01-05"], &["2026-1-5", "05.01.2026", "0000-01-01", "today"]),
            (
                Storage::Timestamp(6),
                &["2026-01-05T10:00:00", "2026-01-05T10:00:00.25"],
                &[
                    "2026-01-05 10:00:00",
                    "2026-01-05T24:00:00",
                    "2026-01-05T10:00:60",
                    "2026-01-05T10:00:00.250",
                    "2026-01-05T10:00:00.1234567",
                    "2026-01-05",
                ],
            ),
            (
                Storage::TimestampTz(0),
                &["2026-01-05T10:00:00Z"],
                &["2026-01-05T10:00:00.5Z", "2026-01-05T10:00:00+09:00", "2026-01-05T10:00:00"],
            ),
            (
                Storage::Uuid,
                &["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
                &["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc999c0b4ef8bb6d6bb9bd380a11"],
            ),
            (Storage::Other, &[], &["1 day"]),
        ] {
            for text in held {
                assert!(storage.holds(text), "{storage:?} {text}");
            }
            for text in changed {
                assert!(!storage.holds(text), "{storage:?} {text}");
            }
        }
    }
}
