use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::diag::{Allows, Diagnostic, Severity, Source};
use crate::plan::{self, Plans};
use crate::run::Files;
use crate::spec;

use super::error::CliError;
use super::printer::Printer;

/// What a spec is called where nobody says otherwise.
pub(super) const SPEC_FILE: &str = "jobnet.yaml";

/// Where the spec is: where it is said to be, or here or above.
pub(super) fn spec_path(spec: Option<&Path>) -> Result<PathBuf, CliError> {
    spec.map_or_else(search, |path| Ok(path.to_owned()))
}

/// The files beside a spec.
pub(super) struct Beside(PathBuf);

impl Beside {
    pub(super) fn of(spec: &Path) -> Self {
        Self(spec.parent().map(Path::to_owned).unwrap_or_default())
    }
}

impl Files for Beside {
    fn open(&self, name: &str) -> io::Result<Box<dyn BufRead + Send>> {
        Ok(Box::new(BufReader::new(File::open(self.0.join(name))?)))
    }

    fn list(&self, directory: &str) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(self.0.join(directory))?;
        let files = entries.filter_map(|entry| match entry {
            Ok(entry) if entry.path().is_file() => Some(Ok(entry.file_name().to_string_lossy().into_owned())),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        });
        files.collect()
    }

    fn base(&self) -> &Path {
        &self.0
    }
}

/// The text of a spec.
pub(super) fn read(path: &Path) -> Result<Source, CliError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| CliError::ReadSpec { path: path.to_owned(), source })?;
    Ok(Source::new(path.display().to_string(), text))
}

/// Reads the spec and decides its plans, with all findings printed.
pub(super) fn plans(path: &Path, printer: &Printer) -> Result<Plans, CliError> {
    plans_of(&read(path)?, path, printer)
}

/// Decides the plans of a spec that was read from a path, with all findings printed.
pub(super) fn plans_of(source: &Source, path: &Path, printer: &Printer) -> Result<Plans, CliError> {
    let (spec, mut findings) = spec::parse(source.clone());
    let mut allows = Allows::read(source, spec.as_ref().map_or(&[], |spec| spec.texts()));
    let plans = spec.and_then(|spec| {
        let (plans, of_plan) = plan::resolve(&spec);
        findings.extend(of_plan);
        plans
    });
    let is_warning = |finding: &Diagnostic| finding.severity == Severity::Warning;
    allows.sift(source, &mut findings, is_warning);
    printer.findings(source, &findings)?;
    match plans {
        Some(plans) if !findings.has_errors() => Ok(plans),
        _ => Err(CliError::BadSpec { path: path.to_owned(), count: findings.count(Severity::Error) }),
    }
}

fn search() -> Result<PathBuf, CliError> {
    let from = std::env::current_dir().map_err(CliError::Setup)?;
    let found = from.ancestors().map(|directory| directory.join(SPEC_FILE)).find(|path| path.is_file());
    // The name is shown in findings, and a relative one is shorter.
    let found = found.map(|path| path.strip_prefix(&from).map(Path::to_owned).unwrap_or(path));
    found.ok_or(CliError::NoSpec { from })
}
