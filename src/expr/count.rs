/// A count as a number's text has it: a whole number of 0 or more, `3`, `3.0` and `3e2` alike. One that is too large to be
/// kept is the largest that can.
pub fn whole_number(text: &str) -> Option<u64> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits alone fail only where they are too many.
        return Some(text.parse().unwrap_or(u64::MAX));
    }
    let is_written_so = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    let number: f64 = text.parse().ok().filter(|_| is_written_so)?;
    let is_whole = number >= 0.0 && (number.is_infinite() || number.fract() == 0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
    is_whole.then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_counts_however_they_are_written() {
        for (text, count) in [
            ("0", 0),
            ("-0", 0),
            ("3.0", 3),
            ("3e2", 300),
            ("18446744073709551615", u64::MAX),
            ("99999999999999999999999", u64::MAX),
            ("1e300", u64::MAX),
            ("1e1000", u64::MAX),
        ] {
            assert_eq!(whole_number(text), Some(count), "{text}");
        }
        for bad in ["", "-1", "1.5", "x", "inf", "-inf", "NaN", "1 2", "\"3\"", "-1e1000"] {
            assert_eq!(whole_number(bad), None, "{bad}");
        }
    }
}
