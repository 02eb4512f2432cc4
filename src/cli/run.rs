use std::collections::BTreeSet;
use std::sync::Arc;

use indicatif::MultiProgress;
use jiff::Timestamp;
use tokio::runtime;
use tokio::sync::mpsc;
use tracing::level_filters::LevelFilter;
use uuid::Uuid;

use crate::expr::Lookup;
use crate::plan::{DEFAULT_LOG_LEVEL, LOG_LEVEL, Plan, Plans, Selector, Values};
use crate::run::{self, Connections, ExitCode, Net, Outcome, SpecFiles, Stop};
use crate::secret::Masker;

use super::args::{Format, Global, RunArgs};
use super::confirm::confirm;
use super::error::CliError;
use super::identity::identity;
use super::load::{self, Beside};
use super::logging;
use super::printer::{Printer, patience};
use super::report::{Reporter, github};
use super::signals::Signals;
use super::variables::{Variables, cert_file};

/// `jobnet run`: runs stages of a plan and reports how they went.
pub(super) fn run(global: &Global, args: &RunArgs, printer: &Printer) -> Result<ExitCode, CliError> {
    let spec = load::spec_path(global.spec.as_deref())?;
    let plans = load::plans(&spec, printer)?;
    let variables = Variables::around()?;
    let plan = environment(&plans, args, &variables)?;
    let selector = if args.all { Selector::All } else { Selector::Words(args.stages.clone()) };
    let selection = plan.select(&selector)?;
    let stages: Vec<&str> = selection.stages.iter().map(|(name, _)| name.as_str()).collect();
    let values = plan.values(&stages, &args.sets, &|name| variables.get(name)).map_err(CliError::Values)?;

    let masker = match printer.format {
        Format::Github => github::masker(printer.clone()),
        Format::Human | Format::Json | Format::Sarif => Masker::default(),
    };
    let secrets: BTreeSet<&str> = variables.secrets().chain(values.secrets()).collect();
    secrets.into_iter().for_each(|secret| masker.add(secret));
    mask_inherited(plan, &stages, &values, &variables, &masker);
    let progress = MultiProgress::new();
    logging::install(
        log_level(global, args, plan, &variables, printer.format)?,
        masker.clone(),
        progress.clone(),
        printer.clone(),
    );
    warn_of_short_secrets(plan, &values);
    let cert_file = cert_file();
    let files: SpecFiles = Arc::new(Beside::of(&spec));
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Setup)?;
    let connections = {
        // A pool of connections keeps a task of its own.
        let _entered = runtime.enter();
        let cert_file = cert_file.as_ref();
        Connections::bind(plan, &stages, &values, &*files, cert_file, args.rate_share, &masker)?
    };
    if plan.confirm && !global.yes && !args.dry_run {
        confirm(plan, &stages, printer)?;
    }
    let identity = identity(plan, &stages, args, Timestamp::now());

    let (events, listener) = mpsc::unbounded_channel();
    let report = args.report.as_deref();
    let mut reporter = Reporter::new(printer.clone(), masker.clone(), progress, &identity, report)?;
    printer.detach()?;
    let stop = Stop::default();
    Signals::watch(stop.clone())?;
    let ended = runtime.block_on(async {
        let net = Net {
            plan,
            selection: &selection,
            values: &values,
            connections,
            files,
            identity,
            clock: Arc::new(Timestamp::now),
            stop: stop.clone(),
            key_salt: if args.new_key { format!("|{}", Uuid::new_v4()) } else { String::new() },
            dry_run: args.dry_run,
            stage_retry: run::stage_retry(args.retries),
            environment: variables.all(),
            masker: masker.clone(),
            events,
        };
        let listening = async {
            // Dropped with the listening, lest a command wait for a listener that is gone.
            let mut listener = listener;
            while let Some(event) = listener.recv().await {
                reporter.hear(&event)?;
            }
            Ok(())
        };
        let (ended, heard) = tokio::join!(run::run(net), listening);
        heard.and(ended.map_err(CliError::from))
    })?;
    // A page that is still being computed after a hard stop must not keep the process.
    runtime.shutdown_background();
    Ok(reporter.close(ended, || match stop.reason() {
        Some(reason) => patience(Outcome::Stopped(reason).exit_code()),
        None => patience(ended),
    }))
}

/// The environment that was named, or that the variables around tell.
fn environment<'a>(plans: &'a Plans, args: &RunArgs, variables: &Variables) -> Result<&'a Plan, CliError> {
    let set =
        |name: &str| args.sets.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value.clone());
    let around = |name: &str| set(name).or_else(|| variables.get(name));
    // Engines hand over what they do not have as an empty text.
    let named = args.env.as_deref().filter(|name| !name.is_empty());
    Ok(plans.choose(named, &around)?)
}

/// Names the secrets that are shown, since they are too short to be told from other text.
fn warn_of_short_secrets(plan: &Plan, values: &Values) {
    for name in plan.declared.names().into_iter().filter(|name| plan.declared.is_secret(name)) {
        if values.text(&name).is_some_and(|secret| !Masker::can_mask(secret)) {
            tracing::warn!("secret {name} has fewer than 4 characters, and is not masked in what is printed");
        }
    }
}

/// A command may inherit a secret that its stage does not name.
fn mask_inherited(plan: &Plan, stages: &[&str], values: &Values, variables: &Variables, masker: &Masker) {
    let runs_command = |name: &&str| plan.stage(name).is_some_and(|stage| stage.work.is_command());
    if stages.iter().any(runs_command) {
        let secrets = plan.declared.names().into_iter().filter(|name| plan.declared.is_secret(name));
        let inherited = secrets.filter_map(|name| variables.get(&name));
        let further = inherited.filter(|secret| !values.secrets().any(|known| known == secret));
        further.for_each(|secret| masker.add(&secret));
    }
}

/// How much to log: the flags say, then `--set`, the process environment, the spec.
fn log_level(
    global: &Global,
    args: &RunArgs,
    plan: &Plan,
    variables: &Variables,
    format: Format,
) -> Result<LevelFilter, CliError> {
    if let Some(level) = logging::asked(global) {
        return Ok(level);
    }
    let set = args.sets.iter().rev().find(|(name, _)| name == LOG_LEVEL).map(|(_, value)| value.clone());
    let given = set.or_else(|| variables.get(LOG_LEVEL).filter(|value| !value.is_empty()));
    match (given, plan.declared.text(LOG_LEVEL), format) {
        (Some(given), _, _) => logging::level(&given),
        (None, Some(declared), _) if !declared.eq_ignore_ascii_case(DEFAULT_LOG_LEVEL) => {
            logging::level(declared)
        }
        // The progress and the table say all that would be logged.
        (None, _, Format::Human) => Ok(LevelFilter::OFF),
        (None, _, Format::Json | Format::Sarif | Format::Github) => logging::level(DEFAULT_LOG_LEVEL),
    }
}
