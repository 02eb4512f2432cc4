use std::collections::BTreeMap;

use thiserror::Error;

use crate::diag::did_you_mean;
use crate::expr::{BOOLEAN_WORDS, Lookup, Map, Num, Scalar, Value};
use crate::secret::Redacted;
use crate::spec::VariableValue;

use super::declared::Variable;
use super::model::Plan;
use super::uses::Uses;

/// The values of variables and secrets for a run: flag before process environment before the environment's `vars`
/// before `vars`.
#[derive(Debug, Clone, Default)]
pub struct Values {
    texts: BTreeMap<String, Redacted<String>>,
    typed: BTreeMap<String, Value>,
    secrets: Vec<Redacted<String>>,
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `--set NAME=VALUE`.
    Flag,
    /// The process environment.
    Environment,
}

/// Why a run cannot have its values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    /// A value that is not of the variable's type. The value itself is not shown: it may be a misplaced secret.
    #[error("variable `{name}` must be {expected}, and {} gives it something else", match .origin { Origin::Flag => "--set", Origin::Environment => "the process environment" })]
    WrongType {
        /// The variable.
        name: String,
        /// Its type.
        expected: &'static str,
        /// Where the value came from.
        origin: Origin,
    },
    /// `--set` of something that is not a variable.
    #[error("--set {name}: there is no such variable")]
    UnknownVariable {
        /// The name.
        name: String,
        /// The variables.
        known: Vec<String>,
    },
    /// `--set` of a secret, which would show it in the list of processes.
    #[error("--set {name}: this is a secret")]
    SetSecret {
        /// The name.
        name: String,
    },
    /// A secret that a stage cannot do without.
    #[error("secret `{name}` has no value, and stage `{stage}` needs it")]
    MissingSecret {
        /// The secret.
        name: String,
        /// The stage.
        stage: String,
    },
}

impl ValueError {
    /// What to do.
    pub fn help(&self) -> String {
        match self {
            Self::WrongType { name, expected, .. } if *expected == <bool as Scalar>::EXPECTED => {
                format!("give {name} one of {BOOLEAN_WORDS}, or unset it")
            }
            Self::WrongType { name, expected, .. } => {
                format!("give {name} a value that is {expected}, or unset it")
            }
            Self::UnknownVariable { name, known } => {
                did_you_mean(name, known).unwrap_or_else(|| format!("there are: {}", known.join(", ")))
            }
            Self::SetSecret { name } => format!("set it in the process environment: {name}=… jobnet run …"),
            Self::MissingSecret { name, .. } => format!("set {name} in the process environment"),
        }
    }
}

impl Plan {
    /// The values for the chosen stages.
    ///
    /// `sets` are the flags, `environment` looks up the process environment; an empty secret counts as absent, since
    /// engines hand over secrets that do not exist as empty texts.
    ///
    /// # Errors
    /// All faults, so that they can be mended in one go.
    pub fn values(
        &self,
        stages: &[&str],
        sets: &[(String, String)],
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Values, Vec<ValueError>> {
        let mut errors = self.check_sets(sets);
        let is_given = |name: &str| sets.iter().any(|(set, _)| set == name) || environment(name).is_some();
        let mut values = Values::default();
        let mut uses = Uses::default();
        for stage in stages.iter().filter_map(|name| self.stage(name)) {
            uses.variables.extend(stage.uses.variables.iter().cloned());
            for secret in stage.uses.all_secrets() {
                match environment(secret).filter(|value| !value.is_empty()) {
                    Some(value) => values.add_secret(secret, value),
                    None if self.needs(&stage.uses, secret, &is_given) => {
                        errors.push(ValueError::MissingSecret {
                            name: secret.clone(),
                            stage: stage.name.clone(),
                        });
                    }
                    None => {}
                }
            }
        }
        for name in &uses.variables {
            if let Some(variable) = self.declared.variables().get(name)
                && let Err(error) = values.add_variable(self, name, variable, sets, environment)
            {
                errors.push(error);
            }
        }
        if errors.is_empty() { Ok(values) } else { Err(errors) }
    }

    /// True where a stage cannot do without a secret: it refers to it, or the value of a variable does that nobody gives
    /// another value.
    fn needs(&self, uses: &Uses, secret: &str, is_given: &dyn Fn(&str) -> bool) -> bool {
        let names = |variable: &Variable| match &variable.value {
            VariableValue::Text(template) => {
                template.names().any(|used| used.name == secret && !used.optional)
            }
            VariableValue::Int(_) | VariableValue::Number(_) | VariableValue::Bool(_) => false,
        };
        let own = uses.variables.iter().filter(|name| !is_given(name));
        let mut own = own.filter_map(|name| self.declared.variables().get(name));
        uses.direct_secrets.contains(secret) || own.any(names)
    }

    fn check_sets(&self, sets: &[(String, String)]) -> Vec<ValueError> {
        let fault = |name: &String| {
            if self.declared.is_secret(name) {
                return Some(ValueError::SetSecret { name: name.clone() });
            }
            let known: Vec<String> = self.declared.variables().keys().cloned().collect();
            (!known.contains(name)).then(|| ValueError::UnknownVariable { name: name.clone(), known })
        };
        sets.iter().filter_map(|(name, _)| fault(name)).collect()
    }
}

impl Values {
    fn add_secret(&mut self, name: &str, value: String) {
        let value = Redacted::new(value);
        self.secrets.push(value.clone());
        self.texts.insert(name.to_owned(), value);
    }

