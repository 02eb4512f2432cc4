use rustix::process::{Pid, Signal, kill_process_group};

/// The process group of a program that was started, killed when this is dropped before it was let go: whoever gives up
/// a stage leaves nothing running.
#[derive(Debug)]
pub(super) struct Group {
    id: Option<Pid>,
    is_held: bool,
}

impl Group {
    /// The group that a child with this process id leads.
    pub(super) fn led_by(child: Option<u32>) -> Self {
        let id = child.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Self { id, is_held: true }
    }

    /// Sends a signal to all of the group.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // A group that has no process any more has done what the signal asks for.
            let _ = kill_process_group(id, signal);
        }
    }

    /// What is left of the group is not killed: the program has ended, and its id may come to stand for another.
    pub(super) fn let_go(&mut self) {
        self.is_held = false;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.is_held {
            self.signal(Signal::KILL);
        }
    }
}
