use similar::TextDiff;

use super::{Drift, Existing, Kind};

/// What the name of nothing is in a diff, as in git's.
const NOTHING: &str = "/dev/null";

impl Drift<'_> {
    /// What writing would change here, as a unified diff in git's form
    /// (<https://git-scm.com/docs/diff-format#generate_patch_text_with_p>), with this path as the file's name; `None`
    /// where it would change nothing.
    pub fn diff(&self, path: &str) -> Option<String> {
        let (old, was_executable) = match (&self.kind, self.there) {
            (Kind::Kept | Kind::InTheWay(_), _) => return None,
            (_, Some(Existing::File { bytes, executable })) => (Some(bytes), *executable),
            _ => (None, false),
        };
        let new = self.wanted.map(|file| &file.bytes);
        let will_be_executable = self.wanted.map_or(was_executable, |file| file.executable);
        let mut text = format!("diff --git a/{path} b/{path}\n");
        match (old, new) {
            (None, _) => text.push_str(&format!("new file mode {}\n", mode(will_be_executable))),
            (_, None) => text.push_str(&format!("deleted file mode {}\n", mode(was_executable))),
            _ if was_executable != will_be_executable => {
                let (was, will_be) = (mode(was_executable), mode(will_be_executable));
                text.push_str(&format!("old mode {was}\nnew mode {will_be}\n"));
            }
            _ => {}
        }
        let old_name = old.map_or_else(|| NOTHING.to_owned(), |_| format!("a/{path}"));
        let new_name = new.map_or_else(|| NOTHING.to_owned(), |_| format!("b/{path}"));
        let texts = (as_text(old), as_text(new));
        let (Some(old), Some(new)) = texts else {
            return Some(format!("{text}Binary files {old_name} and {new_name} differ\n"));
        };
        let lines = TextDiff::from_lines(old, new);
        text.push_str(&lines.unified_diff().header(&old_name, &new_name).to_string());
        Some(text)
    }
}

fn mode(executable: bool) -> &'static str {
    if executable { "100755" } else { "100644" }
}

/// Nothing as no lines; `None` for what is no text.
fn as_text(bytes: Option<&Vec<u8>>) -> Option<&str> {
    bytes.map_or(Some(""), |bytes| std::str::from_utf8(bytes).ok())
}
