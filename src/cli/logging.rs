use std::io::{self, Write};

use indicatif::MultiProgress;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::secret::Masker;

use super::args::Global;
use super::error::CliError;
use super::printer::Printer;

/// The level that a name stands for, in the spellings that logging libraries use.
pub(super) fn level(name: &str) -> Result<LevelFilter, CliError> {
    match name.trim().to_ascii_lowercase().as_str() {
        "off" => Ok(LevelFilter::OFF),
        "error" | "critical" | "fatal" => Ok(LevelFilter::ERROR),
        "warn" | "warning" => Ok(LevelFilter::WARN),
        "info" => Ok(LevelFilter::INFO),
        "debug" => Ok(LevelFilter::DEBUG),
        "trace" => Ok(LevelFilter::TRACE),
        _ => Err(CliError::LogLevel(name.to_owned())),
    }
}

/// The level that the flags ask for, where they do.
pub(super) fn asked(global: &Global) -> Option<LevelFilter> {
    match global.verbose {
        _ if global.quiet => Some(LevelFilter::ERROR),
        0 => None,
        1 => Some(LevelFilter::DEBUG),
        _ => Some(LevelFilter::TRACE),
    }
}

/// Logs to stderr from now on, between the lines of `progress`, with secrets masked.
pub(super) fn install(level: LevelFilter, masker: Masker, progress: MultiProgress, printer: Printer) {
    let targets = tracing_subscriber::filter::Targets::new()
        .with_target("jobnet", level)
        .with_default(level.min(LevelFilter::WARN));
    let lines = tracing_subscriber::fmt::layer()
        .with_target(false)
        .with_ansi(false)
        .with_writer(MaskedStderr { masker, progress, printer });
    // A second run in one process (the quickstart's) keeps the first one's log.
    let _ = tracing_subscriber::registry().with(targets).with(lines).try_init();
}

#[derive(Clone)]
struct MaskedStderr {
    masker: Masker,
    progress: MultiProgress,
    printer: Printer,
}

impl<'a> MakeWriter<'a> for MaskedStderr {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for MaskedStderr {
    /// tracing writes a whole line at once, so that no secret is split.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let masked = self.masker.mask(&String::from_utf8_lossy(line));
        self.progress.suspend(|| self.printer.people(&masked));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
