use std::io::BufRead;

use tokio::sync::mpsc;

use crate::expr::Value;
use crate::run::files::SpecFiles;

/// How many lines are read ahead.
const AHEAD: usize = 64;

/// The lines of a file, each without its end; empty ones are left out. They are read as they are taken, and after a
/// fault there are none.
pub(in crate::run) struct Lines(mpsc::Receiver<Result<Value, String>>);

impl Lines {
    /// Begins to read a file, on a thread of its own: it may be a pipe that nobody has written to yet.
    pub(super) fn of(name: String, files: SpecFiles) -> Self {
        let (sender, receiver) = mpsc::channel(AHEAD);
        tokio::task::spawn_blocking(move || {
            let file = match files.open(&name) {
                Ok(file) => file,
                Err(error) => {
                    // Nobody takes lines any more only when the run is ending.
                    let _ = sender.blocking_send(Err(format!("cannot read {name}: {error}")));
                    return;
                }
            };
            for (index, line) in file.lines().enumerate() {
                let line = match line {
                    Ok(line) if line.is_empty() => continue,
                    Ok(line) => Ok(Value::from(line)),
                    Err(error) => Err(format!("cannot read line {} of {name}: {error}", index + 1)),
                };
                let is_fault = line.is_err();
                if sender.blocking_send(line).is_err() || is_fault {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// The next line; `None` after the last.
    ///
    /// # Errors
    /// Why there is none although the file is not at its end.
    pub(super) async fn next(&mut self) -> Result<Option<Value>, String> {
        self.0.recv().await.transpose()
    }
}
