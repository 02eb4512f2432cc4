use std::collections::BTreeSet;

use thiserror::Error;

use crate::diag::did_you_mean;

use super::graph;
use super::model::Plan;

/// Which stages somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// Every stage.
    All,
    /// These: a stage, `stage+` with all after it, `+stage` with all before it, or a group's name.
    Words(Vec<String>),
}

/// Chosen stages in the order in which they can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Each stage's name with those of the chosen ones that must be done before it, through unchosen ones too.
    pub stages: Vec<(String, Vec<String>)>,
}

/// Why a selection cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SelectionError {
    /// A word that names nothing.
    #[error("there is no stage or group `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// The stages and groups.
        known: Vec<String>,
    },
    /// No stage was asked for.
    #[error("no stage was named")]
    Nothing {
        /// The stages and groups.
        known: Vec<String>,
    },
}

impl SelectionError {
    /// What to do.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { name, known } => {
                did_you_mean(name, known).unwrap_or_else(|| format!("there are: {}", known.join(", ")))
            }
            Self::Nothing { known } => format!("name one or more of {}, or say --all", known.join(", ")),
        }
    }
}

impl Plan {
    /// The stages that a selector means.
    ///
    /// # Errors
    /// [`SelectionError`].
    pub fn select(&self, selector: &Selector) -> Result<Selection, SelectionError> {
        let index = |name: &str| self.stages.iter().position(|stage| stage.name == name);
        let needs: Vec<Vec<usize>> = self
            .stages
            .iter()
            .map(|stage| stage.needs.iter().filter_map(|need| index(need)).collect())
            .collect();
        let mut chosen = BTreeSet::new();
        match selector {
            Selector::All => chosen.extend(0..self.stages.len()),
            Selector::Words(words) if words.is_empty() => {
                return Err(SelectionError::Nothing { known: self.selectable() });
            }
            Selector::Words(words) => {
                for word in words {
                    let before = word.starts_with('+');
                    let after = word.ends_with('+');
                    let name = word.trim_matches('+');
                    let stages = match self.groups.get(name) {
                        Some(members) => members.iter().filter_map(|member| index(member)).collect(),
                        None => index(name).into_iter().collect::<Vec<_>>(),
                    };
                    if stages.is_empty() {
                        return Err(SelectionError::Unknown {
                            name: name.to_owned(),
                            known: self.selectable(),
                        });
                    }
                    chosen.extend(stages.iter().copied());
                    if before {
                        chosen.extend(graph::closure(&stages, &needs));
                    }
                    if after {
                        let dependents = (0..needs.len()).filter(|stage| {
                            let before = graph::closure(&[*stage], &needs);
                            stages.iter().any(|stage| before.contains(stage))
                        });
                        chosen.extend(dependents);
                    }
                }
            }
        }
        // Stages stand in the plan in the order in which they can run, and so do their indices.
        let stages = chosen
            .iter()
            .map(|stage| {
                let mut before = graph::closure(&[*stage], &needs);
                before.remove(stage);
                let before =
                    before.intersection(&chosen).map(|need| self.stages[*need].name.clone()).collect();
                (self.stages[*stage].name.clone(), before)
            })
            .collect();
        Ok(Selection { stages })
    }

    fn selectable(&self) -> Vec<String> {
        self.stages.iter().map(|stage| &stage.name).chain(self.groups.keys()).cloned().collect()
    }
}
