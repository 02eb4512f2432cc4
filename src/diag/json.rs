use serde::Serialize;

use super::{Diagnostic, Source};

/// The shape in which a finding is printed under `--format json`; users rely on its field names.
#[derive(Serialize)]
struct JsonFinding<'a> {
    event: &'static str,
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "str::is_empty")]
    expected: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// A finding as one JSON object on one line, without the newline.
pub fn json_line(source: &Source, finding: &Diagnostic) -> String {
    let position = finding.span.map(|span| source.position(span.start));
    let shape = JsonFinding {
        event: "finding",
        code: finding.code,
        severity: finding.severity.as_str(),
        message: &finding.message,
        file: &source.name,
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
        expected: &finding.label,
        help: finding.help.as_deref(),
    };
    // The shape holds only strings and numbers, which always serialise.
    serde_json::to_string(&shape).unwrap_or_default()
}
