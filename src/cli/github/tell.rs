//! What is told of a run beside its JSON lines: sentences to people, and both to a step of GitHub Actions.

use super::super::args::Format;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::super::report::step::{add_to_summary, in_markdown, set_outputs};

/// Says something of what is at a URL, to people and to a step.
pub(super) fn say(sentence: &str, url: &str, printer: &Printer) -> Result<(), CliError> {
    say_to_people(sentence, url, printer);
    note(sentence, url, printer)
}

/// Says it to people alone.
pub(super) fn say_to_people(sentence: &str, url: &str, printer: &Printer) {
    if printer.format != Format::Json && !printer.quiet {
        printer.people(format!("{sentence}: {url}\n"));
    }
}

/// Says it in the job summary of a step alone.
pub(super) fn note(sentence: &str, url: &str, printer: &Printer) -> Result<(), CliError> {
    if printer.format == Format::Github {
        add_to_summary(&format!("{}: <{url}>\n\n", in_markdown(sentence)))?;
    }
    Ok(())
}

/// Hands on which run it is as outputs of a step: as soon as that is known, so that they are there however the command ends.
pub(super) fn hand_on(run: Option<u64>, url: &str, printer: &Printer) -> Result<(), CliError> {
    if printer.format != Format::Github {
        return Ok(());
    }
    let run = run.map(|run| run.to_string()).unwrap_or_default();
    set_outputs(&[("run_id", run), ("url", url.to_owned())])
}
