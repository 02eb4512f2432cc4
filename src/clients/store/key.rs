use std::fmt;

use thiserror::Error;

/// What S3 allows (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>), the store's own prefix
/// included.
const LONGEST: usize = 1024;

/// What file systems allow for a name (`NAME_MAX`).
const LONGEST_SEGMENT: usize = 255;

/// The name of an object in a store: segments joined by `/`, which are directories and a file where the store is a
/// directory. The rules are the same for all stores, so that what works on one works on another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(String);

/// Why a text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Nothing stands before, between or after slashes.
    #[error("`{0}` has an empty segment")]
    EmptySegment(String),
    /// `.`, `..`, or a hidden name, as the store has for files that are being written.
    #[error("`{0}` has a segment that begins with a full stop")]
    Hidden(String),
    /// A character that listings cannot hold.
    #[error("{0:?} has a control character")]
    Control(String),
    /// It is too long.
    #[error("a key of {0} bytes is too long")]
    TooLong(usize),
    /// A segment is too long.
    #[error("a segment of {0} bytes is too long")]
    SegmentTooLong(usize),
}

impl KeyError {
    /// What to do.
    pub fn help(&self) -> String {
        match self {
            Self::EmptySegment(_) => {
                "write words joined by single slashes, without one at either end".to_owned()
            }
            Self::Hidden(_) => "let no segment begin with a full stop".to_owned(),
            Self::Control(_) => "use printable characters".to_owned(),
            Self::TooLong(_) => format!("a key has {LONGEST} bytes at the most"),
            Self::SegmentTooLong(_) => {
                format!("what stands between slashes has {LONGEST_SEGMENT} bytes at the most")
            }
        }
    }
}

impl ObjectKey {
    /// Reads a key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        for segment in text.split('/') {
            if segment.is_empty() {
                return Err(KeyError::EmptySegment(text.to_owned()));
            }
            if segment.starts_with('.') {
                return Err(KeyError::Hidden(text.to_owned()));
            }
            if segment.len() > LONGEST_SEGMENT {
                return Err(KeyError::SegmentTooLong(segment.len()));
            }
        }
        if text.contains(char::is_control) {
            return Err(KeyError::Control(text.to_owned()));
        }
        if text.len() > LONGEST {
            return Err(KeyError::TooLong(text.len()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_words_between_slashes() {
        for key in ["a", "ranking/genre=1/x.json.gz", "ランキング/1 2", "a..b/c."] {
            assert_eq!(ObjectKey::parse(key).as_ref().map(ObjectKey::as_str), Ok(key));
        }
    }

    #[test]
    fn a_key_cannot_leave_its_store() {
        for (text, fault) in [
            ("", KeyError::EmptySegment(String::new())),
            ("/etc/passwd", KeyError::EmptySegment("/etc/passwd".to_owned())),
            ("a//b", KeyError::EmptySegment("a//b".to_owned())),
            ("a/", KeyError::EmptySegment("a/".to_owned())),
            ("..", KeyError::Hidden("..".to_owned())),
            ("a/../../b", KeyError::Hidden("a/../../b".to_owned())),
            ("a/./b", KeyError::Hidden("a/./b".to_owned())),
            (".incoming/x", KeyError::Hidden(".incoming/x".to_owned())),
            ("a\0b", KeyError::Control("a\0b".to_owned())),
            ("a\nb", KeyError::Control("a\nb".to_owned())),
        ] {
            assert_eq!(ObjectKey::parse(text), Err(fault));
        }
        assert_eq!(ObjectKey::parse(&"a".repeat(256)), Err(KeyError::SegmentTooLong(256)));
        assert_eq!(ObjectKey::parse(&["a"; 513].join("/")), Err(KeyError::TooLong(1025)));
    }
}
