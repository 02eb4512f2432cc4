use std::borrow::Cow;

use crate::diag::{Findings, Source};

use super::rules::plain_secret;

/// A text as it can be shown: with stars in the place of the secrets that were found in it, so that no log has them. All
/// places in it stay where they are.
pub fn masked<'a>(source: &'a Source, findings: &Findings) -> Cow<'a, Source> {
    let mut masked = Cow::Borrowed(source);
    for finding in findings.iter().filter(|finding| finding.code == plain_secret::RULE.code) {
        if let Some(span) = finding.span {
            let stars = source.slice(span).chars().map(|c| match c {
                '\n' | '\r' => c.to_string(),
                c => "*".repeat(c.len_utf8()),
            });
            let stars: String = stars.collect();
            if stars.len() == span.end.saturating_sub(span.start) {
                masked.to_mut().text.replace_range(span.start..span.end, &stars);
            }
        }
    }
    masked
}
