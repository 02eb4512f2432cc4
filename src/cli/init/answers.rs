use std::io::{self, IsTerminal as _};

use dialoguer::{Input, MultiSelect};

use crate::cli::args::{InitArgs, TargetName};
use crate::cli::error::CliError;

use super::new_spec::NewSpec;

/// What the flags say, and for the rest what somebody answers; where nobody can be asked, what is usual.
pub(super) fn ask(args: &InitArgs, yes: bool) -> Result<NewSpec, CliError> {
    let asks = !yes && io::stdin().is_terminal() && io::stderr().is_terminal();
    let text = |given: &Option<String>, question: &str, usual: &str| match given {
        Some(given) => Ok(given.clone()),
        None if asks => Input::new().with_prompt(question).default(usual.to_owned()).interact_text(),
        None => Ok(usual.to_owned()),
    };
    let list = |given: &[String], question: &str, usual: &str| {
        let given = (!given.is_empty()).then(|| given.join(" "));
        text(&given, question, usual).map(|names| names.split_whitespace().map(str::to_owned).collect())
    };
    let answer = || -> dialoguer::Result<NewSpec> {
        Ok(NewSpec {
            name: text(&args.name, "Name of the net", &directory_name())?,
            stages: list(&args.stages, "Stages, in their order", "extract load")?,
            environments: list(
                &args.environments,
                "Environments; the last one runs on schedule",
                "dev prod",
            )?,
            schedule: text(&args.schedule, "Its schedule, as five cron fields", "17 3 * * *")?,
            timezone: text(&args.timezone, "Time zone of the schedule", "UTC")?,
            targets: targets(&args.targets, asks)?,
        })
    };
    answer().map_err(|dialoguer::Error::IO(error)| CliError::Setup(error))
}

fn targets(given: &[TargetName], asks: bool) -> dialoguer::Result<Vec<TargetName>> {
    if !given.is_empty() || !asks {
        return Ok(if given.is_empty() { vec![TargetName::Github] } else { given.to_vec() });
    }
    let all = [TargetName::Github, TargetName::Kubernetes, TargetName::CloudRun];
    let names = ["GitHub Actions", "Kubernetes CronJobs", "Cloud Run Jobs"];
    let question = MultiSelect::new().with_prompt("Engines that it runs on (space chooses)").items(names);
    let chosen = question.defaults(&[true, false, false]).interact()?;
    Ok(chosen.into_iter().map(|place| all[place]).collect())
}

/// The name of the directory, as the name of a net.
fn directory_name() -> String {
    let directory = std::env::current_dir().ok();
    let name = directory.as_deref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
    let fits = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.unwrap_or_default().chars().map(fits).collect();
    let name = name.trim_matches(|c: char| !c.is_ascii_alphabetic()).to_owned();
    if name.is_empty() { "net".to_owned() } else { name }
}
