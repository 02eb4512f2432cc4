use std::time::Duration;

use crate::expr::Percent;

use super::call::CallSpec;
use super::defaults::{HistorySpec, OverlapSpec};
use super::exec::ExecSpec;
use super::flow::FlowSpec;
use super::leaf::{LateSpec, Name, Spanned};
use super::record::record;
use super::request::LateDuration;
use super::sql::{MigrateSpec, SqlSpec};
use super::state::LeaseSpec;

record! {
    /// One step of the net. It does exactly one kind of work: `call`, `flow`, `sql`, `migrate` or `exec`.
    StageSpec is "a stage"
    optional {
        /// What it is for, in a sentence.
        description: String,
        /// The stages that must be done before it.
        needs: Vec<Name>,
        /// The stages before it whose rows it reads by their run: run without them, it continues the last run in which
        /// they succeeded. Without it, those whose tables its SQL names beside `:run_id` or `:job_start_at`.
        continues: Vec<Name>,
        /// When it starts: five cron fields in the spec's time zone, or `manual`. Without it, the net's schedule.
        schedule: Spanned<String>,
        /// How long after the schedule it starts, on engines that know no order.
        offset: LateSpec<Duration>,
        /// How long a run may take in all.
        timeout: LateSpec<Duration>,
        /// How late a run may start.
        start_within: LateSpec<Duration>,
        /// How often the engine starts a failed run again, on top of the retries of requests.
        retries: Spanned<u32>,
        /// What happens when a run is due while the one before it still works.
        overlap: Spanned<OverlapSpec>,
        /// How many finished runs the engine keeps.
        history: HistorySpec,
        /// True where its schedule is paused on engines that have one. Default false.
        suspend: Spanned<bool>,
        /// The share of failed items above which the stage fails. Without it any failed item fails it.
        fail_above: LateSpec<Percent>,
        /// Lets one run at a time work, wherever it was started.
        lease: LeaseSpec,
        /// Requests to an API, one after the other.
        call: CallSpec,
        /// Pages of items, a choice among them, and where the chosen go: requests that carry them on, or tables.
        flow: FlowSpec,
        /// Statements for a database.
        sql: SqlSpec,
        /// A directory of ordered SQL files, each applied once.
        migrate: MigrateSpec,
        /// A command: somebody's own program.
        exec: ExecSpec,
    }
}

record! {
    /// Waits of one request, in place of its API's.
    RequestTimeoutSpec is "the `timeout` of a request"
    optional {
        /// Until the answer begins, a new connection included, and between any two pieces of it.
        read: LateDuration,
    }
}
