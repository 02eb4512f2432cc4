use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::clients::Lines;

use super::super::context::StageRun;
use super::super::event::{Event, Room, Stream};
use super::last_lines::LastLines;

/// So many lines may wait for whoever listens; then the process waits.
const WAITING_LINES: usize = 256;

/// So many bytes of lines besides are told without waiting, where the process must not wait any more: what pipes hold
/// (<https://man7.org/linux/man-pages/man7/pipe.7.html>).
const UNHEARD: usize = 1024 * 1024;

/// What the readers of a process's streams share.
#[derive(Clone)]
pub(super) struct Hearing {
    room: Arc<Semaphore>,
    /// The process ends, or has ended: nothing waits for listeners any more.
    hurry: CancellationToken,
}

impl Hearing {
    pub(super) fn new() -> Self {
        Self { room: Arc::new(Semaphore::new(WAITING_LINES)), hurry: CancellationToken::new() }
    }

    /// Reads on without waiting for whoever listens.
    pub(super) fn hurry(&self) {
        self.hurry.cancel();
    }
}

/// Reads a stream of a process, and tells its lines no faster than they are heard.
pub(super) struct Reading<'a> {
    run: &'a StageRun,
    stream: Stream,
    hearing: Hearing,
    lines: Lines,
    last: LastLines,
    unheard: usize,
    untold: u64,
}

impl<'a> Reading<'a> {
    pub(super) fn of(stream: Stream, run: &'a StageRun, hearing: &Hearing) -> Self {
        Self {
            run,
            stream,
            hearing: hearing.clone(),
            lines: Lines::new(run.masker.clone()),
            last: LastLines::default(),
            unheard: 0,
            untold: 0,
        }
    }

    /// Reads to the end, and hands over all bytes.
    pub(super) async fn read(&mut self, pipe: Option<impl AsyncRead + Unpin>, mut each: impl FnMut(&[u8])) {
        let Some(mut pipe) = pipe else { return };
        let mut buffer = vec![0; 8 * 1024];
        // A pipe that cannot be read any more is as good as ended.
        while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
            each(&buffer[..count]);
            for line in self.lines.push(&buffer[..count]) {
                self.tell(line).await;
            }
        }
    }

    /// Tells the line that was never ended; gives the last lines, and how many were not told.
    pub(super) async fn finish(mut self) -> (LastLines, u64) {
        self.hearing.hurry();
        if let Some(line) = self.lines.finish() {
            self.tell(line).await;
        }
        (self.last, self.untold)
    }

    async fn tell(&mut self, line: String) {
        self.last.push(&line);
        let permit = tokio::select! {
            biased;
            permit = Arc::clone(&self.hearing.room).acquire_owned() => permit.ok(),
            () = self.hearing.hurry.cancelled() => None,
        };
        if permit.is_none() {
            self.unheard += line.len().max(1);
            if self.unheard > UNHEARD {
                self.untold += 1;
                return;
            }
        }
        let (stage, stream, room) = (self.run.stage.name.clone(), self.stream, Room::new(permit));
        self.run.tell(Event::Output { stage, stream, line, room });
    }
}
