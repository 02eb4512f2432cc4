use indexmap::IndexMap;

use crate::spec::{Document, Name};

use super::compile::Compiler;
use super::model::{Plan, Stage, To, Work};
use super::problem::PlanProblem;
use super::save::Saves;

impl Stage {
    /// The tables that it saves rows into, where it does.
    pub fn saves(&self) -> Option<&Saves> {
        match &self.work {
            Work::Flow(flow) => match &flow.to {
                To::Save(saves) => Some(saves),
                To::Send(_) => None,
            },
            Work::Call(_) | Work::Sql(_) | Work::Migrate(_) | Work::Exec(_) => None,
        }
    }
}

impl Plan {
    /// The stages before a stage, which it needs directly or through others, that save rows; each after those that it
    /// needs itself.
    pub fn saving_before(&self, stage: &Stage) -> Vec<(&Stage, &Saves)> {
        let mut before: Vec<&str> = Vec::new();
        let mut open: Vec<&Stage> = vec![stage];
        while let Some(next) = open.pop() {
            for need in next.needs.iter().filter_map(|need| self.stage(need)) {
                if !before.contains(&need.name.as_str()) {
                    before.push(&need.name);
                    open.push(need);
                }
            }
        }
        let in_order = self.stages.iter().filter(|stage| before.contains(&stage.name.as_str()));
        in_order.filter_map(|stage| Some((stage, stage.saves()?))).collect()
    }
}

/// Lets each stage use the databases of the stages that it `continues`. Reports names that are no stages whose rows can be read
/// by their run.
pub(super) fn use_continued(plan: &mut Plan, document: &Document, compiler: &mut Compiler<'_>) {
    for (name, spec) in document.stages.iter() {
        let Some(place) = plan.places.get(&name.value).copied() else { continue };
        let saving: IndexMap<String, String> = plan
            .saving_before(&plan.stages[place])
            .into_iter()
            .map(|(stage, saves)| (stage.name.clone(), saves.database.clone()))
            .collect();
        for Name(continued) in spec.continues.iter().flatten() {
            let Some(database) = saving.get(&continued.value) else {
                let (what, name) = ("stage before this one that saves rows", continued.value.clone());
                let known = saving.keys().cloned().collect();
                compiler.report(PlanProblem::Unknown { what, name, known }, continued.span);
                continue;
            };
            let uses = &mut plan.stages[place].uses;
            uses.databases.insert(database.clone());
            if let Some(database) = plan.databases.get(database) {
                uses.extend(&database.uses);
            }
            uses.optional_secrets.retain(|secret| !uses.secrets.contains(secret));
        }
    }
}
