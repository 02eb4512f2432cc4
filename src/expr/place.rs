/// Where a text stands, which decides what may be in it and how a computed piece is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Anywhere: `${NAME}` only.
    Plain,
    /// A URL's path: `{jq}` too, percent-encoded as one segment's part
    /// (<https://www.rfc-editor.org/rfc/rfc3986#section-3.3>).
    Path,
    /// A query value: `{jq}` too; the client encodes the whole value.
    Query,
    /// A word of a command: `{jq}` too, and the word stays one whatever that gives.
    Word,
}
