//! The stage kind `exec`: somebody's own program.

mod bind;
mod counters;
mod each;
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
use crate::expr::{Bindings, EvalError, Template, Value, json_text};

use self::counters::{CounterError, Counters};
use self::last_lines::LastLines;
use self::last_object::LastObject;
use self::watch::{Watched, watch};

use super::context::StageRun;
use super::event::Stream;
use super::rows::Rows;
use super::sql::BoundScript;

/// The code by which a process says that it would succeed later: `EX_TEMPFAIL` of sysexits.h.
const TEMPORARY: i32 = 75;

/// A command with its values.
#[derive(Clone)]
pub(super) struct Exec {
    rows: Option<Rows>,
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

/// How a command was carried out.
struct Done {
    /// Why its end was not a good one, and whether the same may end better later.
    fault: Option<(bool, String)>,
    /// It was ended because the stage's time was up.
    is_late: bool,
    counters: Result<Counters, ExecError>,
    remarks: Vec<String>,
}

impl Done {
    fn warnings(&self) -> impl Iterator<Item = &str> {
        let of_counters = self.counters.as_ref().ok().and_then(|counters| counters.warning.as_deref());
        self.remarks.iter().map(String::as_str).chain(of_counters)
    }
}

impl Exec {
    /// The query whose rows the command is run for, where there is one.
    pub(super) fn row_query(&self) -> Option<&BoundScript> {
        self.rows.as_ref().and_then(Rows::query)
    }

    /// Runs the command to its end, for each row where there are rows, and counts what it says that it counted.
    pub(super) async fn run(mut self, run: &StageRun, bindings: Bindings) {
        if run.stop.reason().is_some() {
            return;
        }
        if let Some(rows) = self.rows.take() {
            return self.for_each(rows, run, &bindings).await;
        }
        let done = self.carry_out(run, None, &bindings).await;
        run.with_tally(|tally| match done {
            Err(error) => tally.break_off(false, &error.to_string()),
            Ok(done) => {
                done.warnings().for_each(|warning| tally.warn(warning));
                if let Some((temporary, message)) = &done.fault {
                    tally.break_off(*temporary, message);
                }
                let temporary = done.fault.is_some_and(|(temporary, _)| temporary);
                match done.counters {
                    Ok(counters) => tally.add_counters(counters.counts, temporary),
                    Err(error) => tally.break_off(false, &error.to_string()),
                }
            }
        });
    }

    async fn carry_out(
        &self,
        run: &StageRun,
        row: Option<&Value>,
        bindings: &Bindings,
    ) -> Result<Done, ExecError> {
        let mut words = Vec::new();
        for word in &self.words {
            words.extend(word.render(row.unwrap_or(&Value::Null), bindings)?);
        }
        let file = CountersFile::create()?;
        let mut environment = self.environment.clone();
        let identity = run.identity();
        environment.extend([
            ("JOBNET_RUN_ID".into(), OsString::from(&identity.run_id)),
            ("JOBNET_ENV".into(), OsString::from(&identity.env)),
            ("JOBNET_JOB_START_AT".into(), OsString::from(identity.job_start_text())),
        ]);
        environment.extend(row.map(|row| ("JOBNET_ROW".into(), OsString::from(text(row)))));
        let mark = ("JOBNET_METRICS".into(), file.path().into());
        let process = Process::start(&Program { words, mark, environment, dir: self.dir.clone() })?;
        let Watched { ended, timed_out, tail, last, remarks } = watch(run, process, self.grace).await?;
        // An end that jobnet was told to bring about is nobody's failure.
        let fault = if run.stop.reason().is_some() { None } else { fault(run, ended, timed_out, &last) };
        let counters = file.text().map_err(ExecError::from);
        let counters = counters.and_then(|text| Ok(counters::counters(&text, LastObject::of(tail))?));
        Ok(Done { is_late: timed_out && fault.is_some(), fault, counters, remarks })
    }
}

/// A row as one text: a text as it is, anything else as JSON.
fn text(row: &Value) -> String {
    match row {
        Value::Str(text) => text.to_string(),
        other => json_text(other),
    }
}

/// Why an end was not a good one, and whether the same may end better later.
fn fault(
    run: &StageRun,
    ended: Ended,
    timed_out: bool,
    (stream, last): &(Stream, LastLines),
) -> Option<(bool, String)> {
    let (temporary, how) = match ended {
        _ if timed_out => (false, run.out_of_time()),
        Ended::Code(0) => return None,
        Ended::Code(code) => (code == TEMPORARY, format!("exited with {code}")),
        Ended::Signal(signal) => (false, format!("killed by signal {signal}")),
    };
    // What it was working on says nothing about why its time was up.
    let says_why = *stream == Stream::Stderr || !timed_out;
    let message = match last.text().filter(|_| says_why) {
        Some(lines) => format!("{how}; its standard {} ended with:\n{lines}", stream.as_str()),
        None => how,
    };
    Some((temporary, message))
}
