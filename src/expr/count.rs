use crate::decimal::Decimal;

/// A count as a number's text has it: a whole number of 0 or more, `3`, `3.0` and `3e2` alike. One that is too large to be
/// kept is the largest that can.
pub fn whole_number(text: &str) -> Option<u64> {
    let is_written_so = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    let number = Decimal::parse(text).filter(|_| is_written_so)?.normal();
    // Without a sign and a fraction it fails only where it is too large.
    (number.is_whole() && !number.is_negative()).then(|| number.to_text(20).parse().unwrap_or(u64::MAX))
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
            ("9007199254740993.0", 9_007_199_254_740_993),
        ] {
            assert_eq!(whole_number(text), Some(count), "{text}");
        }
        for bad in ["", "-1", "1.5", "x", "inf", "-inf", "NaN", "1 2", "\"3\"", "-1e1000"] {
            assert_eq!(whole_number(bad), None, "{bad}");
        }
    }
}
