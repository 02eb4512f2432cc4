use std::collections::HashMap;

use crate::expr::{ExprError, Filter, Scope};

use super::cron::{Cron, CronError, ShiftError};

/// What is compiled of a spec's texts, since many stages, and all environments, have the same.
///
/// Only what is good is kept: a fault is found anew wherever it stands.
#[derive(Default)]
pub(super) struct Compiled {
    crons: HashMap<String, Cron>,
    /// By how many minutes later they are, and by what they were.
    shifted: HashMap<u32, HashMap<String, Cron>>,
    filters: HashMap<Scope, HashMap<String, Filter>>,
}

impl Compiled {
    pub(super) fn cron(&mut self, text: &str) -> Result<Cron, CronError> {
        known_or(&mut self.crons, text, Cron::parse)
    }

    pub(super) fn shifted(&mut self, cron: &Cron, minutes: u32) -> Result<Cron, ShiftError> {
        let shifted = self.shifted.entry(minutes).or_default();
        known_or(shifted, &cron.to_string(), |_| cron.shifted(minutes))
    }

    pub(super) fn filter(&mut self, text: &str, scope: &Scope) -> Result<Filter, Vec<ExprError>> {
        let filters = self.filters.entry(scope.clone()).or_default();
        known_or(filters, text, |text| Filter::compile(text, scope))
    }
}

fn known_or<T: Clone, E>(
    known: &mut HashMap<String, T>,
    text: &str,
    compile: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, E> {
    if let Some(value) = known.get(text) {
        return Ok(value.clone());
    }
    let value = compile(text)?;
    known.insert(text.to_owned(), value.clone());
    Ok(value)
}
