use std::ffi::OsString;
use std::path::PathBuf;

use crate::expr::Template;
use crate::plan::{self, Stage};

use super::super::binder::{BindError, Binder};
use super::super::net::Net;
use super::super::rows::Rows;
use super::Exec;

/// Has Python write its output when it comes about; a pipe's would be told when there are 8 KiB of it
/// (<https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED>).
const UNBUFFERED: &str = "PYTHONUNBUFFERED";

impl Exec {
    /// Puts the values into a command. Of jobnet's own environment the process gets what the plan lets through.
    pub(in super::super) fn bind(
        exec: &plan::Exec,
        stage: &Stage,
        net: &Net<'_>,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let each = Binder { place: format!("{}.exec.for_each", binder.place), values: binder.values };
        let rows =
            exec.for_each.as_ref().map(|rows| Rows::bind(rows, &net.connections, &each)).transpose()?;
        let words = match &exec.command {
            plan::Command::Shell(text) => ["sh", "-c", text].map(Template::constant).to_vec(),
            plan::Command::Words(words) => {
                let bound = words.iter().map(|word| binder.template("exec.command", word));
                bound.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()
            }
        };
        let dir = exec.dir.as_ref().map(|dir| binder.text("exec.dir", dir)).transpose()?.flatten();
        // Of a name that stands twice the last is given.
        let mut environment = vec![(UNBUFFERED.into(), OsString::from("1"))];
        let inherited = net
            .environment
            .iter()
            .filter(|(name, _)| name == UNBUFFERED || exec.inherit.lets_through(&name.to_string_lossy()));
        environment.extend(inherited.cloned());
        let given =
            exec.given.iter().filter_map(|name| Some((name.into(), binder.values.text(name)?.into())));
        environment.extend(given);
        environment.push(("JOBNET_STAGE".into(), OsString::from(&stage.name)));
        Ok(Self {
            rows,
            words,
            environment,
            dir: dir.map(PathBuf::from),
            grace: binder.late_or("exec.grace", exec.grace.as_ref(), plan::DEFAULT_GRACE)?,
        })
    }
}
