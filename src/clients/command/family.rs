use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, WaitOptions, getpgrp, getpid, kill_process, kill_process_group, waitpid};

use super::process_table::{Entry, entry, processes, variable};

/// The programs that jobnet has started itself and not yet let go.
static LEADERS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// What was started while it was killed may have to be killed too.
const ROUNDS: usize = 5;

/// A program that was started, with all that it starts: its process group, and what has left that. Killed when this is
/// dropped before it was let go: whoever gives up a stage leaves nothing running.
///
/// What leaves the group (`setsid`, a daemon that forks twice) is found by its parents, whose place jobnet takes where
/// they have ended (<https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html>), and by a variable that
/// only this program was given.
#[derive(Debug)]
pub(super) struct Family {
    leader: Option<Pid>,
    /// When the leader was started.
    since: u64,
    name: Vec<u8>,
    value: Vec<u8>,
    is_held: bool,
}

/// A process that a program has left running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remnant {
    /// Its process id.
    pub id: i32,
    /// The beginning of its program's name.
    pub name: String,
}

impl fmt::Display for Remnant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (process {})", self.name, self.id)
    }
}

/// Has jobnet be the parent of what the programs that it starts leave behind.
pub(super) fn adopt() {
    // Where the system refuses, what left its group is still found by its variable.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(getpid()));
}

impl Family {
    /// The family of a child with this process id, which alone was given this variable.
    pub(super) fn led_by(child: Option<u32>, (name, value): &(OsString, OsString)) -> Self {
        let leader = child.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(leader) = leader {
            leaders(|leaders| leaders.insert(leader.as_raw_pid()));
        }
        let started = leader.and_then(|leader| entry(leader.as_raw_pid())).map(|entry| entry.started);
        let (name, value) = (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        Self { leader, since: started.unwrap_or_default(), name, value, is_held: true }
    }

    /// Sends a signal to all of the family.
    pub(super) fn signal(&self, signal: Signal) {
        let Some(leader) = self.leader else { return };
        // A group that has no process any more has done what the signal asks for.
        let _ = kill_process_group(leader, signal);
        for _ in 0..if signal == Signal::KILL { ROUNDS } else { 1 } {
            let left = self.others().unwrap_or_default();
            let left: Vec<_> = left.iter().filter(|entry| entry.group != leader.as_raw_pid()).collect();
            if left.is_empty() {
                return;
            }
            for id in left.iter().filter_map(|entry| Pid::from_raw(entry.id)) {
                // What has ended meanwhile needs none, and what may not be signalled is told by who looks again.
                let _ = kill_process(id, signal);
            }
        }
    }

    /// All of the family that runs, but for its leader.
    ///
    /// # Errors
    /// The system does not show its processes.
    pub(super) fn remnants(&self) -> io::Result<Vec<Remnant>> {
        let others = self.others()?.into_iter();
        Ok(others.map(|entry| Remnant { id: entry.id, name: entry.name }).collect())
    }

    /// What may be of this family or of another that runs beside it: nothing tells which.
    ///
    /// # Errors
    /// The system does not show its processes.
    pub(super) fn strays(&self) -> io::Result<Vec<Remnant>> {
        if leaders(|leaders| leaders.len() < 2) {
            return Ok(Vec::new());
        }
        let is_stray = |entry: &Entry| self.may_be_of(entry) && variable(entry.id, &self.name).is_none();
        let strays = running()?.into_iter().filter(is_stray);
        Ok(strays.map(|entry| Remnant { id: entry.id, name: entry.name }).collect())
    }

    /// True for a process that was left to jobnet since the family was begun.
    fn may_be_of(&self, entry: &Entry) -> bool {
        is_adopted(entry) && entry.started >= self.since
    }

    /// What is left of the family is not killed.
    pub(super) fn let_go(&mut self) {
        self.is_held = false;
    }

    fn others(&self) -> io::Result<Vec<Entry>> {
        let Some(leader) = self.leader.map(Pid::as_raw_pid) else { return Ok(Vec::new()) };
        let is_alone = leaders(|leaders| leaders.iter().all(|id| *id == leader));
        let (mut ours, mut rest): (Vec<_>, Vec<_>) = running()?.into_iter().partition(|entry| {
            entry.id == leader
                || entry.group == leader
                || (is_alone && self.may_be_of(entry))
                || variable(entry.id, &self.name).as_ref() == Some(&self.value)
        });
        loop {
            let parents: BTreeSet<i32> = ours.iter().map(|entry| entry.id).collect();
            let (children, others) = rest.into_iter().partition(|entry| parents.contains(&entry.parent));
            let is_all = Vec::is_empty(&children);
            ours.extend(children);
            if is_all {
                ours.retain(|entry| entry.id != leader);
                return Ok(ours);
            }
            rest = others;
        }
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        if self.is_held {
            self.signal(Signal::KILL);
        }
        if let Some(leader) = self.leader {
            leaders(|leaders| leaders.remove(&leader.as_raw_pid()));
        }
    }
}

/// Waits for what was adopted and has ended, lest it stay in the system's table.
pub(super) fn reap() {
    if let Ok(entries) = processes() {
        wait_for_adopted(&entries);
    }
}

/// All processes but jobnet and those that have ended.
fn running() -> io::Result<Vec<Entry>> {
    let mut entries = processes()?;
    wait_for_adopted(&entries);
    entries.retain(|entry| !entry.is_zombie && entry.id != getpid().as_raw_pid());
    Ok(entries)
}

fn wait_for_adopted(entries: &[Entry]) {
    let ended = entries.iter().filter(|entry| entry.is_zombie && is_adopted(entry));
    for id in ended.filter_map(|entry| Pid::from_raw(entry.id)) {
        let _ = waitpid(Some(id), WaitOptions::NOHANG);
    }
}

/// True for a child of jobnet's that jobnet has not started: what it starts for itself stays in its own group, and programs
/// lead one.
fn is_adopted(entry: &Entry) -> bool {
    entry.parent == getpid().as_raw_pid()
        && entry.group != getpgrp().as_raw_pid()
        && !leaders(|leaders| leaders.contains(&entry.id))
}

fn leaders<T>(change: impl FnOnce(&mut BTreeSet<i32>) -> T) -> T {
    change(&mut LEADERS.lock().unwrap_or_else(PoisonError::into_inner))
}
