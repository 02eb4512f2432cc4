use std::path::Path;

use serde_json::json;

use crate::github::{Dispatched, Order, RunRef, dispatch as start};
use crate::plan::Selector;
use crate::run::ExitCode;

use super::super::args::{Format, Global};
use super::super::confirm::confirm;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::super::signals::Signals;
use super::args::{DispatchArgs, WaitArgs};
use super::connect::{Link, connect};
use super::ending::Ending;
use super::error::GithubFault;
use super::follow::{Followed, follow};
use super::net::{HostedNet, choice, names};
use super::tell::{hand_on, say};

/// `jobnet dispatch`: starts the net's workflow for an environment and a selection of stages.
pub(in super::super) fn dispatch(
    global: &Global,
    args: &DispatchArgs,
    printer: &Printer,
) -> Result<ExitCode, CliError> {
    let net = HostedNet::load(global, &args.github, printer)?;
    let plan = net.plan(args.env.as_deref())?;
    let selector = match &args.stages[..] {
        _ if args.all => Selector::All,
        [word] => plan.chosen_by(word),
        words => Selector::Words(words.to_vec()),
    };
    let selection = plan.select(&selector)?;
    let order = Order {
        workflow: net.workflow.clone(),
        reference: args.reference.clone().filter(|reference| !reference.is_empty()),
        env: plan.env.clone(),
        stages: choice(plan, &selection)?,
        dry_run: args.dry_run,
    };
    let place: (&Path, _) = (&net.directory, None);
    let link = connect(global, &args.github, place, args.waiting.wait, printer)?;
    if plan.confirm && !global.yes && !args.dry_run {
        confirm(plan, &names(&selection), printer)?;
    }
    order_run(&link, &net, &order, &args.waiting, printer, || Ok(()))?.close(printer)
}

/// Starts a run, tells which, and follows it where that is wanted. `accepted` is called once GitHub has started it.
pub(super) fn order_run(
    link: &Link,
    net: &HostedNet,
    order: &Order,
    waiting: &WaitArgs,
    printer: &Printer,
    accepted: impl FnOnce() -> Result<(), CliError>,
) -> Result<Ending, CliError> {
    let page = format!("{}/actions/workflows/{}", link.page, order.workflow);
    let started = link.runtime.block_on(async {
        let mut signals = Signals::install()?;
        tokio::select! {
            started = start(&link.api, order, |title| net.told(title)) => {
                Ok::<_, CliError>(Ok(started.map_err(GithubFault::from)?))
            }
            reason = signals.next() => Ok(Err(reason)),
        }
    })?;
    let started = match started {
        Ok(started) => started,
        Err(reason) => {
            printer.people(format!("a run may have been started: {page}\n"));
            return Ok(Ending::Stopped(reason));
        }
    };
    let run = match started {
        Dispatched::Started(run) => Some((run, "started")),
        Dispatched::Found(run) => Some((run, "found")),
        // It was started, which is all that was wanted.
        Dispatched::Unnamed { reason, seen: runs } if !waiting.wait => {
            let fault = GithubFault::Unnamed { reason, runs, page: page.clone() };
            printer.people(format!("warning: {fault}\n"));
            None
        }
        Dispatched::Unnamed { reason, seen: runs } => {
            return Err(GithubFault::Unnamed { reason, runs, page }.into());
        }
        Dispatched::Unknown { reason, seen: runs } => {
            return Err(GithubFault::Unknown { reason, runs, page }.into());
        }
    };
    accepted()?;
    tell(run.as_ref(), order, &page, printer)?;
    match run {
        Some((run, _)) if waiting.wait => follow(link, &Followed::ours(run.id, 1), waiting.timeout, printer),
        _ => Ok(Ending::Started),
    }
}

/// Tells which run was started, and whether GitHub said so or it was found.
fn tell(run: Option<&(RunRef, &str)>, order: &Order, page: &str, printer: &Printer) -> Result<(), CliError> {
    let (id, url) = (run.map(|(run, _)| run.id), run.map_or(page, |(run, _)| &run.url));
    let how = run.map_or("started", |(_, how)| how);
    if printer.format != Format::Human {
        printer.json(&json!({
            "event": "dispatched", "run_id": id, "how": how, "url": url, "workflow": order.workflow, "env": order.env,
            "stages": order.stages, "dry_run": order.dry_run,
        }))?;
    }
    hand_on(id, url, printer)?;
    let run = id.map_or_else(|| "a run".to_owned(), |id| format!("run {id}"));
    say(&format!("{how} {run} of {} for {} in {}", order.workflow, order.stages, order.env), url, printer)
}
