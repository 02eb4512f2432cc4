use std::time::Duration;

use clap::Args;

use crate::expr::Scalar as _;
use crate::github::{Remote, Repository};

/// What every command that speaks with GitHub knows.
#[derive(Debug, Args)]
pub(in super::super) struct GithubArgs {
    /// The repository; by default GITHUB_REPOSITORY's, or that of the git remote `origin`
    #[arg(long, value_name = "OWNER/NAME", env = "JOBNET_REPO", value_parser = parse_repository)]
    pub(super) repo: Option<Repository>,
    /// The workflow's file; by default that of the spec's `targets.github`
    #[arg(long, value_name = "FILE", env = "JOBNET_WORKFLOW")]
    pub(super) workflow: Option<String>,
    /// How long to wait between two looks at the same thing
    #[arg(long, value_name = "TIME", env = "JOBNET_POLL_INTERVAL", default_value = "5s", value_parser = parse_time)]
    pub(super) interval: Duration,
}

#[derive(Debug, Args)]
pub(in super::super) struct DispatchArgs {
    /// Stages or groups, or --all, that the workflow's form can say: all, a stage, or `item+`
    #[arg(value_name = "STAGE", required_unless_present = "all")]
    pub(super) stages: Vec<String>,
    /// Every stage
    #[arg(long, conflicts_with = "stages", env = "JOBNET_ALL")]
    pub(super) all: bool,
    /// The environment; by default the `default_environment` of the spec's `targets.github`
    #[arg(long, value_name = "ENV", env = "JOBNET_ENV")]
    pub(super) env: Option<String>,
    /// The branch or tag; by default the repository's default branch
    #[arg(long = "ref", value_name = "REF", env = "JOBNET_REF")]
    pub(super) reference: Option<String>,
    /// Change nothing there, and tell what would be done
    #[arg(long, env = "JOBNET_DRY_RUN")]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) waiting: WaitArgs,
    #[command(flatten)]
    pub(super) github: GithubArgs,
}

#[derive(Debug, Args)]
pub(in super::super) struct RerunArgs {
    /// The run, by its id or URL
    #[arg(value_name = "RUN", env = "JOBNET_RUN", value_parser = parse_run)]
    pub(super) run: NamedRun,
    /// Only what failed, and what needs that
    #[arg(long, conflicts_with = "from", env = "JOBNET_FAILED")]
    pub(super) failed: bool,
    /// Only this stage and all after it
    #[arg(long, value_name = "STAGE", env = "JOBNET_FROM")]
    pub(super) from: Option<String>,
    /// What this branch or tag is now, in place of the run's own commit
    #[arg(long = "ref", value_name = "REF", env = "JOBNET_REF")]
    pub(super) reference: Option<String>,
    /// The environment, where the run's title does not tell
    #[arg(long, value_name = "ENV", env = "JOBNET_ENV")]
    pub(super) env: Option<String>,
    /// Have GitHub log more
    #[arg(long, env = "JOBNET_DEBUG")]
    pub(super) debug: bool,
    #[command(flatten)]
    pub(super) waiting: WaitArgs,
    #[command(flatten)]
    pub(super) github: GithubArgs,
}

impl RerunArgs {
    /// The branch or tag; engines hand over what they do not have as an empty text.
    pub(super) fn reference(&self) -> Option<&str> {
        self.reference.as_deref().filter(|reference| !reference.is_empty())
    }

    /// The environment; likewise.
    pub(super) fn env(&self) -> Option<&str> {
        self.env.as_deref().filter(|env| !env.is_empty())
    }
}

/// Whether to follow what was started.
#[derive(Debug, Args)]
pub(in super::super) struct WaitArgs {
    /// Follow the run to its end, and exit as it did
    #[arg(long, env = "JOBNET_WAIT")]
    pub(super) wait: bool,
    /// Follow it no longer than this; it goes on
    #[arg(long, value_name = "TIME", env = "JOBNET_TIMEOUT", value_parser = parse_time)]
    pub(super) timeout: Option<Duration>,
}

#[derive(Debug, Args)]
pub(in super::super) struct WatchArgs {
    /// The run, by its id or URL
    #[arg(value_name = "RUN", env = "JOBNET_RUN", value_parser = parse_run, required_unless_present = "latest")]
    pub(super) run: Option<NamedRun>,
    /// The workflow's latest run
    #[arg(long, conflicts_with = "run", env = "JOBNET_LATEST")]
    pub(super) latest: bool,
    /// Follow it no longer than this; it goes on
    #[arg(long, value_name = "TIME", env = "JOBNET_TIMEOUT", value_parser = parse_time)]
    pub(super) timeout: Option<Duration>,
    #[command(flatten)]
    pub(super) github: GithubArgs,
}

#[derive(Debug, Args)]
pub(in super::super) struct RunsArgs {
    /// Only runs of this environment, as far as their titles tell
    #[arg(long, value_name = "ENV", env = "JOBNET_ENV")]
    pub(super) env: Option<String>,
    /// At most so many runs
    #[arg(long, value_name = "NUMBER", env = "JOBNET_LIMIT", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(super) limit: u16,
    #[command(flatten)]
    pub(super) github: GithubArgs,
}

/// A run as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedRun {
    pub(super) id: u64,
    /// Where it is, if it is named by a URL.
    pub(super) remote: Option<Remote>,
}

fn parse_repository(text: &str) -> Result<Repository, String> {
    text.parse().map_err(|_| "expected OWNER/NAME".to_owned())
}

fn parse_time(text: &str) -> Result<Duration, String> {
    Duration::parse(text)
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "expected a time such as 5s, 30m or 1h30m".to_owned())
}

/// The number of a run, or the URL of its page or of one of its jobs.
fn parse_run(text: &str) -> Result<NamedRun, String> {
    let text = text.trim();
    let wrong = || "expected the number of a run, or its URL".to_owned();
    let (remote, after) = match text.split_once("/actions/runs/") {
        Some((repository, after)) => (Some(Remote::parse(repository).ok_or_else(wrong)?), after),
        None => (None, text),
    };
    let number = after.split(['/', '?', '#']).next().unwrap_or_default();
    Ok(NamedRun { id: number.parse().map_err(|_| wrong())?, remote })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_a_number_or_its_page() {
        for (text, run) in [
            ("17", Some("17")),
            (" 17\n", Some("17")),
            ("https://github.com/shop/etl/actions/runs/17", Some("17 in github.com shop/etl")),
            (
                "https://github.com/shop/etl/actions/runs/17/job/4?pr=1#step:2:1",
                Some("17 in github.com shop/etl"),
            ),
            (
                "https://git.shop.example/shop/etl/actions/runs/17/attempts/2",
                Some("17 in git.shop.example shop/etl"),
            ),
            ("https://github.com/shop/etl/pull/17", None),
            ("latest", None),
        ] {
            let shown = parse_run(text).ok().map(|NamedRun { id, remote }| match remote {
                Some(remote) => format!("{id} in {} {}", remote.host, remote.repository),
                None => id.to_string(),
            });
            assert_eq!(shown.as_deref(), run, "{text}");
        }
    }
}
