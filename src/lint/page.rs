/// What `jobnet explain` says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// The page, in Markdown: a heading, a sentence, why it matters, what to do, an example.
    pub text: &'static str,
}

impl Page {
    /// What the code means: the sentence below the heading.
    pub fn summary(&self) -> &'static str {
        let below = self.text.split_once("\n\n").map_or("", |(_, below)| below);
        below.split("\n\n").next().unwrap_or_default().trim_end()
    }
}

/// The page of a code; `None` for what is no code.
pub fn page(code: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.code == code)
}

macro_rules! pages {
    ($($code:literal)*) => {
        &[$( Page { code: $code, text: include_str!(concat!("pages/", $code, ".md")) } ),*]
    };
}

/// The pages of all codes, of faults and rules alike, in the order of the alphabet.
pub static PAGES: &[Page] = pages! {
    "allow-without-reason"
    "answer-name"
    "bad-column"
    "bad-command"
    "bad-cron"
    "bad-expression"
    "bad-log-level"
    "bad-name"
    "bad-selection"
    "bad-spec"
    "bad-table"
    "bad-value"
    "bad-values"
    "bad-window"
    "busy-minute"
    "contradiction"
    "cyclic-needs"
    "day-and-weekday"
    "daylight-fold"
    "daylight-gap"
    "declared-twice"
    "drift"
    "duplicate-key"
    "impossible-on-target"
    "missing-key"
    "no-environments"
    "no-sarif"
    "no-spec"
    "no-stages"
    "not-confirmed"
    "not-exactly-one"
    "offset-not-cron"
    "overlays-nothing"
    "plain-secret"
    "rate-over-slot"
    "retries-outlast-timeout"
    "scheduled-nowhere"
    "scope-from-item"
    "secret-in-jq"
    "secret-in-sql"
    "secret-in-timing"
    "secret-in-when"
    "secret-in-word"
    "setup"
    "shared-rate"
    "shared-window"
    "sql-empty"
    "sql-several-statements"
    "sql-transaction"
    "sql-unclosed"
    "sql-unknown-parameter"
    "starts-too-soon"
    "template"
    "timeout-over-cadence"
    "two-databases"
    "undeclared-name"
    "unknown-code"
    "unknown-environment"
    "unknown-key"
    "unknown-name"
    "unknown-need"
    "unknown-path"
    "unknown-timezone"
    "unknown-word"
    "unreadable-spec"
    "unused-allow"
    "unused-name"
    "unused-resource"
    "unwritable"
    "variable-cycle"
    "variable-type"
    "weekday-seven"
    "which-api"
    "which-database"
    "which-environment"
    "which-store"
    "window-ends-early"
    "wrong-type"
    "yaml-syntax"
};
