use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::digest::sha256;

use super::key::{KeyError, ObjectKey};

impl ObjectKey {
    /// The key of a kept answer: `PATH/SHA-256.json.gz`, where the hash is that of `content` before it is compressed,
    /// in hexadecimal digits. The same content below the same path is the same object.
    ///
    /// # Errors
    /// [`KeyError`], about the path.
    pub fn of_content(path: &str, content: &[u8]) -> Result<Self, KeyError> {
        Self::parse(&format!("{path}/{}.json.gz", sha256(content)))
    }
}

/// Compresses (<https://www.rfc-editor.org/rfc/rfc1952>), as fast as it can be done. The header has neither a name nor
/// a time, so that the same bytes always become the same bytes.
///
/// # Errors
/// None that is known: it writes to memory.
pub fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn the_same_content_has_the_same_key() {
        let key = |content: &str| ObjectKey::of_content("ranking/genre=1", content.as_bytes()).unwrap();
        assert_eq!(
            key("{}").as_str(),
            "ranking/genre=1/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.json.gz"
        );
        assert_eq!(key("{}"), key("{}"));
        assert_ne!(key("{}"), key("{} "));
        assert!(ObjectKey::of_content("../up", b"{}").is_err());
    }

    #[test]
    fn the_same_bytes_become_the_same_bytes() {
        let page = r#"{"item":1}"#.repeat(1000);
        let compressed = gzip(page.as_bytes()).unwrap();
        assert_eq!(gzip(page.as_bytes()).unwrap(), compressed);
        assert!(compressed.len() < page.len() / 10, "{} bytes", compressed.len());
        let (time, name) = (&compressed[4..8], compressed[3]);
        assert_eq!((time, name), (&[0; 4][..], 0));

        let mut read = String::new();
        GzDecoder::new(compressed.as_slice()).read_to_string(&mut read).unwrap();
        assert_eq!(read, page);
    }
}