    fn add_variable(
        &mut self,
        plan: &Plan,
        name: &str,
        variable: &Variable,
        sets: &[(String, String)],
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), ValueError> {
        if self.texts.contains_key(name) {
            return Ok(());
        }
        let is_value = |text: &String| !is_unset(text, &variable.value);
        let set = sets.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value.clone());
        let set = set.filter(is_value).map(|value| (value, Origin::Flag));
        let given =
            set.or_else(|| environment(name).filter(is_value).map(|value| (value, Origin::Environment)));
        let (text, typed) = match given {
            Some((text, origin)) => {
                let typed = typed(&text, &variable.value).ok_or_else(|| ValueError::WrongType {
                    name: name.to_owned(),
                    expected: variable.type_name(),
                    origin,
                })?;
                // A boolean has one text, whichever word gave it.
                let text = if let Value::Bool(value) = typed { value.to_string() } else { text };
                (text, typed)
            }
            None => match &variable.value {
                VariableValue::Int(value) => (value.to_string(), Value::from(*value)),
                VariableValue::Number(value) => (value.to_text(), Value::Num(value.clone())),
                VariableValue::Bool(value) => (value.to_string(), Value::Bool(*value)),
                VariableValue::Text(template) => {
                    for used in template.names() {
                        if let Some(variable) = plan.declared.variables().get(&used.name) {
                            self.add_variable(plan, &used.name, variable, sets, environment)?;
                        }
                    }
                    // Every name in it was given a value or found missing before, and an optional one may leave it out.
                    let bound = template.bind(self).ok().flatten().and_then(|bound| bound.as_constant());
                    let Some(text) = bound else { return Ok(()) };
                    (text.clone(), Value::from(text))
                }
            },
        };
        if variable.is_secret {
            self.secrets.push(Redacted::new(text.clone()));
        }
        self.texts.insert(name.to_owned(), Redacted::new(text));
        self.typed.insert(name.to_owned(), typed);
        Ok(())
    }

    /// `$vars` for a stage: those variables that it uses and that are no secrets.
    pub fn jq_vars(&self, plan: &Plan, uses: &Uses) -> Value {
        let shown =
            |name: &&String| plan.declared.variables().get(*name).is_some_and(|variable| !variable.is_secret);
        let vars = uses
            .variables
            .iter()
            .filter(shown)
            .filter_map(|name| Some((name.as_str().into(), self.typed.get(name)?.clone())));
        Value::object(vars.collect::<Map>())
    }

    /// Every secret value, to be masked wherever text leaves jobnet.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(|secret| secret.expose().as_str())
    }
}

impl Lookup for Values {
    fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| text.expose().as_str())
    }
}

/// True for a text that says nothing of a variable: an empty one where the variable is no text. Engines and configurations
/// hand over what they do not have as an empty text.
pub(super) fn is_unset(text: &str, like: &VariableValue) -> bool {
    text.trim().is_empty() && !matches!(like, VariableValue::Text(_))
}

/// A text as a value of the type of another, or `None` where it is none.
pub(super) fn typed(text: &str, like: &VariableValue) -> Option<Value> {
    match like {
        VariableValue::Text(_) => Some(Value::from(text)),
        VariableValue::Int(_) => text.trim().parse::<i64>().ok().map(Value::from),
        // SQL takes it for a double.
        VariableValue::Number(_) => {
            Num::parse(text.trim()).filter(|number| number.as_f64().is_finite()).map(Value::Num)
        }
        VariableValue::Bool(_) => bool::parse(text).map(Value::Bool),
    }
}
