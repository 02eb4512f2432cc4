use super::leaf::{PatternText, Spanned};
use super::record::record;

record! {
    /// Keeps every page that is read, as it came: compressed, under the hash of its content, never overwritten.
    KeepSpec is "`keep`"
    required {
        /// Below which path. `.` is the row of `for_each`.
        path: PatternText,
    }
    optional {
        /// Which store. May be left out where there is only one.
        store: Spanned<String>,
    }
}
