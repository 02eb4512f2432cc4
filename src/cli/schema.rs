use crate::run::ExitCode;
use crate::spec;

use super::error::CliError;
use super::printer::Printer;

/// `jobnet schema`: prints the JSON Schema of a spec.
pub(super) fn schema(printer: &Printer) -> Result<ExitCode, CliError> {
    let text = serde_json::to_string_pretty(&spec::json_schema())
        .map_err(|error| CliError::Write { what: "the schema".to_owned(), source: error.into() })?;
    printer.out(&format!("{text}\n"))?;
    Ok(ExitCode::Done)
}
