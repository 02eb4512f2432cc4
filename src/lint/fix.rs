use crate::diag::{Diagnostic, Fix, Source};

use super::{Around, Linted, lint};

/// A finding that was mended, and where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The finding.
    pub finding: Diagnostic,
    /// The line that it was in.
    pub line: usize,
    /// What stood there.
    pub old: String,
    /// What stands there now.
    pub new: String,
}

/// Mends what can be mended safely in a spec's text, comments and layout untouched. Gives the text and what was mended
/// in it, in that order.
///
/// A change is kept only where its finding goes, the text is still a spec, and it is no less usable than before. Mending
/// one fault can show others that it hid.
pub fn mend(source: &Source) -> (Source, Vec<Mended>) {
    let mut texts = vec![source.clone()];
    let mut mended = Vec::new();
    while let Some((next, done)) = texts.last().and_then(|last| mend_one(last, &texts)) {
        texts.push(next);
        mended.push(done);
    }
    (texts.pop().unwrap_or_else(|| source.clone()), mended)
}

/// The first change that can be kept. It does not lead back to a text that there was before.
fn mend_one(source: &Source, before: &[Source]) -> Option<(Source, Mended)> {
    let linted = lint(source, |_| Around::default());
    linted.findings.sorted().into_iter().find_map(|finding| {
        let fix = finding.fix.as_ref()?;
        let next = applied(source, fix);
        if before.iter().any(|text| text.text == next.text) || !is_better(&linted, &next, finding) {
            return None;
        }
        let (span, new) = source.replacement(fix);
        let line = source.position(span.start).line;
        let old = source.slice(span).to_owned();
        Some((next, Mended { finding: finding.clone(), line, old, new }))
    })
}

fn is_better(before: &Linted, next: &Source, finding: &Diagnostic) -> bool {
    let after = lint(next, |_| Around::default());
    let count = |linted: &Linted| {
        let same = |other: &&Diagnostic| other.code == finding.code && other.message == finding.message;
        linted.findings.sorted().into_iter().filter(same).count()
    };
    after.is_read && after.is_usable >= before.is_usable && count(&after) < count(before)
}

/// The text with a change.
fn applied(source: &Source, fix: &Fix) -> Source {
    let (span, new) = source.replacement(fix);
    let mut text = source.text.clone();
    text.replace_range(span.start..span.end, &new);
    Source::new(source.name.clone(), text)
}
