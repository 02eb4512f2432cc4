use bytes::Bytes;

use crate::expr::{Value, canonical_json, key_json};

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payload {
    sent: String,
    /// The text that an idempotency key is derived from, where it is another.
    keyed: Option<String>,
}

impl Payload {
    /// The body that a value makes: canonical JSON, in which numbers have all the digits that they came with.
    pub(super) fn of(value: &Value) -> Self {
        let sent = canonical_json(value);
        let keyed = key_json(value).filter(|keyed| *keyed != sent);
        Self { sent, keyed }
    }

    /// The bytes to send.
    pub(super) fn bytes(&self) -> Bytes {
        Bytes::from(self.sent.clone())
    }

    /// The text from which an idempotency key is derived. In it `1.10` is `1.1`, as in the keys of other runners; a number
    /// that no double holds is as it came.
    pub(super) fn keyed(&self) -> &str {
        self.keyed.as_ref().unwrap_or(&self.sent)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::expr::{exact_json, parse_json};

    fn payload(json: &str) -> Payload {
        Payload::of(&parse_json(json.as_bytes(), None).unwrap())
    }

    /// Each number with its text in a body and in the text of a key. What a double holds exactly has the text in keys
    /// that it had before bodies kept their digits.
    const NUMBERS: [(&str, &str); 34] = [
        ("0", "0"),
        ("-0", "-0.0"),
        ("1", "1"),
        ("-2", "-2"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740993", "9007199254740993"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"),
        // 2^64 and 2^70 are doubles, and not by the digits that doubles are written with.
        ("18446744073709551616", "18446744073709551616"),
        ("18446744073709551617", "18446744073709551617"),
        ("1180591620717411303424", "1180591620717411303424"),
        ("100000000000000000000", "1e+20"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("0.1", "0.1"),
        ("1.10", "1.1"),
        ("1.0", "1.0"),
        ("-0.0", "-0.0"),
        ("0.00", "0.0"),
        ("1e2", "100.0"),
        ("1E+2", "100.0"),
        ("0.00001", "0.00001"),
        ("19.99", "19.99"),
        ("12345678901234567.89", "12345678901234567.89"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("18446744073709552000", "1.8446744073709552e+19"),
        ("99999999999999991611392", "99999999999999991611392"),
        ("1e23", "1e+23"),
        ("1e22", "1e+22"),
        (
            "0.1000000000000000055511151231257827021181583404541015625",
            "0.1000000000000000055511151231257827021181583404541015625",
        ),
        (
            "0.100000000000000005551115123125782702118158340454101562",
            "0.100000000000000005551115123125782702118158340454101562",
        ),
        ("1e1000", "1e1000"),
        ("1e-400", "1e-400"),
    ];

    #[test]
    fn a_body_has_the_digits_that_came_and_a_key_those_that_a_double_holds() {
        for (number, keyed) in NUMBERS {
            let payload = payload(&format!(r#"{{"b": [{number}], "a": {number}}}"#));
            assert_eq!(payload.bytes(), format!(r#"{{"a":{number},"b":[{number}]}}"#));
            assert_eq!(payload.keyed(), format!(r#"{{"a":{keyed},"b":[{keyed}]}}"#));
        }
    }

    #[test]
    fn different_numbers_have_different_texts() {
        let texts: HashSet<String> =
            NUMBERS.iter().map(|(number, _)| payload(number).keyed().to_owned()).collect();
        let numbers: HashSet<String> = NUMBERS
            .iter()
            .map(|(number, _)| exact_json(&parse_json(number.as_bytes(), None).unwrap()))
            .collect();
        assert!(texts.len() >= numbers.len(), "{texts:?}");
    }

    proptest! {
        /// A number that is next to a double, or to its shortest text, is told from it.
        #[test]
        fn neighbours_of_doubles_have_other_texts(digits in 1u32.., more in any::<u32>(), scale in -60i32..80, digit in 0u8..=9) {
            let value = (f64::from(digits) + f64::from(more) / 2f64.powi(32)) * 2f64.powi(scale);
            let exact = format!("{value:.120}");
            let exact = exact.trim_end_matches('0').trim_end_matches('.').to_owned();
            let shortest = format!("{value}");
            let longer = if exact.contains('.') { format!("{exact}{digit}") } else { format!("{exact}.{digit}") };
            let numbers: HashSet<String> = [&exact, &shortest, &longer]
                .map(|text| exact_json(&parse_json(text.as_bytes(), None).unwrap()))
                .into();
            let texts: HashSet<String> =
                [&exact, &shortest, &longer].map(|text| payload(text).keyed().to_owned()).into();
            prop_assert!(texts.len() >= numbers.len(), "{:?} {:?}", numbers, texts);
        }
    }

    #[test]
    fn a_body_without_such_numbers_is_written_once() {
        assert_eq!(payload(r#"{"a": [1, -7, 19.99, "1.10", null]}"#).keyed, None);
    }
}
