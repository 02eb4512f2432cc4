use std::time::Duration;

use crate::diag::Span;
use crate::spec::{Document, OverlapSpec, Spanned, StageSpec};

use super::compile::Compiler;
use super::cron::Cron;
use super::problem::PlanProblem;

/// How long a run may take where the spec does not say.
const DEFAULT_TIMEOUT: Duration = Duration::from_hours(1);

/// When a stage starts by itself.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// Never: somebody starts it.
    Manual,
    /// At these times, offset included.
    Cron(Box<Cron>),
}

/// When a stage starts and how long it may take.
#[derive(Debug, Clone)]
pub struct Timing {
    /// When it starts by itself, offset included.
    pub schedule: Schedule,
    /// The schedule that the offset was added to: the net's, or the stage's own.
    pub base: Schedule,
    /// How long after the net's schedule that is.
    pub offset: Duration,
    /// How long a run may take in all.
    pub timeout: Duration,
    /// How late a run may start.
    pub start_within: Option<Duration>,
    /// How often an engine starts a failed run again.
    pub retries: u32,
    /// What happens when runs overlap.
    pub overlap: Overlap,
    /// How many successful and failed runs an engine keeps.
    pub history: (Option<u32>, Option<u32>),
    /// True where its schedule is paused on engines that have one.
    pub suspend: bool,
    /// Where all of that is said.
    pub places: TimingPlaces,
}

/// Where the timing of a stage is said; `None` where it is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimingPlaces {
    /// The schedule, its own or the net's.
    pub schedule: Option<Span>,
    /// The offset.
    pub offset: Option<Span>,
    /// The timeout, its own or the defaults'.
    pub timeout: Option<Span>,
    /// How late a run may start.
    pub start_within: Option<Span>,
    /// The engine's retries.
    pub retries: Option<Span>,
    /// What happens when runs overlap.
    pub overlap: Option<Span>,
    /// How many runs are kept.
    pub history: Option<Span>,
    /// Whether it is paused.
    pub suspend: Option<Span>,
}

/// What happens when a run is due while the one before it still works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlap {
    /// The new run is left out.
    #[default]
    Forbid,
    /// The new run waits.
    Queue,
    /// The old run is ended.
    Replace,
}

impl Timing {
    pub(super) fn compile(document: &Document, stage: &StageSpec, compiler: &mut Compiler<'_>) -> Self {
        let defaults = document.defaults.as_ref();
        let offset = stage.offset.as_ref().and_then(|late| compiler.fixed(late)).unwrap_or_default();
        let timeout = stage.timeout.as_ref().or(defaults.and_then(|defaults| defaults.timeout.as_ref()));
        let start_within =
            stage.start_within.as_ref().or(defaults.and_then(|defaults| defaults.start_within.as_ref()));
        let overlap = stage.overlap.as_ref().or(defaults.and_then(|defaults| defaults.overlap.as_ref()));
        let retries = stage.retries.as_ref().or(defaults.and_then(|defaults| defaults.retries.as_ref()));
        let suspend = stage.suspend.as_ref().or(defaults.and_then(|defaults| defaults.suspend.as_ref()));
        let history = stage.history.as_ref().or(defaults.and_then(|defaults| defaults.history.as_ref()));
        let said = stage.schedule.as_ref().or(document.schedule.as_ref());
        let base = said.and_then(|text| cron(text, compiler));
        Self {
            schedule: base.as_ref().map_or(Schedule::Manual, |cron| moved(cron, stage, offset, compiler)),
            base: base.map_or(Schedule::Manual, |cron| Schedule::Cron(Box::new(cron))),
            offset,
            places: TimingPlaces {
                schedule: said.map(|text| text.span),
                offset: stage.offset.as_ref().map(|late| late.span),
                timeout: timeout.map(|late| late.span),
                start_within: start_within.map(|late| late.span),
                retries: retries.map(|retries| retries.span),
                overlap: overlap.map(|overlap| overlap.span),
                history: history.map(|history| history.span),
                suspend: suspend.map(|suspend| suspend.span),
            },
            timeout: timeout.and_then(|late| compiler.fixed(late)).unwrap_or(DEFAULT_TIMEOUT),
            start_within: start_within.and_then(|late| compiler.fixed(late)),
            retries: retries.map_or(0, |retries| retries.value),
            overlap: overlap.map(|overlap| Overlap::from(overlap.value)).unwrap_or_default(),
            history: history.map_or((None, None), |history| (history.succeeded, history.failed)),
            suspend: suspend.is_some_and(|suspend| suspend.value),
        }
    }
}

impl Overlap {
    /// The word of the spec.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forbid => "forbid",
            Self::Queue => "queue",
            Self::Replace => "replace",
        }
    }
}

impl From<OverlapSpec> for Overlap {
    fn from(spec: OverlapSpec) -> Self {
        match spec {
            OverlapSpec::Forbid => Self::Forbid,
            OverlapSpec::Queue => Self::Queue,
            OverlapSpec::Replace => Self::Replace,
        }
    }
}

/// A schedule so much later; manual where no cron expression can say that, which is reported.
fn moved(cron: &Cron, stage: &StageSpec, offset: Duration, compiler: &mut Compiler<'_>) -> Schedule {
    let text = cron.to_string();
    // Cron knows no seconds: an offset that is not whole minutes cannot be said in it.
    let minutes =
        u32::try_from(offset.as_secs() / 60).ok().filter(|_| offset.as_millis().is_multiple_of(60_000));
    let shifted = match minutes {
        Some(minutes) => compiler.compiled.shifted(cron, minutes).map_err(|error| error.to_string()),
        None => Err("cron counts whole minutes".to_owned()),
    };
    match (shifted, &stage.offset) {
        (Ok(cron), _) => Schedule::Cron(Box::new(cron)),
        (Err(reason), Some(spec)) => {
            compiler
                .report(PlanProblem::OffsetNotCron { text, offset: spec.text.clone(), reason }, spec.span);
            Schedule::Manual
        }
        (Err(_), None) => Schedule::Manual,
    }
}

/// The cron expression of a schedule; `None` for `manual` and where it is faulty, which is reported.
fn cron(text: &Spanned<String>, compiler: &mut Compiler<'_>) -> Option<Cron> {
    if text.value == "manual" {
        return None;
    }
    match compiler.compiled.cron(&text.value) {
        Ok(cron) => Some(cron),
        Err(error) => {
            compiler.report(
                PlanProblem::BadCron { text: text.value.clone(), reason: error.to_string() },
                text.span,
            );
            None
        }
    }
}

/// The schedule of the net itself is checked even where every stage has its own.
pub(super) fn check_net_schedule(document: &Document, compiler: &mut Compiler<'_>) {
    if let Some(text) = &document.schedule {
        cron(text, compiler);
    }
    if let Some(zone) = &document.timezone
        && jiff::tz::TimeZone::get(&zone.value).is_err()
    {
        compiler.report(PlanProblem::UnknownTimezone { name: zone.value.clone() }, zone.span);
    }
}
