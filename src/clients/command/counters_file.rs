use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rustix::fs::{Mode, OFlags, open};
use tempfile::NamedTempFile;
use thiserror::Error;

/// A file of counters is a few lines; more than this is not one.
const LARGEST: u64 = 1024 * 1024;

/// A fresh file, to which a process may write counters. It is removed when this is dropped.
#[derive(Debug)]
pub struct CountersFile(NamedTempFile);

/// Why there are no counters from a file.
#[derive(Debug, Error)]
pub enum CountersFileError {
    /// It could not be made.
    #[error(
        "the file for counters could not be made ({0}); TMPDIR must name a directory that can be written to"
    )]
    Create(#[source] io::Error),
    /// It could not be read.
    #[error("the file for counters could not be read ({0})")]
    Read(#[source] io::Error),
    /// Something else stands in its place, from which reading might not end.
    #[error(
        "the file for counters is no regular file any more: write to it, and make nothing else in its place"
    )]
    NotAFile,
    /// It is too large.
    #[error("the file for counters has more than 1 MiB")]
    TooLarge,
}

impl CountersFile {
    /// Makes one in the directory for temporary files.
    ///
    /// # Errors
    /// [`CountersFileError::Create`].
    pub fn create() -> Result<Self, CountersFileError> {
        let file = tempfile::Builder::new().prefix("jobnet-counters-").tempfile();
        file.map(Self).map_err(CountersFileError::Create)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// What was written to it, under its name: a program may have put another file in its place. Empty where it was
    /// removed.
    ///
    /// # Errors
    /// [`CountersFileError`].
    pub fn text(&self) -> Result<String, CountersFileError> {
        // A FIFO that nobody writes to would keep who opens it otherwise.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = match open(self.path(), flags, Mode::empty()).map_err(io::Error::from) {
            Ok(file) => File::from(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
            Err(error) => return Err(CountersFileError::Read(error)),
        };
        if !file.metadata().map_err(CountersFileError::Read)?.is_file() {
            return Err(CountersFileError::NotAFile);
        }
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(CountersFileError::Read)?;
        if bytes.len() as u64 > LARGEST {
            return Err(CountersFileError::TooLarge);
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
