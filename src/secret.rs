//! Values that must not be seen: a type that does not print what it holds, and a filter for text that may quote them.

use std::fmt;
use std::sync::{Arc, RwLock};

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

/// Replaces every known secret in text, as it is and in the forms in which URLs and JSON quote it.
///
/// Clones share one list, so that a token obtained in the middle of a run is masked everywhere from then on.
#[derive(Clone, Default)]
pub struct Masker {
    known: Arc<RwLock<Vec<String>>>,
    listener: Option<Listener>,
}

impl Masker {
    /// A masker that tells `listener` every secret that is added: an engine with a log of its own wants to mask it too.
    pub fn with_listener(listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { known: Arc::default(), listener: Some(Arc::new(listener)) }
    }

    /// Adds a secret value; every line of one with several is masked by itself too.
    pub fn add(&self, secret: &str) {
        if let Some(listener) = &self.listener {
            listener(secret);
        }
        let mut forms = Vec::new();
        for piece in std::iter::once(secret).chain(secret.lines().map(str::trim)) {
            if piece.len() >= SHORTEST_MASKED {
                forms.push(piece.to_owned());
                forms.push(
                    percent_encoding::utf8_percent_encode(piece, percent_encoding::NON_ALPHANUMERIC)
                        .to_string(),
                );
                forms.push(url::form_urlencoded::byte_serialize(piece.as_bytes()).collect());
                forms.push(piece.escape_default().to_string());
                let json = serde_json::Value::from(piece).to_string();
                forms.push(json[1..json.len() - 1].to_owned());
            }
        }
        let mut known = match self.known.write() {
            Ok(known) => known,
            Err(poisoned) => poisoned.into_inner(),
        };
        known.extend(forms);
        // Longest first, so that no rest of a longer secret is left behind by a shorter one.
        known.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        known.dedup();
    }

    /// The text with every known secret replaced by [`MASK`].
    pub fn mask(&self, text: &str) -> String {
        let known = match self.known.read() {
            Ok(known) => known,
            Err(poisoned) => poisoned.into_inner(),
        };
        let masked = known.iter().fold(text.to_owned(), |text, secret| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), MASK) } else { text }
        });
        mask_cut(masked, &known)
    }
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
