use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// Puts a text in a file's place, whole or not at all. The file keeps its permissions; where it is a link, what it leads
/// to is replaced.
///
/// # Errors
/// The directory or the file cannot be written; the file is as it was then.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut new = NamedTempFile::new_in(directory)?;
    new.write_all(text.as_bytes())?;
    new.as_file().set_permissions(path.metadata()?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(&path).map_err(|error| error.error)?;
    Ok(())
}
