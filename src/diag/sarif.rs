use serde_json::json;
use serde_sarif::sarif;

use super::{Diagnostic, Findings, Fix, Severity, Source, Span};

/// Where the schema of the format lies (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/>).
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What a reader of findings is told of a code.
#[derive(Debug, Clone, Copy)]
pub struct SarifRule<'a> {
    /// The code.
    pub code: &'a str,
    /// What it means, in a sentence.
    pub summary: &'a str,
    /// The whole page, in Markdown.
    pub page: &'a str,
}

/// Findings of several sources as one document of SARIF 2.1.0, indented, without the last newline.
///
/// `rules` are those that may be reported; the document names the ones that are. Columns count characters.
pub fn sarif(version: &str, files: &[(&Source, &Findings)], rules: &[SarifRule<'_>]) -> String {
    let findings: Vec<(&Source, &Diagnostic)> = files
        .iter()
        .flat_map(|(source, findings)| findings.sorted().into_iter().map(move |finding| (*source, finding)))
        .collect();
    let named: Vec<&SarifRule<'_>> =
        rules.iter().filter(|rule| findings.iter().any(|(_, finding)| finding.code == rule.code)).collect();
    let driver = sarif::ToolComponent::builder()
        .name("jobnet")
        .version(version)
        .rules(named.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>())
        .build();
    let results = findings.iter().map(|(source, finding)| {
        let index = named.iter().position(|rule| rule.code == finding.code);
        result(source, finding, index)
    });
    let run = sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver).build())
        .column_kind(json!("unicodeCodePoints"))
        .results(results.collect::<Vec<_>>())
        .build();
    let document = sarif::Sarif::builder().version(json!("2.1.0")).schema(SCHEMA).runs(vec![run]).build();
    // The document holds only strings and numbers, which always serialise.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn descriptor(rule: &SarifRule<'_>) -> sarif::ReportingDescriptor {
    let text = |text: &str| sarif::MultiformatMessageString::builder().text(text).build();
    let page = sarif::MultiformatMessageString::builder().text(rule.page).markdown(rule.page).build();
    sarif::ReportingDescriptor::builder()
        .id(rule.code)
        .short_description(text(rule.summary))
        .help(page)
        .build()
}

fn result(source: &Source, finding: &Diagnostic, rule: Option<usize>) -> sarif::Result {
    let level = match finding.severity {
        Severity::Error => sarif::ResultLevel::Error,
        Severity::Warning => sarif::ResultLevel::Warning,
    };
    let mut text = finding.message.clone();
    for part in [Some(finding.label.as_str()), finding.help.as_deref()].into_iter().flatten() {
        if !part.is_empty() {
            text.push('\n');
            text.push_str(part);
        }
    }
    let mut place = sarif::PhysicalLocation::builder().artifact_location(artifact(source)).build();
    place.region = finding.span.map(|span| region(source, span));
    let mut result = sarif::Result::builder()
        .rule_id(finding.code)
        .level(level)
        .message(sarif::Message::builder().text(text).build())
        .locations(vec![sarif::Location::builder().physical_location(place).build()])
        .build();
    result.rule_index = rule.and_then(|index| i64::try_from(index).ok());
    result.fixes = finding.fix.as_ref().map(|fix| vec![change(source, finding, fix)]);
    result
}

fn change(source: &Source, finding: &Diagnostic, fix: &Fix) -> sarif::Fix {
    let (span, inserted) = source.replacement(fix);
    let replacement = sarif::Replacement::builder()
        .deleted_region(region(source, span))
        .inserted_content(sarif::ArtifactContent::builder().text(inserted).build())
        .build();
    let change = sarif::ArtifactChange::builder()
        .artifact_location(artifact(source))
        .replacements(vec![replacement])
        .build();
    let mut fix = sarif::Fix::builder().artifact_changes(vec![change]).build();
    fix.description = finding.help.as_deref().map(sarif::Message::from);
    fix
}

/// The file by its name as a relative reference of a URI (<https://www.rfc-editor.org/rfc/rfc3986#section-4.2>).
fn artifact(source: &Source) -> sarif::ArtifactLocation {
    let encoded = source.name.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    sarif::ArtifactLocation::builder().uri(encoded.collect::<String>()).build()
}

/// A span as lines and columns; the end is exclusive in both.
fn region(source: &Source, span: Span) -> sarif::Region {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (start, end) = (source.position(span.start), source.position(span.end));
    sarif::Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.column))
        .end_line(number(end.line))
        .end_column(number(end.column))
        .build()
}
