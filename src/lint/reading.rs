use std::time::Duration;

use crate::diag::Span;
use crate::expr::Late;
use crate::plan::{Flow, Next, Plan, Rows, Stage, Work};
use crate::policy::Rate;
use crate::spec::NextSpec;

use super::context::{Context, Scheduled};
use super::firings::shortest_pause;

/// The pages that a flow may read from an API with a rate, as many as the spec says.
pub(super) struct Reading<'a> {
    /// The API.
    pub(super) api: &'a str,
    /// Its rate.
    pub(super) rate: Rate,
    /// How many pages.
    pub(super) pages: u32,
    /// How long a run may take without being ended, or being in the way of the next.
    pub(super) slot: Duration,
    /// Where the spec says how many.
    pub(super) place: Span,
}

impl<'a> Reading<'a> {
    /// What a stage reads; `None` where it reads nothing at a rate, or only a run knows how much.
    pub(super) fn of(context: &Context<'_>, plan: &'a Plan, stage: &'a Stage) -> Option<Self> {
        let Work::Flow(flow) = &stage.work else {
            return None;
        };
        let api = flow.from.request.api.as_str();
        let rate = plan.apis.get(api)?.rate.as_ref()?.bind(&plan.declared).ok().flatten()?;
        let next = next_spec(context, plan, stage);
        let (pages, rows) = (pages(plan, flow, next), rows(flow));
        if pages.is_none() && rows.is_none() {
            return None;
        }
        let all = pages.unwrap_or(1).saturating_mul(rows.unwrap_or(1));
        Some(Self {
            api,
            rate,
            pages: u32::try_from(all).unwrap_or(u32::MAX),
            slot: slot(context, plan, stage),
            place: next.map_or(stage.place, |next| next.span),
        })
    }

    /// How long that takes at a rate.
    pub(super) fn at(&self, rate: Rate) -> Duration {
        rate.interval().saturating_mul(self.pages)
    }
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
            let number = |late: &Late<u32>| late.bind(&plan.declared).ok().flatten();
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
