use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::Builder;

use crate::run::ExitCode;

use super::args::InstallArgs;
use super::directory::existing;
use super::error::CliError;
use super::printer::Printer;

/// `jobnet install`: copies the running binary into a directory, whole or not at all.
pub(super) fn install(args: &InstallArgs, printer: &Printer) -> Result<ExitCode, CliError> {
    let directory = existing(&args.to)?;
    let mut binary =
        std::env::current_exe().and_then(File::open).map_err(|source| CliError::OwnBinary { source })?;
    let path = directory.join("jobnet");
    copy(&mut binary, directory, &path)
        .map_err(|source| CliError::Write { what: path.display().to_string(), source })?;
    if !printer.quiet {
        printer.people(format!("installed jobnet {} as {}\n", env!("CARGO_PKG_VERSION"), path.display()));
    }
    Ok(ExitCode::Done)
}

fn copy(binary: &mut File, directory: &Path, path: &Path) -> io::Result<()> {
    let mut file = Builder::new().prefix(".jobnet-").tempfile_in(directory)?;
    io::copy(binary, file.as_file_mut())?;
    // Whatever the umask is.
    file.as_file().set_permissions(Permissions::from_mode(0o755))?;
    // Closed before it has its name: what is open for writing cannot be run (execve(2), ETXTBSY).
    file.into_temp_path().persist(path).map_err(|failed| failed.error)
}
