use std::time::Duration;

use super::leaf::{JqText, LateSpec, PlainText, Spanned};
use super::record::{record, words};

record! {
    /// Lets one run of a stage and environment work at a time, wherever it was started: exactly one of `database` and
    /// `store` says where that is written down.
    LeaseSpec is "`lease`"
    optional {
        /// A PostgreSQL or SQLite database.
        database: Spanned<String>,
        /// A store.
        store: Spanned<String>,
        /// After how long without a sign of life the lease of a run is free for another. Default 60s.
        ttl: LateSpec<Duration>,
    }
}

record! {
    /// Where jobnet remembers how a stage ended: exactly one of `database` and `store`.
    RememberSpec is "`remember`"
    optional {
        /// A PostgreSQL or SQLite database.
        database: Spanned<String>,
        /// A store.
        store: Spanned<String>,
    }
}

record! {
    /// Tells somebody how a stage ended: exactly one of `slack` and `webhook`.
    NotifySpec is "a notification"
    optional {
        /// The URL of a Slack incoming webhook; absent, nobody is told.
        slack: PlainText,
        /// The URL of any webhook, which is sent a POST with JSON; absent, nobody is told.
        webhook: PlainText,
        /// What to tell. Default failure.
        on: Vec<NotifyOnSpec>,
        /// The JSON that is sent, as jq on the stage's summary. Default the summary itself, and for Slack a sentence.
        body: JqText,
        /// Where jobnet remembers the last outcome, which `recovery` needs.
        remember: RememberSpec,
    }
}

words! {
    /// What a notification tells.
    NotifyOnSpec is "an outcome to tell" {
        /// A stage failed, or the other side was unavailable.
        "failure" => Failure,
        /// A stage succeeded whose run before did not.
        "recovery" => Recovery,
    }
}
