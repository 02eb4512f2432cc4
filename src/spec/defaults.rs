use std::time::Duration;

use crate::expr::Percent;

use super::exec::ExecDefaultsSpec;
use super::leaf::{LateSpec, Spanned};
use super::record::{record, words};
use super::state::LeaseSpec;

record! {
    /// What every stage has unless it says otherwise.
    DefaultsSpec is "`defaults`"
    optional {
        /// What happens when a run is due while the one before it still works. Default forbid.
        overlap: Spanned<OverlapSpec>,
        /// How long a run may take in all. Default 1h.
        timeout: LateSpec<Duration>,
        /// How late a run may start.
        start_within: LateSpec<Duration>,
        /// How often the engine starts a failed run again, on top of the retries of requests. Default 0.
        retries: Spanned<u32>,
        /// How many finished runs the engine keeps.
        history: HistorySpec,
        /// True where schedules are paused on engines that have them. Default false.
        suspend: Spanned<bool>,
        /// The share of failed items above which a stage fails. Without it any failed item fails it.
        fail_above: LateSpec<Percent>,
        /// Lets one run of a stage at a time work, wherever it was started.
        lease: LeaseSpec,
        /// What every command gets.
        exec: ExecDefaultsSpec,
    }
}

words! {
    /// What happens when a run is due while the one before it still works.
    OverlapSpec is "a way to handle overlapping runs" {
        /// The new run is left out.
        "forbid" => Forbid,
        /// The new run waits.
        "queue" => Queue,
        /// The old run is ended.
        "replace" => Replace,
    }
}

record! {
    /// How many finished runs the engine keeps.
    HistorySpec is "`history`"
    optional {
        /// Successful runs.
        succeeded: u32,
        /// Failed runs.
        failed: u32,
    }
}
