use std::path::Path;
use std::time::Duration;

use indicatif::MultiProgress;
use tokio::runtime::{self, Runtime};
use tracing::level_filters::LevelFilter;

use crate::clients::HttpClient;
use crate::github::{Api, Pace, Pause, Remote, web_host};
use crate::secret::Masker;

use super::super::args::Global;
use super::super::error::CliError;
use super::super::logging;
use super::super::printer::Printer;
use super::super::report::duration;
use super::super::variables::cert_file;
use super::args::GithubArgs;
use super::error::GithubFault;
use super::origin;

/// Longer than this nobody waits for a request that is answered at once.
const PATIENCE: Duration = Duration::from_mins(2);

const CONNECT: Duration = Duration::from_secs(10);

/// A way to GitHub.
pub(super) struct Link {
    pub(super) api: Api,
    pub(super) runtime: Runtime,
    pub(super) lines: MultiProgress,
    /// Where people see the repository.
    pub(super) page: String,
}

/// Connects to the repository that is meant in this directory, or that a run's URL names. What follows a run waits for
/// rate limits however long that takes, and minutes for a GitHub that is not available; what else there is does not.
pub(super) fn connect(
    global: &Global,
    args: &GithubArgs,
    (directory, remote): (&Path, Option<&Remote>),
    follows: bool,
    printer: &Printer,
) -> Result<Link, CliError> {
    let base = origin::base()?;
    let here = Path::new(".");
    let directory = if directory.as_os_str().is_empty() { here } else { directory };
    let repository = origin::repository(args.repo.as_ref(), remote, directory, &base)?;
    let token = origin::token(&base)?;
    let masker = Masker::default();
    masker.add(token.expose());
    let lines = MultiProgress::new();
    let level = logging::asked(global).unwrap_or(LevelFilter::WARN);
    logging::install(level, masker, lines.clone(), printer.clone());
    let page = format!("https://{}/{repository}", web_host(&base).unwrap_or_default());
    let http = HttpClient::new(CONNECT, cert_file()).map_err(GithubFault::from)?;
    let pace = if follows {
        Pace { interval: args.interval, patience: Duration::MAX, tries: 12 }
    } else {
        Pace { interval: args.interval, patience: PATIENCE, tries: 5 }
    };
    let listener = {
        let (lines, printer) = (lines.clone(), printer.clone());
        move |Pause { limit, wait }| {
            let text = format!("waiting {} for {} of GitHub's API\n", duration(wait), limit.as_str());
            lines.suspend(|| {
                if !printer.quiet {
                    printer.people(text)
                }
            });
        }
    };
    let api = Api::new(http, base, repository, &token, pace, listener).map_err(GithubFault::from)?;
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Setup)?;
    Ok(Link { api, runtime, lines, page })
}
