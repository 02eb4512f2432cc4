use crate::secret::Masker;

/// A longer line is passed on in pieces.
const LONGEST: usize = 16 * 1024;

/// So much of a line that is too long is looked at beyond the cut, lest it go through a secret.
const LOOKAHEAD: usize = 4 * 1024;

/// Makes lines of a stream's bytes: ended by a line feed or a carriage return, invalid UTF-8 shown as U+FFFD, secrets
/// masked, and none longer than can be printed at once.
#[derive(Debug)]
pub struct Lines {
    masker: Masker,
    open: Vec<u8>,
    after_return: bool,
}

impl Lines {
    /// Lines in which `masker` hides secrets.
    pub fn new(masker: Masker) -> Self {
        Self { masker, open: Vec::new(), after_return: false }
    }

    /// The lines that these bytes complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (text, end) = match piece.split_last() {
                Some((end @ (b'\n' | b'\r'), text)) => (text, Some(*end)),
                _ => (piece, None),
            };
            let is_one_end = self.after_return && text.is_empty() && end == Some(b'\n');
            self.after_return = end == Some(b'\r');
            if is_one_end {
                continue;
            }
            self.open.extend_from_slice(text);
            while self.open.len() > LONGEST + LOOKAHEAD {
                lines.push(self.cut());
            }
            if end.is_some() {
                lines.push(self.close());
            }
        }
        lines
    }

    /// The line that was never ended, if there is one.
    pub fn finish(&mut self) -> Option<String> {
        (!self.open.is_empty()).then(|| self.close())
    }

    fn close(&mut self) -> String {
        let text = String::from_utf8_lossy(&self.open).into_owned();
        self.open.clear();
        self.masker.mask(&text)
    }

    /// The beginning of an open line that is too long.
    fn cut(&mut self) -> String {
        let masked = |bytes: &[u8]| self.masker.mask(&String::from_utf8_lossy(bytes));
        let whole = masked(&self.open);
        let is_good = |at: &usize| masked(&self.open[..*at]) + &masked(&self.open[*at..]) == whole;
        let at = (LONGEST - LOOKAHEAD..=LONGEST).rev().find(is_good).unwrap_or(LONGEST);
        let text = masked(&self.open[..at]);
        self.open.drain(..at);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let masker = Masker::default();
        masker.add("s3cret-value");
        let mut lines = Lines::new(masker);
        let mut all: Vec<String> = chunks.iter().flat_map(|chunk| lines.push(chunk)).collect();
        all.extend(lines.finish());
        all
    }

    #[test]
    fn lines_end_where_they_end_however_they_arrive() {
        assert_eq!(lines(&[b"a\nb", b"c\r", b"\nd\re\n\nf"]), ["a", "bc", "d", "e", "", "f"]);
        assert_eq!(lines(&[]), [""; 0]);
    }

    #[test]
    fn invalid_utf8_is_shown_and_a_letter_in_two_chunks_is_one() {
        assert_eq!(lines(&[b"a\xffb\xc3", b"\xbc\n"]), ["a\u{fffd}bü"]);
    }

    #[test]
    fn a_line_that_is_too_long_comes_in_pieces_and_no_cut_goes_through_a_secret_or_a_letter() {
        let head = "x".repeat(LONGEST - 5);
        let line = format!("{head}s3cret-value{}s3cret", "ü".repeat(LONGEST));
        let pieces = lines(&[line.as_bytes()]);
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.len() <= LONGEST + LOOKAHEAD));
        assert_eq!(pieces.concat(), line.replace("s3cret-value", "***"));
    }
}
