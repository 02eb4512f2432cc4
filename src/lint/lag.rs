use std::time::Duration;

use jiff::Timestamp;

use crate::plan::Stage;
use crate::targets::Target;

use super::context::{Context, Scheduled};
use super::firings::between;

/// A stage and one that it needs, which an engine without an order of stages starts, each by its own schedule.
pub(super) struct Pair<'a> {
    pub(super) stage: Scheduled<'a>,
    pub(super) need: &'a Stage,
    /// How long after it the stage starts, at least; `None` where both count from one schedule and the stage starts
    /// before it.
    pub(super) lag: Option<Duration>,
}

/// All such pairs, where order is kept by offsets alone.
pub(super) fn pairs<'a>(context: &Context<'a>) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for stage in context.scheduled() {
        // GitHub Actions keeps the order of a net itself.
        if context.targets_of(stage.plan).iter().all(|target| *target == Target::Github) {
            continue;
        }
        for need in stage.stage.needs.iter().filter_map(|need| stage.plan.stage(need)) {
            if let Some(scheduled) = Scheduled::of(stage.plan, need) {
                pairs.push(Pair { stage, need, lag: lag(context, &scheduled, &stage) });
            }
        }
    }
    pairs
}

fn lag(context: &Context<'_>, need: &Scheduled<'_>, stage: &Scheduled<'_>) -> Option<Duration> {
    let base = |scheduled: &Scheduled<'_>| scheduled.stage.timing.places.schedule;
    if base(need) == base(stage) {
        return stage.stage.timing.offset.checked_sub(need.stage.timing.offset);
    }
    shortest(&context.firings(need), &context.firings(stage)).or(Some(Duration::MAX))
}

/// The shortest time from a firing of one schedule to a firing of another that comes at or after it, with none of the
/// first in between. `None` where that never happens.
pub(super) fn shortest(first: &[Timestamp], second: &[Timestamp]) -> Option<Duration> {
    let last = first.last()?;
    let known = second.iter().take_while(|firing| *firing <= last);
    let lags = known.filter_map(|firing| {
        let before = first.partition_point(|earlier| earlier <= firing).checked_sub(1)?;
        Some(between(first[before], *firing))
    });
    lags.min()
}
