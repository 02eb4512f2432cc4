//! SHA-256 as text, to tell whether something changed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The digest of the parts, each with its length so that their borders count.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// [`sha256`] as base64url without padding, 43 characters.
pub(crate) fn sha256_text(parts: &[&[u8]]) -> String {
    URL_SAFE_NO_PAD.encode(sha256(parts))
}
