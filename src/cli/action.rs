//! `jobnet action`: what the inputs of a step of GitHub Actions say, as arguments. No shell has a part in it.

use std::ffi::OsString;

use thiserror::Error;

use super::args::Args;
use super::parse;

/// How the runner calls an input: upper case, spaces as `_`, everything else as it is
/// (<https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs>).
const PREFIX: &str = "INPUT_";

/// What of a step's inputs is not empty.
#[derive(Debug, Default, PartialEq, Eq)]
struct Inputs {
    command: Option<String>,
    spec: Option<String>,
    stages: Option<String>,
    run: Option<String>,
    env: Option<String>,
    /// Not `args`, which is what the container itself is given where a step names it by its image.
    arguments: Option<String>,
}

/// Why inputs are no arguments. GitHub itself enforces neither that a required input is there, nor that an input is known
/// (<https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputsinput_idrequired>).
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum InputError {
    /// An input that the action does not have, or a variable around the step that looks like one.
    #[error("the action has no input `{0}`")]
    Unknown(String),
    /// `command` is none.
    #[error("the input `command` is `{0}`, which is no command")]
    Command(String),
    /// `arguments` is not words as a shell has them.
    #[error("the input `arguments` has a quote that is not closed")]
    Quote,
    /// Stages and a run, of which no command takes both.
    #[error("there are both inputs `stages` and `run`")]
    StagesAndRun,
    /// Nothing says which stages to run.
    #[error("the input `stages` is empty")]
    NoStages,
}

impl InputError {
    /// What to do.
    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Unknown(_) => {
                "the inputs are `command`, `spec`, `stages`, `run`, `env`, `arguments` and `token`; \
                no variable of the step may begin with `INPUT_`"
            }
            Self::Command(_) => "name one of `jobnet --help`, such as `run`, and give flags by `arguments`",
            Self::Quote => "quote words as a shell does: --set 'TITLE=two words'",
            Self::StagesAndRun => "`run` is for `rerun` and `watch`, `stages` for `run` and `dispatch`",
            Self::NoStages => "name stages or groups, or run the whole net by `arguments: --all`",
        }
    }
}

/// Why there is nothing to carry out.
#[derive(Debug)]
pub(super) enum Refused {
    /// The inputs are wrong themselves.
    Input(InputError),
    /// The arguments that they say are.
    Usage(clap::Error),
}

