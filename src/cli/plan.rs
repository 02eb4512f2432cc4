use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use crate::plan::{PlanView, StageView};
use crate::run::ExitCode;
use crate::targets::{self, Standings};

use super::args::{Global, PlanArgs};
use super::error::CliError;
use super::load;
use super::plan_ledger;
use super::printer::Printer;

/// A plan as JSON, with what its targets can do.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    plan: &'a PlanView,
    ledger: &'a [Standings],
}

/// `jobnet plan`: shows what would run when, with what, and what each target can do.
pub(super) fn plan(global: &Global, args: &PlanArgs, printer: &Printer) -> Result<ExitCode, CliError> {
    let plans = load::plans(&load::spec_path(global.spec.as_deref())?, printer)?;
    let shown = match &args.env {
        Some(env) => vec![plans.named(env)?],
        None => plans.environments.values().collect(),
    };
    let entries = targets::ledger(&plans);
    let now = args.at.unwrap_or_else(Timestamp::now);
    for (index, plan) in shown.into_iter().enumerate() {
        let view = PlanView::of(plan, now);
        let ledger = Standings::of(plan, &plans, &entries);
        if printer.json_asked {
            printer.json(&Shown { plan: &view, ledger: &ledger })?;
        } else {
            let blank = if index > 0 { "\n" } else { "" };
            printer.out(&format!("{blank}{}{}", text(&view), plan_ledger::text(&ledger, &view)))?;
        }
    }
    Ok(ExitCode::Done)
}

fn text(view: &PlanView) -> String {
    let mut text = format!("{} in {}, times in {}\n", view.net, view.env, view.timezone);
    if !view.when.is_empty() {
        let when: Vec<_> = view.when.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let _ = writeln!(text, "chosen without --env by {}", when.join(" and "));
    }
    if view.confirm {
        text.push_str("asks for a `yes` before it runs\n");
    }
    for (index, stage) in view.stages.iter().enumerate() {
        let _ = write!(text, "\n{}. {}\n{}", index + 1, stage.name, fields(stage));
    }
    if !view.variables.is_empty() {
        text.push_str("\nvariables, unless the process environment or --set says otherwise\n");
        let width = view.variables.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in &view.variables {
            let _ =
                writeln!(text, "   {name:width$}  {}", value.as_deref().unwrap_or("(made from a secret)"));
        }
    }
    let renamed: Vec<_> = view.secrets.iter().filter(|(name, there)| name != there).collect();
    if !renamed.is_empty() {
        text.push_str("\nsecrets, and what they are called there\n");
        let width = renamed.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, there) in renamed {
            let _ = writeln!(text, "   {name:width$}  {there}");
        }
    }
    text
}

fn fails(above: &str) -> String {
    if above == "0%" {
        "when any item failed".to_owned()
    } else {
        format!("when more than {above} of its items failed")
    }
}

fn fields(stage: &StageView) -> String {
    let list = |items: &[String]| {
        if items.is_empty() { "–".to_owned() } else { items.join(", ") }
    };
    let schedule = match stage.schedule.as_str() {
        "manual" => "manual".to_owned(),
        cron if stage.offset == "0m" => format!("`{cron}`"),
        cron => format!("`{cron}`, {} after the net", stage.offset),
    };
    let fields = [
        ("kind", stage.kind.to_owned()),
        ("needs", list(&stage.needs)),
        ("continues", list(&stage.continues)),
        ("schedule", schedule),
        ("next", list(&stage.next)),
        ("limits", format!("{} in all, fails {}", stage.timeout, fails(&stage.fail_above))),
        ("variables", list(&stage.variables)),
        ("secrets", list(&stage.secrets)),
    ];
    let is_said = |(name, _): &&(&str, String)| *name != "continues" || !stage.continues.is_empty();
    let steps = stage.steps.iter().enumerate();
    let steps = steps.map(|(index, step)| (if index == 0 { "does" } else { "" }, step.clone()));
    let (first, rest) = fields.split_at(1);
    first.iter().cloned().chain(steps).chain(rest.iter().filter(is_said).cloned()).fold(
        String::new(),
        |mut text, (name, value)| {
            let _ = writeln!(text, "   {name:9}  {value}");
            text
        },
    )
}
