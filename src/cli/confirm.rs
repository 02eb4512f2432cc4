use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::plan::Plan;

use super::error::CliError;
use super::printer::Printer;

/// A pipe that nobody writes to must not keep an engine until its own limit. Whoever has an answer there has it ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// More is no answer.
const LONGEST: u64 = 1024;

/// Asks whether these stages shall run: people on their terminal, else whatever standard input has to say.
///
/// # Errors
/// [`CliError::NotConfirmed`] for anything but a `yes` in full.
pub(super) fn confirm(plan: &Plan, stages: &[&str], printer: &Printer) -> Result<(), CliError> {
    printer.people(format!(
        "{} will run in {}: {}\nWrite `yes` to go on: ",
        plan.net,
        plan.env,
        stages.join(", ")
    ));
    let has_people = io::stdin().is_terminal() && io::stderr().is_terminal();
    let answer = if has_people { first_line(io::stdin()) } else { first_line_within(io::stdin(), PATIENCE) };
    if !has_people {
        // Nobody has ended the line of the question.
        printer.people("\n");
    }
    match answer.as_deref() {
        Some(b"yes") => Ok(()),
        _ => Err(CliError::NotConfirmed { environment: plan.env.clone() }),
    }
}

/// The first line without the white space around it; `None` where it cannot be read.
fn first_line(input: impl Read) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(input.take(LONGEST)).read_until(b'\n', &mut line).ok()?;
    Some(line.trim_ascii().to_vec())
}

/// The same, or `None` where it does not come in time.
fn first_line_within(input: impl Read + Send + 'static, patience: Duration) -> Option<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    // A read cannot be given up; the process ends with it.
    thread::spawn(move || sender.send(first_line(input)));
    receiver.recv_timeout(patience).ok().flatten()
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn an_answer_is_the_first_line() {
        for (text, answer) in
            [("yes\n", "yes"), ("yes", "yes"), (" yes\r\nno\n", "yes"), ("\nyes\n", ""), ("", "")]
        {
            assert_eq!(first_line(text.as_bytes()), Some(answer.as_bytes().to_vec()), "{text:?}");
        }
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        assert_eq!(first_line(io::repeat(b'y')).map(|line| line.len()), Some(1024));
    }

    #[test]
    fn a_pipe_that_stays_open_and_silent_has_no_answer() {
        let (_silent, pipe) = UnixStream::pair().unwrap();
        assert_eq!(first_line_within(pipe, Duration::from_millis(1)), None);
    }
}
