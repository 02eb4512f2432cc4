use std::path::Path;

use crate::github::list;
use crate::run::ExitCode;

use super::super::args::Global;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::args::WatchArgs;
use super::connect::connect;
use super::error::GithubFault;
use super::follow::{Followed, follow};
use super::net::HostedNet;

/// `jobnet watch`: follows a run to its end.
pub(in super::super) fn watch(
    global: &Global,
    args: &WatchArgs,
    printer: &Printer,
) -> Result<ExitCode, CliError> {
    if let Some(run) = &args.run {
        let directory = global.spec.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let link = connect(global, &args.github, (directory, run.remote.as_ref()), true, printer)?;
        return follow(&link, &Followed::others(run.id, 1), args.timeout, printer)?.close(printer);
    }
    let net = HostedNet::load(global, &args.github, printer)?;
    let link = connect(global, &args.github, (&net.directory, None), true, printer)?;
    let runs = link.runtime.block_on(list(&link.api, &net.workflow, 1)).map_err(GithubFault::from)?;
    let Some(latest) = runs.first() else {
        return Err(GithubFault::NoRuns { workflow: net.workflow }.into());
    };
    let followed = Followed::others(latest.id, latest.run_attempt);
    follow(&link, &followed, args.timeout, printer)?.close(printer)
}
