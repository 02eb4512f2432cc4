use comfy_table::{CellAlignment, Table, presets};
use jiff::Timestamp;
use serde_json::json;

use crate::github::{Listed, StageNote, Told, list};
use crate::run::ExitCode;

use super::super::args::Global;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::super::report::percent;
use super::args::RunsArgs;
use super::connect::connect;
use super::error::GithubFault;
use super::net::HostedNet;
use super::view::{length, milliseconds};

/// Runs of one environment are looked for among so many of the latest.
const LOOKED_AT: usize = 100;

/// `jobnet runs`: lists the latest runs of the net's workflow.
pub(in super::super) fn runs(
    global: &Global,
    args: &RunsArgs,
    printer: &Printer,
) -> Result<ExitCode, CliError> {
    let net = HostedNet::load(global, &args.github, printer)?;
    let env = args.env.as_deref().filter(|env| !env.is_empty());
    let env = env.map(|env| net.plan(Some(env)).map(|plan| plan.env.as_str())).transpose()?;
    let link = connect(global, &args.github, (&net.directory, None), false, printer)?;
    let limit = usize::from(args.limit);
    let most = if env.is_some() { LOOKED_AT } else { limit };
    let listed = link.runtime.block_on(async {
        let mut runs = list(&link.api, &net.workflow, most).await.map_err(GithubFault::from)?;
        runs.retain(|run| env.is_none_or(|env| net.told(&run.title()).env.as_deref() == Some(env)));
        runs.truncate(limit);
        Ok::<_, CliError>(Listed::of(&link.api, runs).await)
    })?;
    if let Some(Err(error)) = listed.iter().map(|listed| &listed.notes).find(|notes| notes.is_err()) {
        let help = error.help().join("; ");
        printer.people(format!("warning: failure rates cannot be shown: {error} ({help})\n"));
    }
    if printer.json_asked {
        listed.iter().try_for_each(|listed| printer.json(&line(listed, &net)))?;
    } else if listed.is_empty() {
        printer.people("there are no runs\n");
    } else {
        printer.out(&table(&listed, &net))?;
    }
    Ok(ExitCode::Done)
}

fn line(Listed { run, notes }: &Listed, net: &HostedNet) -> serde_json::Value {
    let Told { env, stages, dry_run } = net.told(&run.title());
    json!({
        "event": "listed", "run_id": run.id, "attempt": run.run_attempt, "started_at": run.started_at(),
        "started_by": run.event, "env": env, "selection": stages, "dry_run": dry_run, "branch": run.head_branch,
        "commit": run.head_sha, "state": run.state().to_string(), "duration_ms": run.duration().map(milliseconds),
        "stages": notes.as_ref().ok(), "url": run.html_url,
    })
}

fn table(listed: &[Listed], net: &HostedNet) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
        .set_header(["run", "started", "by", "env", "stages", "branch", "outcome", "time", "failed", "page"]);
    for Listed { run, notes } in listed {
        let Told { env, stages, dry_run } = net.told(&run.title());
        table.add_row([
            run.id.to_string(),
            moment(run.started_at()),
            run.event.clone(),
            env.unwrap_or_else(|| "–".to_owned()),
            format!("{}{}", stages.as_deref().unwrap_or("–"), if dry_run { " (dry)" } else { "" }),
            run.head_branch.clone().unwrap_or_else(|| "–".to_owned()),
            run.state().to_string(),
            run.duration().map_or_else(|| "–".to_owned(), length),
            notes.as_ref().map_or_else(|_| "?".to_owned(), |notes| failures(notes)),
            run.html_url.clone(),
        ]);
    }
    if let Some(column) = table.column_mut(7) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{}\n", table.trim_fmt())
}

/// The stages of which items failed, each with its share; a dash where nothing was noted.
fn failures(notes: &[StageNote]) -> String {
    if notes.is_empty() {
        return "–".to_owned();
    }
    let failed =
        notes.iter().filter_map(|note| Some((&note.stage, note.failure_rate.filter(|rate| *rate > 0.0)?)));
    let failed: Vec<String> = failed.map(|(stage, rate)| format!("{stage} {}", percent(rate))).collect();
    if failed.is_empty() { "0%".to_owned() } else { failed.join(", ") }
}

/// A moment to the second, in UTC.
fn moment(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}
