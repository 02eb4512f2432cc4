use crate::clients::database::changes::Changes;

use super::parts::Refused;

/// What attempts at a commit have found out, for the next one.
pub(super) struct Known {
    /// The rows of each table that the database refuses.
    pub(super) refused: Vec<Refused>,
    /// How early constraints are checked.
    pub(super) checks: Checks,
}

/// When constraints are checked that the database would check at the commit. Rows that refer to each other, or swap
/// values, are valid together only, so that the checks come as late as they can still tell which rows are bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Checks {
    /// All of them when everything is written.
    AtEnd,
    /// Foreign keys and what is unique when everything is written, the others with each part of the rows.
    OthersAtOnce,
    /// All of them with each part of the rows.
    AtOnce,
}

impl Known {
    pub(super) fn new(changes: &Changes) -> Self {
        Self { refused: vec![Refused::new(); changes.tables.len()], checks: Checks::AtEnd }
    }

    /// Checks earlier from now on; false where nothing is earlier.
    pub(super) fn check_earlier(&mut self) -> bool {
        let earlier = match self.checks {
            Checks::AtEnd => Checks::OthersAtOnce,
            Checks::OthersAtOnce => Checks::AtOnce,
            Checks::AtOnce => return false,
        };
        self.checks = earlier;
        true
    }
}
