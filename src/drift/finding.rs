use crate::diag::{Diagnostic, Severity, Span};
use crate::targets::{OWNS, Ownership, is_seal, owned_by};

use super::{Drift, Kind, Obstacle};

/// The code of every finding about drift.
const CODE: &str = "drift";

impl Drift<'_> {
    /// The finding about the file, whose text is [`text`](Self::text); `spec` is the name of the spec's file.
    pub fn finding(&self, spec: &str) -> Diagnostic {
        let (span, label) = match self.kind {
            Kind::Stale | Kind::Edited => self.first_difference(),
            _ => (None, String::new()),
        };
        Diagnostic {
            fix: None,
            code: CODE,
            severity: Severity::Error,
            message: self.message(spec),
            span,
            label,
            help: Some(self.help(spec)),
        }
    }

    /// The text of what is there, empty for nothing and for what is no text.
    pub fn text(&self) -> &str {
        self.there.and_then(|there| there.text()).unwrap_or_default()
    }

    /// True for a copy, which has no header.
    fn is_copy(&self) -> bool {
        match self.wanted {
            Some(file) => file.ownership == Ownership::Listed,
            None => owned_by(self.text()).is_none(),
        }
    }

    fn message(&self, spec: &str) -> String {
        match &self.kind {
            Kind::Missing => format!("{spec} generates this file, and it is missing"),
            Kind::Stale if self.is_copy() => "this copy is older than what it was copied from".to_owned(),
            Kind::Stale => format!("this file is older than what {spec} generates now"),
            Kind::Edited if self.is_copy() => "this copy was changed by hand".to_owned(),
            Kind::Edited => "this file was generated, and changed by hand".to_owned(),
            Kind::Mode if self.wanted.is_some_and(|file| file.executable) => {
                "this script cannot be executed".to_owned()
            }
            Kind::Mode => "this file can be executed, and is no script".to_owned(),
            Kind::Obsolete => format!("{spec} no longer generates this file"),
            Kind::Kept => format!("{spec} no longer generates this file, which was changed by hand"),
            Kind::InTheWay(Obstacle::Foreign) => {
                format!("{spec} generates a file here, and this one is not jobnet's")
            }
            Kind::InTheWay(Obstacle::OtherSpec(other)) => {
                format!("{spec} generates a file here, and this one is generated from {other}")
            }
            Kind::InTheWay(Obstacle::NoFile(what)) => {
                format!("{spec} generates a file here, and this is {what}")
            }
        }
    }

    fn help(&self, spec: &str) -> String {
        match &self.kind {
            Kind::Missing | Kind::Stale | Kind::Mode => "run `jobnet generate`".to_owned(),
            Kind::Edited if self.is_copy() => {
                "make the change in what it is a copy of and run `jobnet generate`, which undoes it here"
                    .to_owned()
            }
            Kind::Edited => format!(
                "make the change in {spec} and run `jobnet generate`, which undoes it here; `--diff` shows all of it"
            ),
            Kind::Obsolete => "run `jobnet generate`, which removes it".to_owned(),
            Kind::Kept if self.is_copy() => "remove it, unless somebody needs it".to_owned(),
            Kind::Kept => "remove it, or make it yours by taking jobnet's header away".to_owned(),
            Kind::InTheWay(_) => "move it away, or give the target another `out`".to_owned(),
        }
    }

    /// The first line that is not as it should be, and what it should be: one that says something, where there is one.
    fn first_difference(&self) -> (Option<Span>, String) {
        let should_be = self.wanted.and_then(|file| std::str::from_utf8(&file.bytes).ok());
        let (Some(there), Some(should_be)) = (self.there.and_then(|there| there.text()), should_be) else {
            return (None, String::new());
        };
        let digests: fn(&str) -> bool = |line| is_seal(line) || line.starts_with(OWNS);
        let (span, label) =
            difference(there, should_be, digests).or_else(|| difference(there, should_be, is_seal)).unzip();
        (span, label.unwrap_or_default())
    }
}

/// The first difference between lines that are not both of those that do not matter.
fn difference(there: &str, should_be: &str, is_minor: impl Fn(&str) -> bool) -> Option<(Span, String)> {
    let mut expected = should_be.split_inclusive('\n');
    let mut start = 0;
    for line in there.split_inclusive('\n') {
        let should_be = expected.next();
        let are_minor = is_minor(line) && should_be.is_some_and(&is_minor);
        if should_be != Some(line) && !are_minor {
            let indent = line.len() - line.trim_start().len();
            let span = Span::new(start + indent, (start + indent).max(start + line.trim_end().len()));
            return Some((span, expectation(should_be)));
        }
        start += line.len();
    }
    expected.next().map(|line| (Span::new(start, start), expectation(Some(line))))
}

fn expectation(line: Option<&str>) -> String {
    match line.map(str::trim) {
        None => "expected the end of the file".to_owned(),
        Some("") => "expected an empty line".to_owned(),
        Some(line) => format!("expected `{line}`"),
    }
}
