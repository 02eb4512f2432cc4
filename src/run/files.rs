use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

/// The files that a spec names, by their paths from its directory. Whoever starts a run says where that is: the engine
/// opens none by itself.
pub trait Files: Send + Sync {
    /// Opens a file.
    ///
    /// # Errors
    /// That of the file system.
    fn open(&self, name: &str) -> io::Result<Box<dyn BufRead + Send>>;

    /// The names of the files in a directory, in no order.
    ///
    /// # Errors
    /// That of the file system.
    fn list(&self, directory: &str) -> io::Result<Vec<String>>;

    /// Where the spec's directory is, for what opens files of its own: databases and stores.
    fn base(&self) -> &Path;
}

/// The files of a run.
pub type SpecFiles = Arc<dyn Files>;
