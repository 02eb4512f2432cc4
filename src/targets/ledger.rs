use crate::diag::Span;

use super::target::Target;

/// What a feature of the spec is on a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The target.
    pub target: Target,
    /// The stage that has the feature; `None` for the whole net.
    pub stage: Option<String>,
    /// The environment; `None` where it is the same in all.
    pub env: Option<String>,
    /// The feature, as the spec's key where it has one: `overlap: forbid`, say.
    pub feature: String,
    /// Whether the target has it.
    pub standing: Standing,
    /// Where the spec asks for it.
    pub place: Span,
}

/// Whether a target has a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The engine does just that.
    Exact,
    /// Something near it, or the same by other means.
    Emulated {
        /// How, in a clause.
        how: String,
    },
    /// Nothing that would do: an error.
    Impossible {
        /// Why, in a clause.
        why: String,
        /// What to do about it.
        instead: String,
    },
}
