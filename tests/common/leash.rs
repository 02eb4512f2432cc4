//! Servers that end with the process of the tests, however that ends.

use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// A shell that runs a server until its stdin ends. The kernel closes that pipe even where the tests are killed, and
/// a signal from the terminal does not reach the shell.
pub(super) struct Leash {
    shell: Child,
}

impl Leash {
    /// Runs a script, whose `$1` and so on are `arguments`, as this user where one is given, until it has printed a line
    /// with this text. The error is all that it printed instead.
    pub(super) fn hold(
        script: &str,
        arguments: &[&str],
        user: Option<u32>,
        ready: &str,
    ) -> Result<(Self, String), String> {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).args(arguments);
        command.current_dir("/").process_group(0);
        if let Some(id) = user {
            command.uid(id).gid(id);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut leash = Self { shell: command.spawn().expect("sh is there") };
        let stdout = leash.shell.stdout.take().expect("its stdout is a pipe");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let mut printed = String::new();
        for line in lines.by_ref() {
            if line.contains(ready) {
                // A full pipe would hold the server up.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok((leash, line));
            }
            printed.push_str(&line);
            printed.push('\n');
        }
        Err(printed)
    }

    /// Writes a line to the script, and waits for its end.
    pub(super) fn tell(mut self, line: &str) {
        let mut stdin = self.shell.stdin.take().expect("its stdin is a pipe");
        writeln!(stdin, "{line}").expect("the shell reads");
        drop(stdin);
        self.shell.wait().expect("the shell ends");
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
