//! Where a page ended, as text that means something to the portal alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The cursor of the page which ended at this row of this table.
pub(crate) fn encode(table: &str, id: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{table} {id}"))
}

/// The row at which the page ended; `None` if the text is no cursor of this table.
pub(crate) fn decode(table: &str, cursor: &str) -> Option<i64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix(table)?.strip_prefix(' ')?.parse().ok()
}
