use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::printer::Printer;

/// Where a run's JSON lines go: to stdout where the format has them, and into a file where somebody wants one.
pub(super) struct Lines {
    printer: Printer,
    /// With its name.
    file: Option<(String, File)>,
}

impl Lines {
    /// # Errors
    /// The file cannot be made.
    pub(super) fn new(printer: Printer, report: Option<&Path>) -> Result<Self, CliError> {
        let file = report.map(|path| {
            let what = path.display().to_string();
            match File::create(path) {
                Ok(file) => Ok((what, file)),
                Err(source) => Err(CliError::Write { what, source }),
            }
        });
        Ok(Self { printer, file: file.transpose()? })
    }

    /// Writes a value as an object on one line. It is made only where somebody reads it.
    pub(super) fn write<T: Serialize>(&mut self, value: impl FnOnce() -> T) -> Result<(), CliError> {
        let is_printed = matches!(self.printer.format, Format::Json | Format::Github);
        if !is_printed && self.file.is_none() {
            return Ok(());
        }
        let line = self.printer.line(&value())?;
        if is_printed {
            self.printer.out(&line)?;
        }
        if let Some((what, file)) = &mut self.file {
            let written = file.write_all(line.as_bytes());
            written.map_err(|source| CliError::Write { what: what.clone(), source })?;
        }
        Ok(())
    }
}
