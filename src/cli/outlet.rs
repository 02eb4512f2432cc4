use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::run::Room;

/// So much is written at once.
const PIECE: usize = 8 * 1024;

/// So many bytes may wait; of what may be left out no more is taken.
const MOST_WAITING: usize = 16 * 1024 * 1024;

/// Pause between two looks at whether somebody reads.
const LOOK: Duration = Duration::from_millis(50);

/// A stream or a file that a thread of its own writes to: one that nobody reads keeps nobody. Clones are the same outlet.
#[derive(Clone)]
pub(super) struct Outlet {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(String, Option<Room>)>,
    bytes: usize,
    is_writing: bool,
    /// When something was written last, or began to wait.
    moved_at: Option<Instant>,
    /// Lines that were left out since too many waited.
    left_out: u64,
    /// Why nothing is written any more.
    failure: Option<Arc<io::Error>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outlet {
    /// An outlet to what `open` opens, which may take as long as it likes.
    pub(super) fn new<W: Write>(open: impl FnOnce() -> io::Result<W> + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() });
        let writer = Arc::clone(&shared);
        thread::Builder::new().name("output".to_owned()).spawn(move || {
            if let Err(error) = open().and_then(|target| writer.write_all(target)) {
                let mut state = writer.lock();
                state.give_up(error);
                writer.changed.notify_all();
            }
        })?;
        Ok(Self { shared })
    }

    /// Has a text written; `room` is free once it is.
    ///
    /// # Errors
    /// Why an earlier text could not be written.
    pub(super) fn write(&self, text: String, room: Option<Room>) -> Result<(), Arc<io::Error>> {
        let mut state = self.shared.lock();
        if let Some(error) = &state.failure {
            return Err(Arc::clone(error));
        }
        state.push(text, room);
        self.shared.changed.notify_all();
        Ok(())
    }

    /// The same, but that a text without room is left out where too many wait. What cannot be written is nobody's loss.
    pub(super) fn mention(&self, text: String, room: Option<Room>) {
        let mut state = self.shared.lock();
        if state.failure.is_some() {
            return;
        }
        if room.is_none() && state.bytes > MOST_WAITING {
            state.left_out += 1;
            return;
        }
        if state.left_out > 0 && state.bytes <= MOST_WAITING {
            let note = format!("{} line(s) are left out here: nobody read them in time\n", state.left_out);
            state.left_out = 0;
            state.push(note, None);
        }
        state.push(text, room);
        self.shared.changed.notify_all();
    }

    /// Waits until all is written, or nothing was for as long as `patience` says; nothing is written after that.
    ///
    /// # Errors
    /// Why not all is written.
    pub(super) fn close(&self, patience: impl Fn() -> Duration) -> Result<(), Arc<io::Error>> {
        let mut state = self.shared.lock();
        loop {
            if let Some(error) = &state.failure {
                return Err(Arc::clone(error));
            }
            if state.waiting.is_empty() && !state.is_writing {
                return Ok(());
            }
            if state.moved_at.is_some_and(|at| at.elapsed() >= patience()) {
                state.give_up(io::Error::new(io::ErrorKind::TimedOut, "nobody reads it"));
                continue;
            }
            let waited = self.shared.changed.wait_timeout(state, LOOK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Outlet {
    /// Waits until all is written, or nothing was for as long as `patience` says: what is written elsewhere then comes after
    /// it, unless nobody reads it.
    pub(super) fn settle(&self, patience: Duration) {
        let mut state = self.shared.lock();
        while state.failure.is_none()
            && (!state.waiting.is_empty() || state.is_writing)
            && state.moved_at.is_some_and(|at| at.elapsed() < patience)
        {
            let waited = self.shared.changed.wait_timeout(state, LOOK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl State {
    fn push(&mut self, text: String, room: Option<Room>) {
        if self.waiting.is_empty() && !self.is_writing {
            self.moved_at = Some(Instant::now());
        }
        self.bytes += text.len();
        self.waiting.push_back((text, room));
    }

    fn give_up(&mut self, error: io::Error) {
        self.failure.get_or_insert_with(|| Arc::new(error));
        self.waiting.clear();
    }
}

impl Shared {
    /// Writes what waits, for ever, or until it cannot be written or is given up.
    fn write_all(&self, mut target: impl Write) -> io::Result<()> {
        let mut state = self.lock();
        while state.failure.is_none() {
            let Some((text, room)) = state.waiting.pop_front() else {
                state.is_writing = false;
                self.changed.notify_all();
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            state.is_writing = true;
            state.bytes -= text.len();
            drop(state);
            for piece in text.as_bytes().chunks(PIECE) {
                target.write_all(piece)?;
                self.lock().moved_at = Some(Instant::now());
            }
            target.flush()?;
            drop(room);
            state = self.lock();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Takes a piece whenever it is told to, and tells what it took.
    struct Slow(Receiver<()>, Sender<Vec<u8>>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
            let _ = self.1.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn slow() -> (Outlet, Sender<()>, Receiver<Vec<u8>>) {
        let ((go, going), (taken, took)) = (channel(), channel());
        (Outlet::new(move || Ok(Slow(going, taken))).unwrap(), go, took)
    }

    #[test]
    fn all_is_written_in_order_however_slow() {
        let (outlet, go, took) = slow();
        let texts = ["one\n".to_owned(), "x".repeat(3 * PIECE), "two\n".to_owned()];
        texts.iter().for_each(|text| outlet.write(text.clone(), None).unwrap());
        (0..5).for_each(|_| go.send(()).unwrap());
        outlet.close(|| Duration::from_mins(1)).unwrap();
        assert_eq!(took.try_iter().flatten().collect::<Vec<_>>(), texts.concat().into_bytes());
    }

    #[test]
    fn what_nobody_takes_is_given_up_and_said() {
        let (outlet, _go, _took) = slow();
        outlet.write("one\n".to_owned(), None).unwrap();
        let error = outlet.close(|| Duration::from_millis(1)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(outlet.write("two\n".to_owned(), None).is_err());
        assert!(outlet.close(|| Duration::from_mins(1)).is_err());
    }

    #[test]
    fn a_failure_is_told_to_who_writes_next_and_at_the_end() {
        let outlet = Outlet::new(|| Err::<Vec<u8>, _>(io::Error::from(io::ErrorKind::NotFound))).unwrap();
        let _ = outlet.write("one\n".to_owned(), None);
        assert_eq!(outlet.close(|| Duration::from_mins(1)).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(outlet.write("two\n".to_owned(), None).is_err());
    }

    #[test]
    fn memory_holds_no_more_than_its_bound_of_what_may_be_left_out() {
        let (outlet, go, took) = slow();
        let line = format!("{}\n", "x".repeat(1024 * 1024 - 1));
        (0..40).for_each(|_| outlet.mention(line.clone(), None));
        // Pieces for 31 MiB: more than the bound, less than the 40 MiB that were mentioned.
        (0..4000).for_each(|_| go.send(()).unwrap());
        drop(go);
        outlet.close(|| Duration::from_mins(1)).unwrap();
        let kept: usize = took.try_iter().map(|piece| piece.len()).sum();
        assert!((MOST_WAITING..40 * line.len()).contains(&kept), "{kept} bytes");
    }
}
