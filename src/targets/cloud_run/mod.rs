use crate::diag::Findings;
use crate::plan::{CloudRun, Plans};

use super::file_set::FileSet;
use super::ledger::Entry;
use super::origin::Origin;

/// What each feature of the plans is there.
pub(super) fn ledger(_: &CloudRun, _: &Plans) -> Vec<Entry> {
    Vec::new()
}

/// The files.
///
/// # Errors
/// What its engine refuses, at its place in the spec.
pub(super) fn render(target: &CloudRun, _: &Plans, _: &Origin) -> Result<FileSet, Findings> {
    Ok(FileSet::new(target.out.value.clone()))
}
