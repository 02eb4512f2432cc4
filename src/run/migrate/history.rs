use thiserror::Error;

use crate::clients::Applied;

use super::file::File;

/// Why the files are not those that a database's migrations came from.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum HistoryError {
    /// A file was changed after it was applied.
    #[error(
        "{0} was changed after it was applied: undo that, and write a new migration with what it was to change"
    )]
    Edited(String),
    /// A file is gone that was applied.
    #[error("version {} was applied, and no file is called so: bring the file back, or run from where it is", .0.join(", "))]
    Gone(Vec<String>),
}

/// The files that are still to be applied. One that is older than what was applied is among them: two branches each added
/// one.
///
/// # Errors
/// [`HistoryError`].
pub(super) fn pending<'f>(files: &'f [File], applied: &[Applied]) -> Result<Vec<&'f File>, HistoryError> {
    let mut gone: Vec<String> = Vec::new();
    for Applied { version, checksum } in applied {
        match files.iter().find(|file| file.migration.version == *version) {
            None => gone.push(version.clone()),
            Some(file)
                if checksum.as_ref().is_some_and(|record| !file.migration.checksum.matches(record)) =>
            {
                return Err(HistoryError::Edited(file.source.name.clone()));
            }
            Some(_) => {}
        }
    }
    if !gone.is_empty() {
        gone.sort();
        return Err(HistoryError::Gone(gone));
    }
    let is_new = |file: &&File| !applied.iter().any(|applied| applied.version == file.migration.version);
    Ok(files.iter().filter(is_new).collect())
}
