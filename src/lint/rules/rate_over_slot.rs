use std::time::Duration;

use crate::diag::Severity;
use crate::lint::context::{Context, Scheduled};
use crate::lint::firings::shortest_pause;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Flow, Next, Plan, Rows, Stage, Work, duration_text};
use crate::spec::NextSpec;

/// A flow whose pages, at the rate of their API, take longer than the stage may or than it is until its next run.
pub(super) const RULE: Rule = Rule { code: "rate-over-slot", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for plan in context.plans.environments.values() {
        for stage in &plan.stages {
            if let Work::Flow(flow) = &stage.work {
                check_flow(context, plan, stage, flow, report);
            }
        }
    }
}

fn check_flow(context: &Context<'_>, plan: &Plan, stage: &Stage, flow: &Flow, report: &mut Report) {
    let next = next_spec(context, plan, stage);
    let rate = plan.apis.get(&flow.from.request.api).and_then(|api| api.rate.as_ref());
    let Some(rate) = rate.and_then(|late| late.bind(&plan.declared).ok().flatten()) else {
        return;
    };
    let pages = pages(plan, flow, next);
    let rows = rows(flow);
    let requests = u32::try_from(pages.unwrap_or(1).saturating_mul(rows.unwrap_or(1))).unwrap_or(u32::MAX);
    let all = rate.interval().saturating_mul(requests);
    let slot = slot(context, plan, stage);
    if all <= slot || (pages.is_none() && rows.is_none()) {
        return;
    }
    let said = Said {
        message: format!(
            "stage `{}` may read {requests} pages, which take {} at the rate of `{}`",
            stage.name,
            duration_text(all),
            flow.from.request.api
        ),
        label: format!("expected what is read in {}", duration_text(slot)),
        help: "read less, ask for larger pages, or give the stage a longer `timeout` and runs that are further apart"
            .to_owned(),
    };
    report.add(next.map_or(stage.place, |next| next.span), said);
}

/// How the spec has pages follow each other, with its place.
fn next_spec<'a>(context: &Context<'a>, plan: &Plan, stage: &Stage) -> Option<&'a NextSpec> {
    context.document(plan)?.stages.get(&stage.name)?.flow.as_ref()?.from.next.as_ref()
}

/// How many pages one row may have; `None` where the spec does not say.
fn pages(plan: &Plan, flow: &Flow, next: Option<&NextSpec>) -> Option<u64> {
    let paging = flow.from.next.as_ref()?;
    let numbered = match &paging.next {
        Next::Page { first, last: Some(last), .. } => {
            let number = |late: &crate::expr::Late<u32>| late.bind(&plan.declared).ok().flatten();
            number(last).zip(number(first)).map(|(last, first)| u64::from(last.saturating_sub(first)) + 1)
        }
        _ => None,
    };
    // The default is no more than a guard.
    let said = next.is_some_and(|next| next.max_pages.is_some());
    let most = paging.max_pages.bind(&plan.declared).ok().flatten().filter(|_| said);
    numbered.into_iter().chain(most.map(|most| u64::from(most.get()))).min()
}

/// How many rows the pages are read for; `None` where only a run knows.
fn rows(flow: &Flow) -> Option<u64> {
    match &flow.for_each {
        Some(Rows::Values(values)) => u64::try_from(values.len()).ok(),
        Some(Rows::Lines(_) | Rows::Query(_)) | None => None,
    }
}

/// How long a run may take without being ended, or being in the way of the next.
fn slot(context: &Context<'_>, plan: &Plan, stage: &Stage) -> Duration {
    let pause = Scheduled::of(plan, stage).and_then(|scheduled| shortest_pause(&context.firings(&scheduled)));
    pause.map_or(stage.timing.timeout, |pause| pause.min(stage.timing.timeout))
}
