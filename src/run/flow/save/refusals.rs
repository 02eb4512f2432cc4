use std::collections::HashMap;

/// So many refused rows are named whatever the reasons are, and so many more of each reason: the rest is only counted by its
/// reason, so that no reason keeps another out of the summary.
const NAMED: usize = 12;
const NAMED_OF_EACH: usize = 2;

/// The refused rows of a run that are named so far.
#[derive(Default)]
pub(super) struct Refusals {
    named: usize,
    of_reasons: HashMap<String, usize>,
}

impl Refusals {
    /// The message about a refused row, which is the same for all that are not named and have one reason.
    pub(super) fn message(&mut self, place: &str, key: &str, reason: &str) -> String {
        let of_reason = self.of_reasons.entry(reason.to_owned()).or_default();
        if self.named >= NAMED && *of_reason >= NAMED_OF_EACH {
            return format!("further items: {reason}");
        }
        self.named += 1;
        *of_reason += 1;
        format!("{place}, key {key}: {reason}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_comes_late_is_named_too() {
        let mut refusals = Refusals::default();
        let messages: Vec<String> =
            (0..100).map(|row| refusals.message(&format!("item {row}"), "{}", "too long")).collect();
        assert_eq!(messages[11], "item 11, key {}: too long");
        assert!(messages[12..].iter().all(|message| message == "further items: too long"));
        assert_eq!(refusals.message("item 100", "{\"id\":1}", "no"), "item 100, key {\"id\":1}: no");
        assert_eq!(refusals.message("item 101", "{\"id\":2}", "no"), "item 101, key {\"id\":2}: no");
        assert_eq!(refusals.message("item 102", "{\"id\":3}", "no"), "further items: no");
    }
}
