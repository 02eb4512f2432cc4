use std::collections::BTreeSet;
use std::time::Duration;

use crate::diag::Span;
use crate::expr::{Late, NameUse, Place, Scope, Template};
use crate::spec::{CommandSpec, ExecDefaultsSpec, ExecSpec, InheritSpec, Name, PatternText};

use super::compile::Compiler;
use super::outside::Outside;
use super::problem::PlanProblem;
use super::rows::Rows;

/// What a process gets of jobnet's own environment where the spec does not say: what programs need to find their parts
/// and to write texts and times.
const INHERITED: [&str; 7] = ["PATH", "HOME", "USER", "LANG", "LC_*", "TZ", "TMPDIR"];

/// How long a process may take to end after it was told to, where the spec does not say.
pub(crate) const DEFAULT_GRACE: Duration = Duration::from_secs(10);

/// A command, with its names' values still to come.
#[derive(Debug, Clone)]
pub struct Exec {
    /// The rows for each of which it is run; without them it is run once.
    pub for_each: Option<Rows>,
    /// The program and its arguments.
    pub command: Command,
    /// What the process gets of jobnet's own environment.
    pub inherit: Inherit,
    /// The variables and secrets that it is given as environment variables.
    pub given: BTreeSet<String>,
    /// The directory that it runs in.
    pub dir: Option<Template>,
    /// How long it may take to end after it was told to.
    pub grace: Option<Late<Duration>>,
}

/// The program and its arguments.
#[derive(Debug, Clone)]
pub enum Command {
    /// Words; one that an optional name leaves without a value is left out.
    Words(Vec<Template>),
    /// A text for `sh -c`, as it stands.
    Shell(String),
}

/// Which of jobnet's own environment variables a process gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inherit {
    /// All.
    All,
    /// Those whose names match one of these, in which `*` stands for anything.
    Matching(Vec<String>),
}

impl Inherit {
    fn of(spec: Option<&InheritSpec>) -> Self {
        match spec {
            None => Self::Matching(INHERITED.map(str::to_owned).to_vec()),
            Some(InheritSpec::All) => Self::All,
            Some(InheritSpec::Names(names)) => {
                Self::Matching(names.iter().map(|Name(name)| name.value.clone()).collect())
            }
        }
    }

    /// True for a variable that the process gets.
    pub fn lets_through(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Matching(patterns) => patterns.iter().any(|pattern| matches(pattern, name)),
        }
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|tail| {
            tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| matches(rest, &tail[at..]))
        }),
    }
}

impl Exec {
    pub(super) fn compile(
        spec: &ExecSpec,
        defaults: Option<&ExecDefaultsSpec>,
        outside: &Outside,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let for_each = spec.for_each.as_ref().map(|for_each| Rows::compile(for_each, outside, compiler));
        let command = Command::compile(spec, compiler);
        let vars = spec.vars.as_ref().or(defaults.and_then(|defaults| defaults.vars.as_ref()));
        let secrets = spec.secrets.as_ref().or(defaults.and_then(|defaults| defaults.secrets.as_ref()));
        let inherit = spec.inherit.as_ref().or(defaults.and_then(|defaults| defaults.inherit.as_ref()));
        let mut given = BTreeSet::new();
        for Name(name) in vars.into_iter().flatten() {
            given.extend(compiler.give("variable", name));
        }
        for Name(name) in secrets.into_iter().flatten() {
            given.extend(compiler.give("secret", name));
        }
        Some(Self {
            for_each: for_each.flatten(),
            inherit: Inherit::of(inherit),
            given,
            dir: spec.dir.as_ref().map(|dir| compiler.plain(dir)),
            grace: spec.grace.as_ref().map(|late| compiler.late(late)),
            command: command?,
        })
    }
}

impl Command {
    fn compile(spec: &ExecSpec, compiler: &mut Compiler<'_>) -> Option<Self> {
        match (&spec.command, spec.shell) {
            (CommandSpec::Text(text), Some(true)) => shell(text, compiler),
            (CommandSpec::Words(words), Some(true)) => {
                let span = words.first().map_or(spec.span, |word| word.span);
                let advice = "write the command as one text, or leave `shell` out";
                compiler.report(
                    bad_command("with `shell: true` it is one text, and this is a list", advice),
                    span,
                );
                None
            }
            (CommandSpec::Text(text), _) => {
                let template = word(text, compiler)?;
                match template.split_words() {
                    None => {
                        let advice = "close the quote, or write the command as a list of words";
                        compiler.report(bad_command("a quote in it is not closed", advice), text.span);
                        None
                    }
                    Some(words) if words.is_empty() => {
                        compiler.report(bad_command("it has no words", "name a program"), text.span);
                        None
                    }
                    Some(words) => Some(Self::Words(words)),
                }
            }
            (CommandSpec::Words(words), _) => {
                let templates: Vec<_> = words.iter().filter_map(|text| word(text, compiler)).collect();
                (templates.len() == words.len()).then_some(Self::Words(templates))
            }
        }
    }
}

fn bad_command(reason: &'static str, advice: &'static str) -> PlanProblem {
    PlanProblem::BadCommand { reason, advice }
}

fn word(text: &PatternText, compiler: &mut Compiler<'_>) -> Option<Template> {
    let template = compiler.pattern(text, Place::Word, &Scope::default())?;
    let names: Vec<NameUse> = template.names().collect();
    let mut good = true;
    for used in names {
        if !compiler.hides(&used.name) {
            continue;
        }
        let place = compiler.place(text.span, &text.text, used.range);
        let list = if compiler.declared().is_secret(&used.name) { "secrets" } else { "vars" };
        compiler.report(PlanProblem::SecretInWord { name: used.name, list }, place);
        good = false;
    }
    good.then_some(template)
}

/// A text for the shell is not touched: what would be put in would be code.
fn shell(text: &PatternText, compiler: &mut Compiler<'_>) -> Option<Command> {
    let code = &text.text;
    let computed = code.match_indices('{').find(|(at, _)| {
        let inner = code[at + 1..].trim_start();
        ["$run", "$vars", "$each"].iter().any(|known| inner.starts_with(known))
    });
    if let Some((start, _)) = computed {
        let end = code[start..].find('}').map_or(code.len(), |length| start + length + 1);
        let place: Span = compiler.place(text.span, code, start..end);
        let advice = "use the environment: \"$JOBNET_ENV\", \"$JOBNET_RUN_ID\", \"$JOBNET_ROW\", or \"$NAME\" for what `vars` lists";
        compiler.report(bad_command("{jq} in a shell's text would become code", advice), place);
        return None;
    }
    Some(Command::Shell(code.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_for_nothing() {
        let some = Inherit::Matching(["PATH", "LC_*", "*_PROXY", "A*Z"].map(str::to_owned).to_vec());
        for name in ["PATH", "LC_", "LC_ALL", "HTTP_PROXY", "AZ", "A_TO_Z"] {
            assert!(some.lets_through(name), "{name}");
        }
        for name in ["PATHS", "XPATH", "LC", "HTTP_PROXY_", "AZA", ""] {
            assert!(!some.lets_through(name), "{name}");
        }
        assert!(Inherit::All.lets_through("ANYTHING"));
    }
}
