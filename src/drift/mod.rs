//! Drift: where the files on disk are not those that a spec generates.
//!
//! Writing does nothing but mend drift, and checking nothing but report it, so that the two cannot disagree.

mod compare;
mod diff;
mod finding;

pub use compare::compare;

use std::collections::BTreeMap;

use crate::targets::File;

/// What stands on disk, by paths from the spec's directory, with `/` between the parts.
pub type Tree = BTreeMap<String, Existing>;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existing {
    /// A file.
    File {
        /// What is in it.
        bytes: Vec<u8>,
        /// True where it can be started.
        executable: bool,
    },
    /// Something else, said with its article: `a directory`.
    Other(&'static str),
}

impl Existing {
    /// The text of a file; `None` for what is no text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::File { bytes, .. } => std::str::from_utf8(bytes).ok(),
            Self::Other(_) => None,
        }
    }
}

/// One path at which the disk is not what the spec generates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift<'a> {
    /// The path.
    pub path: &'a str,
    /// What the matter is.
    pub kind: Kind,
    /// What is there; `None` for nothing.
    pub there: Option<&'a Existing>,
    /// What should be there; `None` for nothing.
    pub wanted: Option<&'a File>,
}

/// What the matter is with a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A generated file that is not there.
    Missing,
    /// A file that is as it was generated, before the spec or jobnet changed.
    Stale,
    /// A file that was changed by hand.
    Edited,
    /// A file that can be started and should not, or the other way round.
    Mode,
    /// A file that is as it was generated, and no longer is.
    Obsolete,
    /// A file that is no longer generated, and was changed by hand: nobody but its owner can say whether to remove it.
    Kept,
    /// Something that jobnet did not put there, where a file must be.
    InTheWay(Obstacle),
}

/// What is in the way of a generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// A file without a header.
    Foreign,
    /// A file that another spec generates.
    OtherSpec(String),
    /// No file, said with its article: `a directory`.
    NoFile(&'static str),
}