/// What the inputs among these variables say.
pub(super) fn args(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Args, Refused> {
    let inputs = Inputs::among(environment).map_err(Refused::Input)?;
    parse::parse(inputs.arguments().map_err(Refused::Input)?).map_err(|usage| {
        if inputs.stages.is_none() && asks_for_stages(&usage) {
            Refused::Input(InputError::NoStages)
        } else {
            Refused::Usage(usage)
        }
    })
}

fn asks_for_stages(usage: &clap::Error) -> bool {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    usage.kind() == ErrorKind::MissingRequiredArgument
        && matches!(usage.get(ContextKind::InvalidArg), Some(ContextValue::Strings(missing))
            if missing.iter().any(|name| name.starts_with("<STAGE>")))
}

impl Inputs {
    fn among(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, InputError> {
        let mut inputs = Self::default();
        for (name, value) in environment {
            let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
            let Some(name) = name.strip_prefix(PREFIX) else { continue };
            // A block of YAML ends in a newline. What else is white space to Unicode is none to a shell.
            let trimmed = value.trim_matches([' ', '\t', '\n']);
            if trimmed.is_empty() {
                continue;
            }
            *match name {
                "COMMAND" => &mut inputs.command,
                "SPEC" => &mut inputs.spec,
                "STAGES" => &mut inputs.stages,
                "RUN" => &mut inputs.run,
                "ENV" => &mut inputs.env,
                "ARGUMENTS" => &mut inputs.arguments,
                // action.yml makes it GITHUB_TOKEN.
                "TOKEN" => continue,
                // What led here, where a step names the image: `uses: docker://…` with `args: action`.
                "ARGS" if trimmed == "action" => continue,
                _ => return Err(InputError::Unknown(name.to_lowercase())),
            } = Some(trimmed.to_owned());
        }
        Ok(inputs)
    }

    /// The program's name, the command, flags with their values in one word, further arguments, and the stages or the run
    /// where none of them can be a flag.
    fn arguments(&self) -> Result<Vec<OsString>, InputError> {
        let command = self.command.as_deref().unwrap_or("run");
        if command.starts_with('-') || command == "action" {
            return Err(InputError::Command(command.to_owned()));
        }
        let mut arguments = vec!["jobnet".to_owned(), command.to_owned()];
        arguments.extend(self.spec.as_ref().map(|spec| format!("--spec={spec}")));
        arguments.extend(self.env.as_ref().map(|env| format!("--env={env}")));
        if let Some(words) = &self.arguments {
            arguments.extend(shell_words::split(words).map_err(|_| InputError::Quote)?);
        }
        let words: Vec<&str> = match (&self.stages, &self.run) {
            (Some(_), Some(_)) => return Err(InputError::StagesAndRun),
            (Some(stages), None) => stages.split_ascii_whitespace().collect(),
            (None, Some(run)) => vec![run],
            (None, None) => Vec::new(),
        };
        if !words.is_empty() {
            arguments.push("--".to_owned());
            arguments.extend(words.into_iter().map(str::to_owned));
        }
        Ok(arguments.into_iter().map(OsString::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(inputs: &[(&str, &str)]) -> Result<Vec<String>, InputError> {
        let variables = inputs.iter().map(|(name, value)| (format!("INPUT_{name}").into(), value.into()));
        let arguments = Inputs::among(variables)?.arguments()?;
        Ok(arguments.into_iter().map(|word| word.into_string().unwrap()).collect())
    }

    #[test]
    fn inputs_become_arguments() {
        let all = [
            ("COMMAND", "run"),
            ("SPEC", "nets/shop.yaml"),
            ("STAGES", "ranking item+"),
            ("ENV", "dev"),
            ("ARGUMENTS", "--set 'TITLE=two words' -v"),
            ("TOKEN", "ghs_1"),
        ];
        assert_eq!(
            said(&all).unwrap(),
            [
                "jobnet",
                "run",
                "--spec=nets/shop.yaml",
                "--env=dev",
                "--set",
                "TITLE=two words",
                "-v",
                "--",
                "ranking",
                "item+"
            ]
        );
    }

    #[test]
    fn an_empty_input_is_as_if_not_given() {
        let none =
            ["COMMAND", "SPEC", "STAGES", "ENV", "ARGUMENTS", "TOKEN", "MY-KEY"].map(|name| (name, " \n"));
        assert_eq!(said(&none), said(&[]));
        assert_eq!(said(&[]).unwrap(), ["jobnet", "run"]);
    }

    #[test]
    fn lines_of_a_block_are_words_and_lose_their_ends() {
        let inputs =
            [("STAGES", "ranking\nitem\n"), ("ENV", "dev\n"), ("ARGUMENTS", "--dry-run\n--set A=1\n")];
        let expected = ["jobnet", "run", "--env=dev", "--dry-run", "--set", "A=1", "--", "ranking", "item"];
        assert_eq!(said(&inputs).unwrap(), expected);
    }

    #[test]
    fn an_input_that_the_action_does_not_have_is_refused() {
        assert_eq!(said(&[("STAGE", "item")]), Err(InputError::Unknown("stage".to_owned())));
        assert_eq!(said(&[("DRY-RUN", "true")]), Err(InputError::Unknown("dry-run".to_owned())));
    }

    #[test]
    fn a_run_is_one_word_and_not_beside_stages() {
        let rerun = [("COMMAND", "rerun"), ("RUN", "17 --yes"), ("ARGUMENTS", "--failed")];
        assert_eq!(said(&rerun).unwrap(), ["jobnet", "rerun", "--failed", "--", "17 --yes"]);
        assert_eq!(said(&[("RUN", "17"), ("STAGES", "item")]), Err(InputError::StagesAndRun));
    }

    #[test]
    fn a_step_that_names_the_image_says_what_the_container_is_given() {
        assert_eq!(said(&[("ARGS", "action"), ("STAGES", "item")]), said(&[("STAGES", "item")]));
        assert_eq!(said(&[("ARGS", "--all")]), Err(InputError::Unknown("args".to_owned())));
    }

    #[test]
    fn a_command_is_a_command() {
        for command in ["--help", "action", "-q"] {
            assert_eq!(said(&[("COMMAND", command)]), Err(InputError::Command(command.to_owned())));
        }
    }

    #[test]
    fn a_quote_must_be_closed() {
        assert_eq!(said(&[("ARGUMENTS", "--set 'A=1")]), Err(InputError::Quote));
    }

    #[test]
    fn a_run_needs_stages_or_all_of_them() {
        let refused = |inputs: &[(&str, &str)]| {
            args(inputs.iter().map(|(name, value)| (name.into(), value.into()))).err()
        };
        assert!(matches!(refused(&[]), Some(Refused::Input(InputError::NoStages))));
        assert!(refused(&[("INPUT_ARGUMENTS", "--all")]).is_none());
        assert!(refused(&[("INPUT_STAGES", "item")]).is_none());
        assert!(matches!(refused(&[("INPUT_ARGUMENTS", "--nonsense")]), Some(Refused::Usage(_))));
    }

    proptest! {
        #[test]
        fn words_come_out_of_arguments_as_they_were_quoted(given in prop::collection::vec(".*", 1..5)) {
            let arguments = said(&[("ARGUMENTS", &shell_words::join(&given))]).unwrap();
            prop_assert_eq!(&arguments[2..], given);
        }

        #[test]
        fn no_text_in_an_input_is_another_flag(
            (spec, env, text) in (".*", ".*", ".*"),
            what in prop::sample::select(&["STAGES", "RUN"][..]),
        ) {
            let arguments = said(&[("SPEC", &spec), ("ENV", &env), (what, &text)]).unwrap();
            let flags = arguments.iter().take_while(|word| *word != "--").skip(2);
            for flag in flags {
                prop_assert!(flag.starts_with("--spec=") || flag.starts_with("--env="), "{}", flag);
            }
        }
    }
}
