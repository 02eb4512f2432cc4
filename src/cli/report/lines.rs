use std::fs::File;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::outlet::Outlet;
use crate::cli::printer::Printer;

/// Where a run's JSON lines go: to stdout where the format has them, and into a file where somebody wants one.
pub(super) struct Lines {
    printer: Printer,
    /// With its name.
    file: Option<(String, Outlet)>,
}

impl Lines {
    /// # Errors
    /// The file cannot be made.
    pub(super) fn new(printer: Printer, report: Option<&Path>) -> Result<Self, CliError> {
        let file = report.map(|path| {
            let what = path.display().to_string();
            match outlet(path.to_owned()) {
                Ok(file) => Ok((what, file)),
                Err(source) => Err(CliError::Write { what, source }),
            }
        });
        Ok(Self { printer, file: file.transpose()? })
    }

    /// Writes a value as an object on one line. It is made only where somebody reads it. What cannot be written is told
    /// at the [close](Self::close).
    pub(super) fn write<T: Serialize>(&mut self, value: impl FnOnce() -> T) -> Result<(), CliError> {
        let is_printed = matches!(self.printer.format, Format::Json | Format::Github);
        if !is_printed && self.file.is_none() {
            return Ok(());
        }
        let line = self.printer.line(&value())?;
        if is_printed {
            // Where one of the two cannot be written the other still can.
            let _ = self.printer.out(&line);
        }
        if let Some((_, file)) = &self.file {
            let _ = file.write(line, None);
        }
        Ok(())
    }

    /// Waits until all lines are written, or given up.
    ///
    /// # Errors
    /// Why not all are.
    pub(super) fn close(&self, patience: impl Fn() -> Duration) -> Vec<CliError> {
        let printed = self.printer.close_within(&patience).err();
        let written = self.file.as_ref().and_then(|(what, file)| {
            file.close(&patience).err().map(|error| CliError::unwritten(what, &error))
        });
        printed.into_iter().chain(written).collect()
    }
}

/// A file that is made at once, lest a run begin whose report cannot be written; a FIFO is opened when somebody reads it.
fn outlet(path: PathBuf) -> std::io::Result<Outlet> {
    if path.metadata().is_ok_and(|file| file.file_type().is_fifo()) {
        return Outlet::new(move || File::create(path));
    }
    let file = File::create(path)?;
    Outlet::new(move || Ok(file))
}
