use std::time::Duration;

use crate::diag::Span;
use crate::expr::{Filter, Late, Scope, Template};
use crate::spec::{LeaseSpec, NotifyOnSpec, NotifySpec, PlainText, Problem, Spanned, StageSpec};

use super::compile::Compiler;
use super::outside::Outside;
use super::problem::PlanProblem;
use super::schedule::Overlap;

/// Where jobnet writes down what must outlast a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Memory {
    /// A database, by its name.
    Database(String),
    /// A store, by its name.
    Store(String),
}

/// Lets one run of a stage and environment work at a time.
#[derive(Debug, Clone)]
pub struct Lease {
    /// Where it is written down.
    pub memory: Memory,
    /// After how long without a sign of life it is free.
    pub ttl: Late<Duration>,
}

/// Tells somebody how a stage ended.
#[derive(Debug, Clone)]
pub struct Notify {
    /// In which words.
    pub kind: NotifyKind,
    /// The URL; a value that turns out absent tells nobody.
    pub url: Template,
    /// That a stage failed is told.
    pub failure: bool,
    /// That a stage succeeded whose run before had failed is told; here is remembered how that ended.
    pub recovery: Option<Memory>,
    /// What builds the JSON that is sent from the stage's summary.
    pub body: Option<Filter>,
}

/// The words of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotifyKind {
    /// A sentence, as Slack's incoming webhooks take it
    /// (<https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>).
    Slack,
    /// The summary.
    Webhook,
}

impl Memory {
    fn compile(
        owner: &'static str,
        (database, store): (Option<&Spanned<String>>, Option<&Spanned<String>>),
        unread: &[&'static str],
        span: Span,
        outside: &Outside,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        match (database, store) {
            (Some(name), None) => outside.database(Some(name), span, compiler).map(Self::Database),
            (None, Some(name)) => outside.store(Some(name), span, compiler).map(Self::Store),
            (None, None) if !unread.is_empty() => None,
            (database, store) => {
                let keys = [("database", database.is_some()), ("store", store.is_some())];
                compiler.not_one(owner, keys, span);
                None
            }
        }
    }
}

impl Lease {
    /// How long a lease lasts without a sign of life where the spec does not say.
    pub const DEFAULT_TTL: Duration = Duration::from_mins(1);

    /// The lease of a stage, by its own words or by the defaults'.
    pub(super) fn compile(
        stage: &StageSpec,
        default: Option<&LeaseSpec>,
        overlap: Overlap,
        outside: &Outside,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let spec = stage.lease.as_ref().or(default)?;
        let places = (spec.database.as_ref(), spec.store.as_ref());
        let memory = Memory::compile("`lease`", places, &spec.unread, spec.span, outside, compiler);
        if overlap == Overlap::Replace {
            let advice = "no run can end another by a lease: choose `forbid` or `queue`";
            let problem = PlanProblem::Contradiction { one: "lease", other: "overlap: replace", advice };
            compiler.report(problem, spec.span);
        }
        let ttl = spec.ttl.as_ref().map(|late| compiler.late(late));
        Some(Self { memory: memory?, ttl: ttl.unwrap_or(Late::Known(Self::DEFAULT_TTL)) })
    }
}

impl Notify {
    pub(super) fn compile(spec: &NotifySpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Self> {
        let (kind, url) = Self::kind(spec, compiler)?;
        let url = compiler.plain(url);
        let body = spec.body.as_ref().map(|body| compiler.filter(body, &Scope::default()));
        let on = spec.on.as_deref().unwrap_or(&[NotifyOnSpec::Failure]);
        let recovers = on.contains(&NotifyOnSpec::Recovery);
        let memory = spec.remember.as_ref().map(|place| {
            let places = (place.database.as_ref(), place.store.as_ref());
            Memory::compile("`remember`", places, &place.unread, place.span, outside, compiler)
        });
        match (&memory, recovers) {
            (None, true) if !spec.unread.contains(&"remember") => {
                let (key, owner) = ("remember", "a notification of a recovery");
                let expected = "`{database: NAME}` or `{store: NAME}`";
                compiler.report(Problem::MissingKey { key, expected, owner }, spec.span);
                return None;
            }
            (Some(_), false) => {
                let advice = "add `recovery` to `on`, or remove `remember`";
                let problem = PlanProblem::Contradiction { one: "remember", other: "on", advice };
                compiler.report(problem, spec.span);
            }
            _ => {}
        }
        Some(Self {
            kind,
            url,
            failure: on.contains(&NotifyOnSpec::Failure),
            recovery: memory.flatten().filter(|_| recovers),
            body: body.flatten(),
        })
    }

    fn kind<'s>(spec: &'s NotifySpec, compiler: &mut Compiler<'_>) -> Option<(NotifyKind, &'s PlainText)> {
        match (&spec.slack, &spec.webhook) {
            (Some(url), None) => Some((NotifyKind::Slack, url)),
            (None, Some(url)) => Some((NotifyKind::Webhook, url)),
            (None, None) if !spec.unread.is_empty() => None,
            (slack, webhook) => {
                let keys = [("slack", slack.is_some()), ("webhook", webhook.is_some())];
                compiler.not_one("a notification", keys, spec.span);
                None
            }
        }
    }
}
