use std::fmt::Write as _;

use super::{Diagnostic, Severity, Source};

/// A finding as a workflow command that annotates a line of a file, without the newline
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message>).
pub fn github_annotation(source: &Source, finding: &Diagnostic) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut line = format!("::{command} file={}", escape_property(&source.name));
    if let Some(span) = finding.span {
        let position = source.position(span.start);
        let _ = write!(line, ",line={},col={}", position.line, position.column);
    }
    let _ = write!(line, ",title={}", escape_property(finding.code));
    let mut message = finding.message.clone();
    for part in [Some(finding.label.as_str()), finding.help.as_deref()].into_iter().flatten() {
        if !part.is_empty() {
            message.push('\n');
            message.push_str(part);
        }
    }
    let _ = write!(line, "::{}", escape_data(&message));
    line
}

/// A text as the data of a workflow command, which has one line.
pub fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
