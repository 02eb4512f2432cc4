use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use thiserror::Error;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::{Instant, sleep};

use super::family::{Family, Remnant, adopt, reap};

/// What was left to jobnet and has ended is waited for so often.
const REAP: Duration = Duration::from_secs(10);

/// How often it is looked whether all has ended.
const LOOK: Duration = Duration::from_millis(20);

/// A program, and what it is started with. It gets no standard input.
#[derive(Debug)]
pub struct Program {
    /// Its name, and its arguments.
    pub words: Vec<String>,
    /// A variable that no other program is given: by it what the program starts is known.
    pub mark: (OsString, OsString),
    /// All of its environment besides.
    pub environment: Vec<(OsString, OsString)>,
    /// The directory that it runs in; jobnet's own where absent.
    pub dir: Option<PathBuf>,
}

/// Why a program did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// There are no words.
    #[error("the command has no words")]
    Empty,
    /// The directory is not there.
    #[error("`dir`: there is no directory `{0}`")]
    NoDirectory(String),
    /// The program is not there.
    #[error("`{0}`: there is no such program; PATH must lead to it, and `inherit` must let PATH through")]
    NotFound(String),
    /// It is there and cannot be run.
    #[error("`{0}`: the file cannot be executed ({1})")]
    NotExecutable(String, #[source] io::Error),
    /// The system refused otherwise.
    #[error("`{0}` could not be started ({1})")]
    Other(String, #[source] io::Error),
}

/// How a process is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGKILL: it is not asked.
    Kill,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this code.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

impl From<ExitStatus> for Ended {
    fn from(status: ExitStatus) -> Self {
        // A process that was waited for has one of the two.
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

/// A program that was started, with all that it starts. Dropping it kills them all.
#[derive(Debug)]
pub struct Process {
    child: Child,
    family: Family,
}

impl Process {
    /// Starts a program.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(program: &Program) -> Result<Self, StartError> {
        let (name, arguments) = program.words.split_first().ok_or(StartError::Empty)?;
        let mut command = Command::new(name);
        command
            .args(arguments)
            .env_clear()
            .envs(program.environment.iter().chain([&program.mark]).map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        if let Some(dir) = &program.dir {
            if !dir.is_dir() {
                return Err(StartError::NoDirectory(dir.display().to_string()));
            }
            command.current_dir(dir);
        }
        adopt();
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StartError::NotFound(name.clone()),
            io::ErrorKind::PermissionDenied => StartError::NotExecutable(name.clone(), error),
            _ => StartError::Other(name.clone(), error),
        })?;
        let family = Family::led_by(child.id(), &program.mark);
        Ok(Self { child, family })
    }

    /// Its standard output and its standard error, once.
    pub fn take_output(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout.take(), self.child.stderr.take())
    }

    /// Waits for its end. What it started may still run.
    ///
    /// # Errors
    /// The system's.
    pub async fn wait(&mut self) -> io::Result<Ended> {
        loop {
            tokio::select! {
                ended = self.child.wait() => return ended.map(Ended::from),
                () = sleep(REAP) => reap(),
            }
        }
    }

    /// What it started and has not ended, whether or not it has left the group.
    ///
    /// # Errors
    /// The system does not show its processes.
    pub fn remnants(&self) -> io::Result<Vec<Remnant>> {
        self.family.remnants()
    }

    /// What runs and was started by it or by another program beside it, and has nothing that tells which.
    ///
    /// # Errors
    /// As [`Process::remnants`].
    pub fn strays(&self) -> io::Result<Vec<Remnant>> {
        self.family.strays()
    }

    /// What it started, once all has ended or the time is up.
    ///
    /// # Errors
    /// As [`Process::remnants`].
    pub async fn settled(&self, time: Duration) -> io::Result<Vec<Remnant>> {
        let end = Instant::now() + time;
        loop {
            let left = self.remnants()?;
            if left.is_empty() || Instant::now() >= end {
                return Ok(left);
            }
            sleep(LOOK).await;
        }
    }

    /// Leaves alone what it left behind, once it has ended itself.
    pub fn let_go(mut self) {
        self.family.let_go();
    }

    /// Tells it, and all that it started, to end.
    pub fn end(&mut self, how: Ending) {
        self.family.signal(match how {
            Ending::Interrupt => Signal::INT,
            Ending::Terminate => Signal::TERM,
            Ending::Kill => Signal::KILL,
        });
        if how == Ending::Kill {
            // Where it has ended already there is nothing to kill.
            let _ = self.child.start_kill();
        }
    }
}
