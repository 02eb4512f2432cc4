use std::fmt::Write as _;

use serde_json::json;

use crate::lint::{PAGES, Page, page};
use crate::run::ExitCode;

use super::args::ExplainArgs;
use super::error::CliError;
use super::printer::Printer;

/// `jobnet explain`: what a code means and what to do about it, or all codes.
pub(super) fn explain(args: &ExplainArgs, printer: &Printer) -> Result<ExitCode, CliError> {
    match &args.code {
        Some(code) => {
            let page = page(code).ok_or_else(|| CliError::UnknownCode { code: code.clone() })?;
            show(&[page], page.text, printer)?;
        }
        None => show(&PAGES.iter().collect::<Vec<_>>(), &list(), printer)?,
    }
    Ok(ExitCode::Done)
}

/// Pages as JSON lines where that was asked for, else a text about them.
fn show(pages: &[&Page], text: &str, printer: &Printer) -> Result<(), CliError> {
    if !printer.json_asked {
        return printer.out(text);
    }
    pages.iter().try_for_each(|page| {
        printer
            .json(&json!({"event": "page", "code": page.code, "summary": page.summary(), "text": page.text}))
    })
}

fn list() -> String {
    let width = PAGES.iter().map(|page| page.code.len()).max().unwrap_or(0);
    PAGES.iter().fold(String::new(), |mut text, page| {
        let _ = writeln!(text, "{:width$}  {}", page.code, page.summary().replace('\n', " "));
        text
    })
}
