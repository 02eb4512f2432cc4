use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::task::spawn_blocking;

use super::Put;
use super::error::StoreError;
use super::key::ObjectKey;

/// Where files are written before they are objects: below the root, so that a rename makes them visible, and hidden, so
/// that no key leads there.
const INCOMING: &str = ".incoming";

/// What a run that was killed left in [`INCOMING`] is removed after this time; no write takes that long.
const ABANDONED: Duration = Duration::from_hours(24);

/// An object is not to be written to.
const MODE: u32 = 0o444;

/// A directory.
#[derive(Debug, Clone)]
pub(super) struct FileStore {
    root: Arc<Path>,
}

impl FileStore {
    /// The directory need not be there yet.
    pub(super) async fn open(root: PathBuf) -> Result<Self, StoreError> {
        let store = Self { root: root.into() };
        store.with(PathBuf::from(INCOMING), |_, incoming| remove_abandoned(incoming)).await?;
        Ok(store)
    }

    pub(super) async fn put_new(&self, key: &ObjectKey, bytes: Bytes) -> Result<Put, StoreError> {
        self.with(key.as_str().into(), move |root, path| put_new(root, path, &bytes)).await
    }

    pub(super) async fn contains(&self, key: &ObjectKey) -> Result<bool, StoreError> {
        let found = self.with(key.as_str().into(), |_, path| absent_as_none(fs::metadata(path))).await?;
        Ok(found.is_some_and(|metadata| metadata.is_file()))
    }

    pub(super) async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError> {
        let read = self.with(key.as_str().into(), |_, path| absent_as_none(fs::read(path))).await?;
        Ok(read.map(Bytes::from))
    }

    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<ObjectKey>, StoreError> {
        // Only the directory that all such keys share is walked.
        let directory = prefix.rsplit_once('/').map(|(directory, _)| ObjectKey::parse(directory));
        let directory = match directory {
            None => PathBuf::new(),
            Some(Ok(directory)) => directory.as_str().into(),
            // Nothing begins with what cannot begin a key.
            Some(Err(_)) => return Ok(Vec::new()),
        };
        let mut keys = self.with(directory, keys_below).await?;
        keys.retain(|key| key.as_str().starts_with(prefix));
        Ok(keys)
    }

    pub(super) async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        self.with(key.as_str().into(), |_, path| absent_as_none(fs::remove_file(path))).await.map(drop)
    }

    /// Does what blocks on a thread for it, with the root and a path below it, which an error names.
    async fn with<T, F>(&self, below: PathBuf, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Path, &Path) -> io::Result<T> + Send + 'static,
    {
        let (root, path) = (Arc::clone(&self.root), self.root.join(below));
        let named = path.clone();
        let done = spawn_blocking(move || work(&root, &path)).await;
        done.map_err(io::Error::other).flatten().map_err(|source| StoreError::File { path: named, source })
    }
}

/// The file is complete and on the disk before it has its name, and its name is on the disk before it is reported.
fn put_new(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<Put> {
    if path.is_file() {
        return Ok(Put::AlreadyThere);
    }
    let incoming = root.join(INCOMING);
    create_directories(&incoming)?;
    let directory = path.parent().unwrap_or(root);
    create_directories(directory)?;
    let mut file =
        tempfile::Builder::new().permissions(Permissions::from_mode(MODE)).tempfile_in(incoming)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => sync(directory).map(|()| Put::Created),
        Err(_) if path.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Put::AlreadyThere),
        Err(error) => Err(error.error),
    }
}

/// Makes a directory and those above it, each of them on the disk.
fn create_directories(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    let parent = match directory.parent() {
        // A relative path's first directory is in the current one.
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Ok(()),
    };
    create_directories(parent)?;
    match fs::create_dir(directory) {
        // Another writer made it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync(parent),
    }
}

/// Has the names in a directory written to the disk.
fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// The keys of the files below a directory. What has a name that no key has is passed over.
fn keys_below(root: &Path, directory: &Path) -> io::Result<Vec<ObjectKey>> {
    let mut keys = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in absent_as_none(fs::read_dir(directory))?.into_iter().flatten() {
            let entry = entry?;
            let path = entry.path();
            let text = path.strip_prefix(root).ok().and_then(Path::to_str);
            let Some(key) = text.and_then(|text| ObjectKey::parse(text).ok()) else { continue };
            match entry.file_type()? {
                kind if kind.is_dir() => directories.push(path),
                kind if kind.is_file() => keys.push(key),
                _ => {}
            }
        }
    }
    Ok(keys)
}

fn remove_abandoned(incoming: &Path) -> io::Result<()> {
    let now = SystemTime::now();
    for entry in absent_as_none(fs::read_dir(incoming))?.into_iter().flatten() {
        let path = entry?.path();
        let Some(metadata) = absent_as_none(fs::metadata(&path))? else { continue };
        // A clock that was set back makes a file younger, not older.
        if now.duration_since(metadata.modified()?).is_ok_and(|age| age > ABANDONED) {
            absent_as_none(fs::remove_file(path))?;
        }
    }
    Ok(())
}

/// What is not there is no error; nor is it there where what should be a directory is a file.
fn absent_as_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => Ok(None),
            _ => Err(error),
        },
    }
}
