use std::fmt::Write as _;
use std::time::Duration;

use crate::expr::Scalar;

/// A duration as a spec writes it.
pub(crate) fn duration_text(duration: Duration) -> String {
    let units = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
    let mut rest = duration.as_millis();
    let mut text = String::new();
    for (unit, length) in units {
        if rest >= length {
            let _ = write!(text, "{}{unit}", rest / length);
            rest %= length;
        }
    }
    debug_assert!(text.is_empty() || Duration::parse(&text).is_some());
    if text.is_empty() { "0m".to_owned() } else { text }
}
