use indexmap::IndexMap;

use crate::spec::{EnvironmentSpec, Name};

use super::compile::Compiler;
use super::model::Plan;
use super::problem::PlanProblem;

/// What secrets are called where an environment runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretNames {
    suffix: String,
    names: IndexMap<String, String>,
}

impl SecretNames {
    /// Reads what an environment says, with names that are no secrets reported.
    pub(super) fn compile(own: Option<&EnvironmentSpec>, compiler: &mut Compiler<'_>) -> Self {
        let suffix = own.and_then(|own| own.secret_suffix.as_ref());
        let mut names = IndexMap::new();
        for (secret, Name(there)) in
            own.and_then(|own| own.secret_names.as_ref()).iter().flat_map(|t| t.iter())
        {
            let declared = compiler.declared();
            if !declared.is_secret(&secret.value) && !declared.is_unread(&secret.value) {
                let known = declared.names().into_iter().filter(|name| declared.is_secret(name)).collect();
                let problem = PlanProblem::Unknown { what: "secret", name: secret.value.clone(), known };
                compiler.report(problem, secret.span);
            }
            names.insert(secret.value.clone(), there.value.clone());
        }
        Self { suffix: suffix.map(|suffix| suffix.value.clone()).unwrap_or_default(), names }
    }
}

impl Plan {
    /// What a secret of the spec is called where this environment runs: the name that it is given there, else its own
    /// with the environment's suffix.
    ///
    /// A stage finds its value under the secret's own name all the same, since that is how the engine hands it over.
    pub fn secret_name(&self, secret: &str) -> String {
        let SecretNames { suffix, names } = &self.secret_names;
        names.get(secret).cloned().unwrap_or_else(|| format!("{secret}{suffix}"))
    }
}
