use jiff::Timestamp;

use crate::github::{
    Again, Asked, GithubError, Job, Order, Refusal, Rerun, Run, Scope, Told, decide, head, jobs, one,
    rerun as run_again,
};
use crate::plan::{Plan, Selection, SelectionError, Selector};
use crate::run::ExitCode;

use super::super::args::Global;
use super::super::confirm::confirm;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::args::RerunArgs;
use super::connect::{Link, connect};
use super::dispatch::order_run;
use super::ending::Ending;
use super::error::GithubFault;
use super::follow::{Followed, follow};
use super::net::{HostedNet, choice, names};
use super::tell::hand_on;
use super::way::Way;

/// `jobnet rerun`: runs a run again, by GitHub's rerun where that fits, as a new run where it does not.
pub(in super::super) fn rerun(
    global: &Global,
    args: &RerunArgs,
    printer: &Printer,
) -> Result<ExitCode, CliError> {
    let net = HostedNet::load(global, &args.github, printer)?;
    check(&net, args)?;
    let place = (net.directory.as_path(), args.run.remote.as_ref());
    let link = connect(global, &args.github, place, args.waiting.wait, printer)?;
    let (run, jobs, commit) = look(&link, args).map_err(GithubFault::from)?;
    net.has(&run)?;
    let told = net.told(&run.title());
    let plan = net.plan(Some(environment(&net, args, &run, &told)?))?;
    let was_for = told.stages.as_deref().and_then(|word| plan.select(&plan.chosen_by(word)).ok());
    let from = args.from.as_deref().map(|from| from_on(plan, from)).transpose()?;
    let scope = match &from {
        Some(selection) => scope_of(plan, selection, was_for.as_ref())?,
        None if args.failed => Scope::Failed,
        None => Scope::Whole,
    };
    let again = decide(&run, &jobs, &Asked { scope, commit }, Timestamp::now());
    let again = again.map_err(|refusal| match refusal {
        Refusal::GoesOn => GithubFault::GoesOn { run: run.id },
        Refusal::NothingFailed => GithubFault::NothingFailed { run: run.id },
    })?;
    let failed = if args.failed { failed(plan, &jobs)? } else { None };
    let selection = from.or(failed).or(was_for);
    let way = match again {
        Again::Rerun(what) => Way::Rerun(what),
        Again::New(why) => Way::Dispatch(order(&net, plan, selection.as_ref(), args, (&run, &told))?, why),
    };
    way.tell(&run, printer)?;
    if plan.confirm && !global.yes && !told.dry_run {
        let stages = selection.map_or_else(|| plan.select(&Selector::All), Ok)?;
        confirm(plan, &names(&stages), printer)?;
    }
    let accepted = || way.note(&run, printer);
    let ending = match &way {
        Way::Dispatch(order, _) => order_run(&link, &net, order, &args.waiting, printer, accepted)?,
        Way::Rerun(what) => rerun_by_github(&link, &run, *what, args, printer, accepted)?,
    };
    ending.close(printer)
}

/// Has GitHub run a run again, and follows it where that is wanted. `accepted` is called once GitHub does.
fn rerun_by_github(
    link: &Link,
    run: &Run,
    what: Rerun,
    args: &RerunArgs,
    printer: &Printer,
    accepted: impl FnOnce() -> Result<(), CliError>,
) -> Result<Ending, CliError> {
    let attempt = link.runtime.block_on(run_again(&link.api, run, what, args.debug));
    let attempt = attempt.map_err(GithubFault::from)?;
    accepted()?;
    hand_on(Some(run.id), &run.html_url, printer)?;
    if args.waiting.wait {
        return follow(link, &Followed::ours(run.id, attempt), args.waiting.timeout, printer);
    }
    Ok(Ending::Started)
}

