use std::collections::BTreeSet;

use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Stage, Uses};
use crate::spec::{Document, Spanned, Table};

/// An API, a database or a store that no stage of any environment uses.
pub(super) const RULE: Rule = Rule { code: "unused-resource", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    let documents: Vec<&Document> = context.spec.environments().values().collect();
    let used = |of: fn(&Uses) -> &BTreeSet<String>| -> BTreeSet<&str> {
        let stages = context.plans.environments.values().flat_map(|plan| &plan.stages);
        stages.flat_map(|stage: &Stage| of(&stage.uses)).map(String::as_str).collect()
    };
    // No environment can add one, so that the first has them all.
    let Some(document) = documents.first() else {
        return;
    };
    add_unused("API", names(document.apis.as_ref()), &used(|uses| &uses.apis), report);
    add_unused("database", names(document.databases.as_ref()), &used(|uses| &uses.databases), report);
    add_unused("store", names(document.stores.as_ref()), &used(|uses| &uses.stores), report);
}

fn names<T>(table: Option<&Table<T>>) -> Vec<&Spanned<String>> {
    table.into_iter().flat_map(Table::names).collect()
}

fn add_unused(what: &str, names: Vec<&Spanned<String>>, used: &BTreeSet<&str>, report: &mut Report) {
    for name in names.into_iter().filter(|name| !used.contains(name.value.as_str())) {
        let said = Said {
            message: format!("{what} `{}` is declared and never used", name.value),
            label: String::new(),
            help: "remove it, or use it".to_owned(),
        };
        report.add(name.span, said);
    }
}
