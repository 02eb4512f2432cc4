use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Findings, Severity, Source};

/// The findings as text for people: each with file, line, column, the source line and what to do.
///
/// `color` switches the ANSI styles. The text ends in a newline unless there is nothing to show.
pub fn render(source: &Source, findings: &Findings, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for finding in findings.sorted() {
        text.push_str(&renderer.render(&[report(source, finding)]));
        text.push_str("\n\n");
    }
    if text.ends_with("\n\n") {
        text.pop();
    }
    text
}

fn report<'a>(source: &'a Source, finding: &'a Diagnostic) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code);
    let mut group = match finding.span {
        Some(span) => {
            let end = span.end.min(source.text.len());
            let start = span.start.min(end);
            let label = (!finding.label.is_empty()).then_some(finding.label.as_str());
            title.element(
                Snippet::source(source.text.as_str())
                    .path(source.name.as_str())
                    .annotation(AnnotationKind::Primary.span(start..end).label(label)),
            )
        }
        None => title.element(annotate_snippets::Origin::path(source.name.as_str())),
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}
