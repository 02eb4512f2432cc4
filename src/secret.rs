//! Values that must not be seen: a type that does not print what it holds, and a filter for text that may quote them.

mod forms;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::AhoCorasick;

use self::forms::forms;

/// What stands in place of a secret wherever text leaves jobnet.
pub const MASK: &str = "***";

/// Secrets shorter than this are not searched for in text: masking every `1` would make output unreadable and hide
/// nothing.
const SHORTEST_MASKED: usize = 4;

/// A value that `Debug` and `Display` never show.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, to be sent where it belongs and nowhere else.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Is told every secret that a masker learns.
type Listener = Arc<dyn Fn(&str) + Send + Sync>;

/// Replaces every known secret in text, as it is and in the forms in which software prints it.
///
/// Clones share one list, so that a token obtained in the middle of a run is masked everywhere from then on.
#[derive(Clone, Default)]
pub struct Masker {
    known: Arc<RwLock<Known>>,
    listener: Option<Listener>,
}

#[derive(Default)]
struct Known {
    /// The secrets and their lines.
    secrets: Vec<String>,
    /// All forms of them.
    forms: Vec<String>,
    /// Finds the forms; none where one was added since, or there are too many for one.
    finder: Option<AhoCorasick>,
}

impl Masker {
    /// A masker that tells `listener` every secret that is added: an engine with a log of its own wants to mask it too.
    pub fn with_listener(listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { known: Arc::default(), listener: Some(Arc::new(listener)) }
    }

    /// True for a secret that is not too short to be searched for.
    pub fn can_mask(secret: &str) -> bool {
        secret.is_empty() || secret.len() >= SHORTEST_MASKED
    }

    /// Adds a secret value; every line of one with several is masked by itself too.
    pub fn add(&self, secret: &str) {
        if let Some(listener) = &self.listener {
            listener(secret);
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for piece in std::iter::once(secret).chain(secret.split(['\r', '\n']).map(str::trim)) {
            if piece.len() >= SHORTEST_MASKED && !known.secrets.iter().any(|secret| secret == piece) {
                known.secrets.push(piece.to_owned());
                known.forms.extend(forms(piece));
                known.finder = None;
            }
        }
    }

    /// The text with every known secret replaced by [`MASK`]; of secrets that overlap nothing is left.
    pub fn mask(&self, text: &str) -> String {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.secrets.is_empty() {
            return text.to_owned();
        }
        if let Some(finder) = &known.finder {
            return mask_cut(masked(text, finder), &known.secrets);
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.finder = AhoCorasick::new(&known.forms).ok();
        match &known.finder {
            Some(finder) => mask_cut(masked(text, finder), &known.secrets),
            // More secrets than an automaton has room for: nothing is shown.
            None => MASK.to_owned(),
        }
    }
}

/// The text with all that is found replaced.
fn masked(text: &str, finder: &AhoCorasick) -> String {
    let mut found: Vec<(usize, usize)> =
        finder.find_overlapping_iter(text).map(|found| (found.start(), found.end())).collect();
    if found.is_empty() {
        return text.to_owned();
    }
    found.sort_unstable();
    let (mut masked, mut copied) = (String::with_capacity(text.len()), 0);
    let mut found = found.into_iter().peekable();
    while let Some((start, mut end)) = found.next() {
        while let Some((_, next)) = found.next_if(|(next, _)| *next < end) {
            end = end.max(next);
        }
        masked.push_str(&text[copied..start]);
        masked.push_str(MASK);
        copied = end;
    }
    masked.push_str(&text[copied..]);
    masked
}

/// The mark of a text that was cut, as jq's messages cut the values that they show.
const CUT: &str = "...";

/// The text with the beginnings of secrets masked that stand before the mark of a cut.
fn mask_cut(mut text: String, known: &[String]) -> String {
    let mut from = 0;
    while let Some(at) = text[from..].find(CUT).map(|found| from + found) {
        let begun = |secret: &String| {
            let lengths = secret.char_indices().map(|(length, _)| length);
            lengths.rev().find(|length| text[..at].ends_with(&secret[..*length]))
        };
        let longest = known.iter().filter_map(begun).max().filter(|length| *length >= SHORTEST_MASKED);
        let start = at - longest.unwrap_or(0);
        if longest.is_some() {
            text.replace_range(start..at, MASK);
            from = start + MASK.len() + CUT.len();
        } else {
            from = at + CUT.len();
        }
    }
    text
}

impl Masker {
    /// The beginning of a text, with every known secret replaced: masked before it is cut, since half a secret would not
    /// be known for one.
    pub fn excerpt(&self, text: &str, most: usize) -> String {
        cut(&self.mask(text), most)
    }
}

/// The beginning of a text that is longer than `most` characters. What may hold a secret is masked before.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Masker")
    }
}

/// A URL that may be printed: without user information and with the values of its query left out.
pub fn printable_url(url: &url::Url) -> String {
    let mut shown = url.clone();
    // Both fail only for URLs that cannot have a user name, which then have none to hide.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_query(None);
    shown.set_fragment(None);
    shown.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masker_hides_a_secret_in_every_form_that_text_quotes_it() {
        let masker = Masker::default();
        masker.add("s3cret/with \"quotes\"");
        for quoted in ["s3cret/with \"quotes\"", "s3cret%2Fwith%20%22quotes%22", "s3cret%2Fwith+%22quotes%22"]
        {
            assert_eq!(masker.mask(&format!("a {quoted} b")), "a *** b");
        }
        assert_eq!(masker.mask(r#"a s3cret/with \"quotes\" b"#), "a *** b");
    }

    #[test]
    fn the_beginning_of_a_secret_before_a_cut_is_hidden() {
        let masker = Masker::default();
        masker.add("s3cret-of-many-characters");
        assert_eq!(masker.mask("string (\"a s3cret-of-ma...\") and ..."), "string (\"a ***...\") and ...");
        assert_eq!(masker.mask("s3cret-of-ma and more..."), "s3cret-of-ma and more...");
    }

    #[test]
    fn a_redacted_value_does_not_print() {
        assert_eq!(format!("{:?} {}", Redacted::new("x"), Redacted::new("y")), "*** ***");
    }

    #[test]
    fn a_printable_url_shows_no_credentials() {
        let url = url::Url::parse("https://me:pw@host/path?key=s3cret#x").unwrap();
        assert_eq!(printable_url(&url), "https://host/path");
    }
}
