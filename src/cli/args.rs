use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::Timestamp;

use crate::targets::Target;

use super::github::{DispatchArgs, RerunArgs, RunsArgs, WatchArgs};
use super::identity::{RunId, StartAt};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0    done; failures, if any, within the stage's threshold
  1    a stage failed
  2    wrong usage, or the spec or a variable is invalid
  3    lint found an error, or generated files are not what the spec says
  4    the run that was followed was cancelled
  75   the other side was unavailable to the end of the retries: try later
  130  interrupted; 143 terminated";

/// Runs nets of batch stages, the same on every engine.
#[derive(Debug, Parser)]
#[command(name = "jobnet", version, styles = STYLES, after_help = EXIT_CODES, max_term_width = 110)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command knows.
#[derive(Debug, ClapArgs)]
pub(super) struct Global {
    /// The spec; by default `jobnet.yaml` here or in the nearest directory above
    #[arg(long, global = true, value_name = "FILE", env = "JOBNET_SPEC")]
    pub(super) spec: Option<PathBuf>,
    /// For whom to print; by default people on a terminal, GitHub in its Actions, machines elsewhere
    #[arg(long, global = true, value_enum, env = "JOBNET_FORMAT")]
    pub(super) format: Option<Format>,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, env = "JOBNET_COLOR", hide_possible_values = true, value_name = "auto|always|never")]
    pub(super) color: Color,
    /// Log more: -v what happens, -vv all there is
    #[arg(short, long, global = true, action = ArgAction::Count, env = "JOBNET_VERBOSE")]
    pub(super) verbose: u8,
    /// Print nothing for people but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", env = "JOBNET_QUIET")]
    pub(super) quiet: bool,
    /// Answer yes to every question, for where nobody can be asked
    #[arg(long, global = true, env = "JOBNET_YES")]
    pub(super) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run stages: one, several, or the net in the order of its needs
    Run(RunArgs),
    /// Show what would run when, and with which variables and secrets
    Plan(PlanArgs),
    /// Start the net's GitHub workflow
    Dispatch(DispatchArgs),
    /// Run a run on GitHub again: all of it, what failed, or from a stage on
    Rerun(RerunArgs),
    /// Follow a run on GitHub to its end
    Watch(WatchArgs),
    /// List the net's latest runs on GitHub
    Runs(RunsArgs),
    /// Write a spec to begin with
    Init(InitArgs),
    /// Look for what is wrong with a spec although it can be used
    Lint(LintArgs),
    /// Say what the code of a finding means and what to do about it
    Explain(ExplainArgs),
    /// Render what the spec's targets are configured with: files that jobnet owns
    Generate(GenerateArgs),
    /// Print the JSON Schema of a spec, for editors
    Schema,
    /// Copy this binary into a directory, as an init container does
    Install(InstallArgs),
    /// Print what lets a shell complete commands and flags
    Completions(CompletionsArgs),
    /// Print the manual page, or write one a command
    Man(ManArgs),
    /// Do what the inputs of a step of GitHub Actions say: the container action's way in
    #[command(hide = true)]
    Action,
    /// Print the certificates that are trusted unless `SSL_CERT_FILE` names others, as PEM
    #[command(hide = true)]
    Roots,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RunArgs {
    /// Stages or groups, or --all; `item+` is item and all after it, `+item` item and all before it
    #[arg(value_name = "STAGE", required_unless_present = "all")]
    pub(super) stages: Vec<String>,
    /// Every stage
    #[arg(long, conflicts_with = "stages", env = "JOBNET_ALL")]
    pub(super) all: bool,
    /// The environment; by default the one whose `when` matches the variables around
    #[arg(long, value_name = "ENV", env = "JOBNET_ENV")]
    pub(super) env: Option<String>,
    /// Give a variable a value, before all others
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_set)]
    pub(super) sets: Vec<(String, String)>,
    /// Change nothing, and tell what would be done
    #[arg(long, env = "JOBNET_DRY_RUN")]
    pub(super) dry_run: bool,
    /// Repeat on purpose: make new idempotency keys, and begin anew what was cut off
    #[arg(long, env = "JOBNET_NEW_KEY")]
    pub(super) new_key: bool,
    /// The id of the net's run, handed from stage to stage; `schedule` makes it from the last firing; by default a new one
    #[arg(long, value_name = "ID", env = "JOBNET_RUN_ID", default_value = "", hide_default_value = true)]
    pub(super) run_id: RunId,
    /// When the net's run began, handed from stage to stage; `schedule` is the last firing; by default now
    #[arg(
        long,
        value_name = "TIME",
        env = "JOBNET_JOB_START_AT",
        default_value = "",
        hide_default_value = true
    )]
    pub(super) job_start_at: StartAt,
    /// Write the JSON lines of requests and stages into this file besides, whatever the format
    #[arg(long, value_name = "FILE", env = "JOBNET_REPORT")]
    pub(super) report: Option<PathBuf>,
    /// Run a stage again, up to N times within its timeout, where the other side was unavailable or its command failed
    #[arg(long, value_name = "N", env = "JOBNET_RETRIES", default_value_t = 0, hide_default_value = true)]
    pub(super) retries: u32,
    /// Keep to one of N equal parts of each API's rate, where N stages may work at once on machines of their own
    #[arg(long, value_name = "N", env = "JOBNET_RATE_SHARE", default_value = "1", hide_default_value = true)]
    pub(super) rate_share: NonZeroU32,
}

