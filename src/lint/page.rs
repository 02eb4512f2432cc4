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
    "bad-out"
    "bad-selection"
    "bad-spec"
    "bad-table"
    "bad-value"
    "bad-values"
    "bad-window"
    "busy-minute"
    "cloud-run-account"
    "cloud-run-command"
    "cloud-run-file"
    "cloud-run-name"
    "cloud-run-out"
    "cloud-run-project"
    "cloud-run-same-name"
    "cloud-run-secret"
    "cloud-run-value"
    "contradiction"
    "cyclic-needs"
    "day-and-weekday"
    "daylight-fold"
    "daylight-gap"
    "declared-twice"
    "drift"
    "duplicate-key"
    "files-too-large"
    "github-environment"
    "github-lock"
    "github-long-condition"
    "github-long-timeout"
    "github-name"
    "github-not-a-step"
    "github-not-a-workflow"
    "github-not-pinned"
    "github-not-utc"
    "github-runner"
    "github-same-cron"
    "github-secret-name"
    "github-too-often"
    "impossible-on-target"
    "in-the-way"
    "kubernetes-address"
    "kubernetes-image"
    "kubernetes-label"
    "kubernetes-mount"
    "kubernetes-name"
    "kubernetes-no-secret"
    "kubernetes-no-tag"
    "kubernetes-quantity"
    "kubernetes-same-name"
    "missing-file"
    "missing-key"
    "no-directory"
    "no-environments"
    "no-sarif"
    "no-spec"
    "no-stages"
    "no-target"
    "not-confirmed"
    "not-exactly-one"
    "not-generated"
    "offset-not-cron"
    "overlays-nothing"
    "plain-secret"
    "rate-over-slot"
    "retries-outlast-timeout"
    "scheduled-nowhere"
    "scope-from-item"
    "secret-in-jq"
    "secret-in-sql"
    "secret-in-target"
    "secret-in-timing"
    "secret-in-when"
    "secret-in-word"
    "setup"
    "shared-rate"
    "shared-window"
    "spec-exists"
    "sql-empty"
    "sql-several-statements"
    "sql-transaction"
    "sql-unclosed"
    "sql-unknown-parameter"
    "start-within-too-short"
    "starts-too-soon"
    "template"
    "timeout-over-cadence"
    "two-databases"
    "undeclared-name"
    "unfit-file"
    "unknown-code"
    "unknown-environment"
    "unknown-key"
    "unknown-name"
    "unknown-need"
    "unknown-path"
    "unknown-timezone"
    "unknown-word"
    "unreadable"
    "unreadable-binary"
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
    "writes-beside-spec"
    "wrong-type"
    "yaml-syntax"
};
