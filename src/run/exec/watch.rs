use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::Semaphore;
use tokio::time::{sleep_until, timeout};

use crate::clients::{Ended, Ending, Lines, Process};

use super::super::context::StageRun;
use super::super::event::{Event, Room, Stream};
use super::super::stop::StopReason;

/// So many lines may wait for whoever listens; then the process waits.
const WAITING_LINES: usize = 256;

/// What was written before the end is read for so long, where something that was left behind keeps the pipes open.
const DRAIN: Duration = Duration::from_secs(2);

/// How a process was watched to its end.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) ended: Ended,
    /// It was told to end because the stage's time was up.
    pub(super) timed_out: bool,
    /// The last line of its standard output.
    pub(super) last_line: Option<String>,
}

/// Passes on what a process writes until it has ended, and ends it where the stage's time is up or a stop is asked for.
pub(super) async fn watch(run: &StageRun, mut process: Process, grace: Duration) -> io::Result<Watched> {
    let (stdout, stderr) = process.take_output();
    let (mut out, mut err) = (Lines::new(run.masker.clone()), Lines::new(run.masker.clone()));
    let teller = Teller { run, room: Arc::new(Semaphore::new(WAITING_LINES)) };
    let mut is_read = false;
    let (ended, timed_out) = {
        let reading = async {
            tokio::join!(
                teller.pass_on(Stream::Stdout, stdout, &mut out),
                teller.pass_on(Stream::Stderr, stderr, &mut err)
            )
        };
        tokio::pin!(reading);
        let how = {
            let ending = to_end(run, &mut process, grace);
            tokio::pin!(ending);
            loop {
                tokio::select! {
                    how = &mut ending => break how?,
                    _ = &mut reading, if !is_read => is_read = true,
                }
            }
        };
        is_read = is_read || timeout(DRAIN, &mut reading).await.is_ok();
        how
    };
    if !is_read {
        // What still holds the pipes was started by it, and is of no use without it.
        process.end(Ending::Kill);
    }
    process.let_go();
    for (stream, lines) in [(Stream::Stdout, &mut out), (Stream::Stderr, &mut err)] {
        if let Some(line) = lines.finish() {
            teller.tell(stream, line).await;
        }
    }
    Ok(Watched { ended, timed_out, last_line: out.last().map(str::to_owned) })
}

/// Waits for the end of a process, and says whether it was told to end because the time was up.
async fn to_end(run: &StageRun, process: &mut Process, grace: Duration) -> io::Result<(Ended, bool)> {
    let (how, timed_out) = tokio::select! {
        ended = process.wait() => return Ok((ended?, false)),
        () = run.stop.asked() => match run.stop.reason() {
            Some(StopReason::Interrupted) => (Ending::Interrupt, false),
            Some(StopReason::Terminated) | None => (Ending::Terminate, false),
        },
        () = sleep_until(run.deadline) => (Ending::Terminate, true),
    };
    process.end(how);
    let in_time = timeout(grace, process.wait()).await;
    // What it started may not have listened, even where it did.
    process.end(Ending::Kill);
    let ended = match in_time {
        Ok(ended) => ended?,
        Err(_) => process.wait().await?,
    };
    Ok((ended, timed_out))
}

/// Tells lines, no faster than they are heard.
struct Teller<'a> {
    run: &'a StageRun,
    room: Arc<Semaphore>,
}

impl Teller<'_> {
    async fn pass_on(&self, stream: Stream, pipe: Option<impl AsyncRead + Unpin>, lines: &mut Lines) {
        let Some(mut pipe) = pipe else { return };
        let mut buffer = vec![0; 8 * 1024];
        // A pipe that cannot be read any more is as good as ended.
        while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
            for line in lines.push(&buffer[..count]) {
                self.tell(stream, line).await;
            }
        }
    }

    async fn tell(&self, stream: Stream, line: String) {
        let room = Room::new(Arc::clone(&self.room).acquire_owned().await.ok());
        self.run.tell(Event::Output { stage: self.run.stage.name.clone(), stream, line, room });
    }
}