#[derive(Debug, ClapArgs)]
pub(super) struct LintArgs {
    /// The specs; by default the one that every command means
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Mend in the files what can be mended safely
    #[arg(long, env = "JOBNET_FIX")]
    pub(super) fix: bool,
    /// Write the findings into this file besides, as SARIF 2.1.0
    #[arg(long, value_name = "FILE", env = "JOBNET_SARIF")]
    pub(super) sarif: Option<PathBuf>,
    /// What to fail on beside errors
    #[arg(long, value_enum, value_name = "WHAT", env = "JOBNET_DENY")]
    pub(super) deny: Option<Deny>,
}

/// What to fail on beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    Warnings,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ExplainArgs {
    /// The code, as it stands in brackets; by default all are listed
    #[arg(value_name = "CODE")]
    pub(super) code: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct PlanArgs {
    /// The environment; by default all
    #[arg(long, value_name = "ENV", env = "JOBNET_ENV")]
    pub(super) env: Option<String>,
    /// Show the firings after this time; by default now
    #[arg(long, value_name = "TIME", env = "JOBNET_AT")]
    pub(super) at: Option<Timestamp>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct InitArgs {
    /// The net's name; by default that of the directory
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// A stage, each after the one before it
    #[arg(long = "stage", value_name = "NAME")]
    pub(super) stages: Vec<String>,
    /// An environment beside `local`; the last one runs on schedule
    #[arg(long = "env", value_name = "ENV")]
    pub(super) environments: Vec<String>,
    /// When it does, as five cron fields
    #[arg(long, value_name = "CRON")]
    pub(super) schedule: Option<String>,
    /// The zone of the schedule, by its IANA name
    #[arg(long, value_name = "ZONE")]
    pub(super) timezone: Option<String>,
    /// An engine that the net runs on
    #[arg(long = "target", value_name = "TARGET", value_enum)]
    pub(super) targets: Vec<TargetName>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct InstallArgs {
    /// The directory, which gets the file `jobnet` and nothing else
    #[arg(long, value_name = "DIR", env = "JOBNET_TO")]
    pub(super) to: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(super) shell: Shell,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ManArgs {
    /// The directory for a page a command; by default the main page goes to stdout
    #[arg(long, value_name = "DIR", env = "JOBNET_TO")]
    pub(super) to: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct GenerateArgs {
    /// Only for this target; may be given again. By default all that the spec has
    #[arg(long = "target", value_name = "TARGET", value_enum, value_delimiter = ',', env = "JOBNET_TARGET")]
    pub(super) targets: Vec<TargetName>,
    /// Write below this directory in place of the spec's, to have a look
    #[arg(long, value_name = "DIR", env = "JOBNET_OUT")]
    pub(super) out: Option<PathBuf>,
    /// Write nothing, and end with 3 where a file is not what the spec says
    #[arg(long, env = "JOBNET_CHECK")]
    pub(super) check: bool,
    /// Write nothing, and show what would change as a diff
    #[arg(long, env = "JOBNET_DIFF")]
    pub(super) diff: bool,
}

/// A target by its key in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TargetName {
    /// A GitHub Actions workflow
    Github,
    /// Kubernetes CronJobs, by kustomize
    Kubernetes,
    /// Scripts for Cloud Run Jobs and Cloud Scheduler
    #[value(name = "cloud_run", alias = "cloud-run")]
    CloudRun,
}

impl From<TargetName> for Target {
    fn from(name: TargetName) -> Self {
        match name {
            TargetName::Github => Self::Github,
            TargetName::Kubernetes => Self::Kubernetes,
            TargetName::CloudRun => Self::CloudRun,
        }
    }
}

/// For whom to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: progress and a table
    Human,
    /// For machines: a JSON object a line on stdout
    Json,
    /// For tools that show findings: one document of SARIF 2.1.0 on stdout
    Sarif,
    /// For GitHub Actions: JSON lines, job summary, outputs, annotations and masks
    Github,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

fn parse_set(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}
