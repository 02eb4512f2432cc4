use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use rustix::process::Signal;
use thiserror::Error;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::group::Group;

/// A program, and what it is started with. It gets no standard input.
#[derive(Debug)]
pub struct Program {
    /// Its name, and its arguments.
    pub words: Vec<String>,
    /// All of its environment.
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

/// A program that was started, with all that it starts in its group. Dropping it kills the group.
#[derive(Debug)]
pub struct Process {
    child: Child,
    group: Group,
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
            .envs(program.environment.iter().map(|(name, value)| (name, value)))
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
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StartError::NotFound(name.clone()),
            io::ErrorKind::PermissionDenied => StartError::NotExecutable(name.clone(), error),
            _ => StartError::Other(name.clone(), error),
        })?;
        let group = Group::led_by(child.id());
        Ok(Self { child, group })
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
        self.child.wait().await.map(Ended::from)
    }

    /// Leaves alone what it left behind, once it has ended itself.
    pub fn let_go(mut self) {
        self.group.let_go();
    }

    /// Tells it, and all that it started, to end.
    pub fn end(&mut self, how: Ending) {
        self.group.signal(match how {
            Ending::Interrupt => Signal::INT,
            Ending::Terminate => Signal::TERM,
            Ending::Kill => Signal::KILL,
        });
        if how == Ending::Kill {
            // It may have left its group, and where it has ended already there is nothing to kill.
            let _ = self.child.start_kill();
        }
    }
}
