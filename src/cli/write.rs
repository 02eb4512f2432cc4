use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::targets::File;

use super::place::Place;

/// Who may execute a file: everybody who may.
const EXECUTE: u32 = 0o111;

/// Writes a file in one step, so that nobody ever sees half of it.
pub(super) fn write(path: &Path, file: &File) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(directory)?;
    // The process's mask takes from these what the user wants nobody to have.
    let mode = if file.executable { 0o777 } else { 0o666 };
    let mut temporary = tempfile::Builder::new()
        .prefix(".jobnet-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(directory)?;
    temporary.write_all(&file.bytes)?;
    temporary.persist(path)?;
    Ok(())
}

/// Makes a file one that can be executed, by those who can read it, or one that cannot.
pub(super) fn set_executable(path: &Path, executable: bool) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    let readable_by = (mode & 0o444) >> 2;
    let mode = if executable { mode | readable_by } else { mode & !EXECUTE };
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Removes a file, and the directories that it leaves empty.
pub(super) fn remove(path: &Path, place: &Place) -> io::Result<()> {
    fs::remove_file(path)?;
    for directory in path.ancestors().skip(1).take_while(|directory| !place.is_above(directory)) {
        // It fails where it must: at the first that holds something.
        if fs::remove_dir(directory).is_err() {
            break;
        }
    }
    Ok(())
}
