//! The stage kind `exec`: somebody's own program.

mod bind;
mod counters;
mod last_lines;
mod last_object;
mod reading;
mod watch;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::clients::{CountersFile, CountersFileError, Ended, Process, Program, StartError};
use crate::expr::{Bindings, EvalError, Template, Value};

use self::counters::{CounterError, counters};
use self::last_object::LastObject;
use self::watch::{Watched, watch};

use super::context::StageRun;
use super::event::Stream;

/// The code by which a process says that it would succeed later: `EX_TEMPFAIL` of sysexits.h.
const TEMPORARY: i32 = 75;

/// A command with its values.
#[derive(Clone)]
pub(super) struct Exec {
    words: Vec<Template>,
    environment: Vec<(OsString, OsString)>,
    dir: Option<PathBuf>,
    grace: Duration,
}

/// Why a command could not do its work, whatever it counted.
#[derive(Debug, Error)]
enum ExecError {
    /// A word that could not be computed.
    #[error("a word of the command: {0}")]
    Word(#[from] EvalError),
    /// No file for counters.
    #[error(transparent)]
    CountersFile(#[from] CountersFileError),
    /// It did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It cannot be waited for.
    #[error("the end of the process cannot be waited for ({0})")]
    Wait(#[from] io::Error),
    /// It counted something that cannot be counted.
    #[error(transparent)]
    Counter(#[from] CounterError),
}

impl Exec {
    /// Runs the command to its end, and counts what it says that it counted.
    pub(super) async fn run(self, run: &StageRun, bindings: Bindings) {
        if run.stop.reason().is_some() {
            return;
        }
        if let Err(error) = self.carry_out(run, &bindings).await {
            run.with_tally(|tally| tally.break_off(false, &error.to_string()));
        }
    }

    async fn carry_out(self, run: &StageRun, bindings: &Bindings) -> Result<(), ExecError> {
        let mut words = Vec::new();
        for word in &self.words {
            words.extend(word.render(&Value::Null, bindings)?);
        }
        let file = CountersFile::create()?;
        let mut environment = self.environment;
        let identity = run.identity();
        environment.extend([
            ("JOBNET_RUN_ID".into(), OsString::from(&identity.run_id)),
            ("JOBNET_ENV".into(), OsString::from(&identity.env)),
            ("JOBNET_JOB_START_AT".into(), OsString::from(identity.job_start_text())),
        ]);
        let mark = ("JOBNET_METRICS".into(), file.path().into());
        let process = Process::start(&Program { words, mark, environment, dir: self.dir })?;
        let watched = watch(run, process, self.grace).await?;
        judge(run, &watched);
        let counters = counters(&file.text()?, LastObject::of(watched.tail))?;
        run.with_tally(|tally| {
            counters.warning.iter().for_each(|warning| tally.warn(warning));
            tally.add_counters(counters.counts, watched.ended == Ended::Code(TEMPORARY));
        });
        Ok(())
    }
}

/// Counts an end that was not a good one. One that jobnet was told to bring about is nobody's failure.
fn judge(run: &StageRun, watched: &Watched) {
    run.with_tally(|tally| watched.remarks.iter().for_each(|remark| tally.warn(remark)));
    if run.stop.reason().is_some() {
        return;
    }
    let (temporary, how) = match watched.ended {
        _ if watched.timed_out => (false, run.out_of_time()),
        Ended::Code(0) => return,
        Ended::Code(code) => (code == TEMPORARY, format!("exited with {code}")),
        Ended::Signal(signal) => (false, format!("killed by signal {signal}")),
    };
    let (stream, last) = &watched.last;
    // What it was working on says nothing about why its time was up.
    let says_why = *stream == Stream::Stderr || !watched.timed_out;
    let message = match last.text().filter(|_| says_why) {
        Some(lines) => format!("{how}; its standard {} ended with:\n{lines}", stream.as_str()),
        None => how,
    };
    run.with_tally(|tally| tally.break_off(temporary, &message));
}