/// The run, the jobs of its latest attempt, and the commit that is wanted.
fn look(link: &Link, args: &RerunArgs) -> Result<(Run, Vec<Job>, Option<String>), GithubError> {
    link.runtime.block_on(async {
        let run = one(&link.api, args.run.id).await?;
        let jobs = jobs(&link.api, args.run.id).await?;
        let commit = match args.reference() {
            Some(reference) => Some(head(&link.api, reference).await?),
            None => None,
        };
        Ok((run, jobs, commit))
    })
}

/// The run's environment: what its title tells, else what is named, else the only one.
fn environment<'a>(
    net: &'a HostedNet,
    args: &'a RerunArgs,
    run: &Run,
    told: &'a Told,
) -> Result<&'a str, GithubFault> {
    let told = told.env.as_deref();
    if let (Some(told), Some(named)) = (told, args.env())
        && told != named
    {
        let (told, named) = (told.to_owned(), named.to_owned());
        return Err(GithubFault::OtherEnvironment { run: run.id, told, named });
    }
    let only = if let [env] = net.environments()[..] { Some(env) } else { None };
    told.or(args.env()).or(only).ok_or_else(|| GithubFault::NoEnvironment { known: net.known() })
}

/// Holds what is wanted to the spec before GitHub is asked anything: the environment, and the stage in at least one of
/// those that the run can be of.
fn check(net: &HostedNet, args: &RerunArgs) -> Result<(), CliError> {
    let environments = args.env().map_or_else(|| net.environments(), |env| vec![env]);
    let mut refusal = None;
    for env in environments {
        let plan = net.plan(Some(env))?;
        match args.from.as_deref().map(|from| from_on(plan, from)).transpose() {
            Ok(_) => return Ok(()),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    refusal.map_or(Ok(()), Err)
}

/// A stage, or a group's stages, and all after them, as the workflow's form can say it; `item` and `item+` are the same here.
fn from_on(plan: &Plan, from: &str) -> Result<Selection, CliError> {
    let selection = plan.select(&Selector::Words(vec![format!("{}+", from.trim_end_matches('+'))]))?;
    choice(plan, &selection)?;
    Ok(selection)
}

fn scope_of(plan: &Plan, selection: &Selection, was_for: Option<&Selection>) -> Result<Scope, CliError> {
    let Some((stage, _)) = selection.stages.first() else { return Ok(Scope::Whole) };
    if from_on(plan, stage)? != *selection {
        // Only of the whole net can the beginning be several stages.
        return Ok(Scope::Whole);
    }
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut needs = owned(names(&plan.select(&Selector::Words(vec![format!("+{stage}")]))?));
    needs.retain(|need| need != stage);
    let stages = owned(names(selection));
    let was_for = was_for.map(|was_for| owned(names(was_for)));
    Ok(Scope::From { stage: stage.clone(), stages, needs, was_for })
}

/// The stages whose jobs failed, and all after them; `None` where only other jobs failed.
fn failed(plan: &Plan, jobs: &[Job]) -> Result<Option<Selection>, SelectionError> {
    let failed = jobs.iter().filter(|job| job.state().conclusion().is_some_and(|end| !end.is_good()));
    let stages = failed.map(Job::stage).filter(|stage| plan.stage(stage).is_some());
    let words: Vec<String> = stages.map(|stage| format!("{stage}+")).collect();
    if words.is_empty() { Ok(None) } else { plan.select(&Selector::Words(words)).map(Some) }
}

/// The new run that takes the place of a rerun.
fn order(
    net: &HostedNet,
    plan: &Plan,
    selection: Option<&Selection>,
    args: &RerunArgs,
    (run, told): (&Run, &Told),
) -> Result<Order, GithubFault> {
    let selection = selection.ok_or(GithubFault::WhichStages { run: run.id })?;
    Ok(Order {
        workflow: net.workflow.clone(),
        reference: args.reference().map(str::to_owned).or_else(|| run.head_branch.clone()),
        env: plan.env.clone(),
        stages: choice(plan, selection)?,
        dry_run: told.dry_run,
    })
}
