use super::{Diagnostic, Findings, Source, Span};

/// What begins the text of a comment that allows findings.
const OPENING: &str = "jobnet: allow(";

/// A code in a comment `# jobnet: allow(code, code) why`: its findings on one line are meant as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The code.
    pub code: String,
    /// Where it stands.
    pub place: Span,
    /// Why its findings are meant; empty where nothing is said, and then nothing is allowed.
    pub why: String,
    /// The line whose findings it leaves out.
    line: usize,
    /// True once it has left out a finding.
    pub is_used: bool,
}

/// What the comments of a text allow.
///
/// A comment at the end of a line speaks of that line; one that stands alone, of the next line that is no comment. A
/// `#` begins a comment where a blank is before it, as in YAML (<https://yaml.org/spec/1.2.2/#66-comments>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allows(Vec<Allow>);

impl Allows {
    /// Reads the comments of a text; in these places of it, in their order, nothing is one.
    pub fn read(source: &Source, texts: &[Span]) -> Self {
        let is_text = |at: usize| {
            let before = texts[..texts.partition_point(|span| span.start <= at)].last();
            before.is_some_and(|span| at < span.end)
        };
        let mut allows = Vec::new();
        // Those that stand alone, until the line comes that they speak of.
        let mut waiting = Vec::new();
        let mut start = 0;
        for (index, line) in source.text.split_inclusive('\n').enumerate() {
            let indent = line.len() - line.trim_start().len();
            let stands_alone = line[indent..].starts_with('#') && !is_text(start + indent);
            let mut found = read_line(line, start, is_text);
            waiting.append(&mut found);
            if !stands_alone {
                waiting.iter_mut().for_each(|allow: &mut Allow| allow.line = index + 1);
                allows.append(&mut waiting);
            }
            start += line.len();
        }
        allows.append(&mut waiting);
        Self(allows)
    }

    /// Leaves out the findings that are allowed where they stand, of those of which `can_be` is true.
    pub fn sift(&mut self, source: &Source, findings: &mut Findings, can_be: impl Fn(&Diagnostic) -> bool) {
        findings.retain(|finding| {
            let Some(span) = finding.span.filter(|_| can_be(finding)) else {
                return true;
            };
            !self.allow(source, finding.code, span)
        });
    }

    /// True where findings of a code are allowed on the line of a place, of which note is taken.
    pub fn allow(&mut self, source: &Source, code: &str, place: Span) -> bool {
        let line = source.position(place.start).line;
        let here = self.0.iter_mut().filter(|allow| allow.line == line && allow.code == code);
        let mut is_allowed = false;
        for allow in here.filter(|allow| !allow.why.is_empty()) {
            allow.is_used = true;
            is_allowed = true;
        }
        is_allowed
    }

    /// All codes of all comments, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Allow> {
        self.0.iter()
    }
}

/// The codes of a line's comment; `start` is where the line begins.
fn read_line(line: &str, start: usize, is_text: impl Fn(usize) -> bool) -> Vec<Allow> {
    let comment = line.match_indices('#').find_map(|(at, _)| {
        let begins = line[..at].chars().next_back().is_none_or(char::is_whitespace);
        let text = line[at + 1..].trim_start();
        (begins && text.starts_with(OPENING) && !is_text(start + at))
            .then(|| line.len() - text.len() + OPENING.len())
    });
    let Some(from) = comment else {
        return Vec::new();
    };
    let Some(to) = line[from..].find(')').map(|at| from + at) else {
        return Vec::new();
    };
    let why = line[to + 1..].trim();
    let mut at = from;
    let mut allows = Vec::new();
    for part in line[from..to].split(',') {
        let code = part.trim();
        let begin = start + at + (part.len() - part.trim_start().len());
        let place = Span::new(begin, begin + code.len());
        at += part.len() + 1;
        allows.push(Allow { code: code.to_owned(), place, why: why.to_owned(), line: 0, is_used: false });
    }
    allows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes that are allowed in a text, with their lines, and the text at their places.
    fn read(text: &str) -> Vec<(String, usize, String)> {
        let source = Source::new("x", text);
        let allows = Allows::read(&source, &[]);
        allows
            .iter()
            .map(|allow| (allow.code.clone(), allow.line, source.slice(allow.place).to_owned()))
            .collect()
    }

    #[test]
    fn a_comment_speaks_of_its_line_or_of_the_next_that_is_no_comment() {
        let text = "\
a: 1  # jobnet: allow(one, two) why
  # jobnet: allow(three) why
# more words
b: 2#jobnet: allow(none) why
";
        let expected = [("one", 1), ("two", 1), ("three", 4)];
        let expected: Vec<_> =
            expected.map(|(code, line)| (code.to_owned(), line, code.to_owned())).into_iter().collect();
        assert_eq!(read(text), expected);
    }

    #[test]
    fn a_comment_without_its_brackets_allows_nothing() {
        assert!(read("a: 1 # jobnet: allow one\nb: 1 # jobnet: allow(one why\n").is_empty());
    }
}
