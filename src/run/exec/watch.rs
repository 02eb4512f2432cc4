use std::io;
use std::time::Duration;

use tokio::time::{sleep_until, timeout};

use crate::clients::{Ended, Ending, Process, Remnant, Tail};

use super::super::context::StageRun;
use super::super::event::Stream;
use super::super::stop::StopReason;
use super::last_lines::LastLines;
use super::last_object::room;
use super::reading::{Hearing, Reading};

/// What was written before the end is read for so long, where something that was left behind keeps the pipes open.
const DRAIN: Duration = Duration::from_secs(2);

/// What was started by a process that has ended may take so long to end as well before it counts as left behind.
const SETTLE: Duration = Duration::from_millis(300);

/// So many processes are named.
const MOST_NAMES: usize = 5;

/// How a process was watched to its end.
pub(super) struct Watched {
    pub(super) ended: Ended,
    /// It was told to end because the stage's time was up.
    pub(super) timed_out: bool,
    /// The end of its standard output.
    pub(super) tail: Tail,
    /// The stream that says best why it ended as it did, and its last lines.
    pub(super) last: (Stream, LastLines),
    /// What became of what it left running, and of output that nobody took.
    pub(super) remarks: Vec<String>,
}

/// Passes on what a process writes until it has ended, and ends it where the stage's time is up or a stop is asked for.
pub(super) async fn watch(run: &StageRun, mut process: Process, grace: Duration) -> io::Result<Watched> {
    let (stdout, stderr) = process.take_output();
    let hearing = Hearing::new();
    let (mut out, mut err) =
        (Reading::of(Stream::Stdout, run, &hearing), Reading::of(Stream::Stderr, run, &hearing));
    let mut tail = room();
    let mut is_read = false;
    let (ended, why) = {
        let reading = async {
            tokio::join!(out.read(stdout, |bytes| tail.push(bytes)), err.read(stderr, |_| {}));
        };
        tokio::pin!(reading);
        let how = {
            let ending = to_end(run, &mut process, grace, &hearing);
            tokio::pin!(ending);
            loop {
                tokio::select! {
                    how = &mut ending => break how?,
                    () = &mut reading, if !is_read => is_read = true,
                }
            }
        };
        hearing.hurry();
        is_read = is_read || timeout(DRAIN, &mut reading).await.is_ok();
        how
    };
    let (out, untold_out) = out.finish().await;
    let (err, untold_err) = err.finish().await;
    let mut remarks = close(process, why, is_read).await;
    if untold_out + untold_err > 0 {
        remarks.push(format!(
            "{} line(s) of its output are not shown: nobody took them in time",
            untold_out + untold_err
        ));
    }
    let last = if err.text().is_some() { (Stream::Stderr, err) } else { (Stream::Stdout, out) };
    Ok(Watched { ended, timed_out: why == Some(Why::Late), tail, last, remarks })
}

/// Why a process was told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Stopped,
    Late,
}

/// Waits for the end of a process, and says why it was told to end, where it was.
async fn to_end(
    run: &StageRun,
    process: &mut Process,
    grace: Duration,
    hearing: &Hearing,
) -> io::Result<(Ended, Option<Why>)> {
    let (how, why) = tokio::select! {
        ended = process.wait() => return Ok((ended?, None)),
        () = run.stop.asked() => match run.stop.reason() {
            Some(StopReason::Interrupted) => (Ending::Interrupt, Why::Stopped),
            Some(StopReason::Terminated) | None => (Ending::Terminate, Why::Stopped),
        },
        () = sleep_until(run.deadline) => (Ending::Terminate, Why::Late),
    };
    // It may have to write before it can end.
    hearing.hurry();
    process.end(how);
    let in_time = timeout(grace, process.wait()).await;
    // What it started may not have listened, even where it did.
    process.end(Ending::Kill);
    let ended = match in_time {
        Ok(ended) => ended?,
        Err(_) => process.wait().await?,
    };
    Ok((ended, Some(why)))
}

/// Ends what is of no use without a process, and says what became of what it left running.
async fn close(mut process: Process, why: Option<Why>, is_read: bool) -> Vec<String> {
    // What still holds the pipes was started by it.
    let is_ended = why.is_some() || !is_read;
    let mut found = Vec::new();
    if is_ended {
        found = process.remnants().unwrap_or_default();
        process.end(Ending::Kill);
    }
    let left = process.settled(SETTLE).await;
    let strays = process.strays().unwrap_or_default();
    process.let_go();
    let stray = (!strays.is_empty()).then(|| {
        format!(
            "this command, or another beside it, left running without its environment: {}",
            names(&strays)
        )
    });
    let remark = match left {
        Err(error) if is_ended => {
            Some(format!("what it started and left its process group was not looked for: {error}"))
        }
        Ok(left) if !left.is_empty() && is_ended => {
            Some(format!("what it left running could not be ended: {}", names(&left)))
        }
        Ok(left) if !left.is_empty() => Some(format!("it left running: {}", names(&left))),
        Ok(_) if why.is_none() && !found.is_empty() && is_ended => {
            Some(format!("what it left running kept its output open and was ended: {}", names(&found)))
        }
        _ => None,
    };
    remark.into_iter().chain(stray).collect()
}

fn names(remnants: &[Remnant]) -> String {
    let mut names: Vec<String> = remnants.iter().take(MOST_NAMES).map(ToString::to_string).collect();
    if remnants.len() > MOST_NAMES {
        names.push(format!("and {} more", remnants.len() - MOST_NAMES));
    }
    names.join(", ")
}
