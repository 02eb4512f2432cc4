use std::path::Path;

use super::error::CliError;

/// A directory that a command writes into, and never makes: a path that was mistyped should be seen.
pub(super) fn existing(path: &Path) -> Result<&Path, CliError> {
    if path.is_dir() { Ok(path) } else { Err(CliError::NoDirectory { path: path.to_owned() }) }
}
