use std::fs;
use std::io;

/// A process of the machine.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: i32,
    pub(super) parent: i32,
    pub(super) group: i32,
    /// When it was started, in ticks since the machine was.
    pub(super) started: u64,
    /// It has ended, and nobody has waited for it.
    pub(super) is_zombie: bool,
    /// The beginning of its program's name.
    pub(super) name: String,
}

/// All processes that can be seen (<https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>).
///
/// # Errors
/// There is no `/proc`.
pub(super) fn processes() -> io::Result<Vec<Entry>> {
    let directory = fs::read_dir("/proc")
        .map_err(|error| io::Error::new(error.kind(), format!("/proc cannot be read: {error}")))?;
    let names = directory.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    // Of those that end meanwhile nothing is there any more.
    Ok(names.filter_map(|name| entry(name.parse().ok()?)).collect())
}

/// The value of a variable in the environment that a process was started with; `None` where it has none, or that cannot be
/// read.
pub(super) fn variable(id: i32, name: &[u8]) -> Option<Vec<u8>> {
    let environment = fs::read(format!("/proc/{id}/environ")).ok()?;
    let value = |entry: &[u8]| entry.strip_prefix(name)?.strip_prefix(b"=").map(<[u8]>::to_vec);
    environment.split(|byte| *byte == 0).find_map(value)
}

/// A process, if there is one of this id.
pub(super) fn entry(id: i32) -> Option<Entry> {
    read(id, &String::from_utf8_lossy(&fs::read(format!("/proc/{id}/stat")).ok()?))
}

/// The name stands in parentheses, and may have some itself.
fn read(id: i32, text: &str) -> Option<Entry> {
    let (start, rest) = text.rsplit_once(')')?;
    let (_, name) = start.split_once('(')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    // The 22nd field of all.
    let started = fields.nth(16)?.parse().ok()?;
    Some(Entry {
        id,
        parent,
        group,
        started,
        is_zombie: matches!(state, "Z" | "X" | "x"),
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_anything_in_it() {
        let rest = "3 5 5 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 1234 99 1";
        let entry = read(7, &format!("7 (a) (b c) S {rest}")).unwrap();
        assert_eq!((entry.parent, entry.group, entry.is_zombie, &*entry.name), (3, 5, false, "a) (b c"));
        assert_eq!(entry.started, 1234);
        assert!(read(7, &format!("7 (x) Z {rest}")).unwrap().is_zombie);
        assert!(read(7, "").is_none());
    }
}
