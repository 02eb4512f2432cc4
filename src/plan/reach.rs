use crate::expr::Template;
use crate::spec::VariableValue;

use super::declared::Declared;
use super::exec::{Exec, Inherit};
use super::model::{Plan, Stage, Work};

/// The clouds whose credentials a stage needs where it runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// AWS: it uses a store in S3, or its command is let through to AWS's variables.
    pub aws: bool,
    /// Google: it uses BigQuery, or its command is let through to Google's variables.
    pub google: bool,
}

impl Plan {
    /// The clouds whose credentials a stage needs.
    pub fn reach(&self, stage: &Stage) -> Reach {
        let begins = |url: &Template, scheme| self.declared.beginning(url, 0).starts_with(scheme);
        let stores = stage.uses.stores.iter().filter_map(|name| self.stores.get(name));
        let databases = stage.uses.databases.iter().filter_map(|name| self.databases.get(name));
        let reach = Reach {
            aws: stores.into_iter().any(|store| begins(&store.url, "s3://")),
            // A database with a token of its own never meets Google's credentials.
            google: databases
                .into_iter()
                .any(|database| database.token.is_none() && begins(&database.url, "bigquery://")),
        };
        match &stage.work {
            Work::Exec(exec) => Reach {
                aws: reach.aws || exec.is_given("AWS_ACCESS_KEY_ID"),
                google: reach.google || exec.is_given("GOOGLE_APPLICATION_CREDENTIALS"),
            },
            Work::Call(_) | Work::Flow(_) | Work::Sql(_) | Work::Migrate(_) => reach,
        }
    }
}

impl Exec {
    /// True where a variable of jobnet's own environment reaches the command. `inherit: all` is said for an image's
    /// sake, and says nothing of clouds.
    fn is_given(&self, name: &str) -> bool {
        matches!(self.inherit, Inherit::Matching(_)) && self.inherit.lets_through(name)
    }
}

impl Declared {
    /// What a text begins with, as far as the spec knows: up to the first secret. `depth` ends the walk in a circle.
    fn beginning(&self, template: &Template, depth: usize) -> String {
        let (mut text, next) = template.beginning();
        if let Some(VariableValue::Text(value)) =
            next.and_then(|name| self.variables.get(name)).map(|variable| &variable.value)
            && text.is_empty()
            && depth <= self.variables.len()
        {
            text = self.beginning(value, depth + 1);
        }
        text
    }
}
