use crate::clients::built_in_roots;
use crate::run::ExitCode;

use super::error::CliError;
use super::printer::Printer;

/// `jobnet roots`: prints the certificates that jobnet trusts, as a file for programs that bring none.
pub(super) fn roots(printer: &Printer) -> Result<ExitCode, CliError> {
    printer.out(&built_in_roots())?;
    Ok(ExitCode::Done)
}
