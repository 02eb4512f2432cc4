use std::fmt::Write as _;

use crate::plan::PlanView;
use crate::targets::{FeatureStanding, Standings};

/// How wide a line of names may be before the number of stages is said in their place.
const WIDEST: usize = 48;

/// What the targets of an environment can do, as text for people: a table a target.
pub(super) fn text(standings: &[Standings], view: &PlanView) -> String {
    let mut text = String::new();
    for of_target in standings.iter().filter(|standings| !standings.features.is_empty()) {
        let _ = writeln!(text, "\non {}", of_target.title);
        let width =
            of_target.features.iter().map(|feature| feature.feature.chars().count()).max().unwrap_or(0);
        for feature in &of_target.features {
            let line =
                format!("   {:10}  {:width$}  {}", feature.standing, feature.feature, stages(feature, view));
            let _ = writeln!(text, "{}", line.trim_end());
            for reason in feature.reason.iter().chain(&feature.instead) {
                let _ = writeln!(text, "               {reason}");
            }
        }
    }
    text
}

/// The stages that have a feature: all, some by name, or how many; nothing for the net's own.
fn stages(feature: &FeatureStanding, view: &PlanView) -> String {
    let names = feature.stages.join(", ");
    if feature.stages.is_empty() {
        String::new()
    } else if feature.stages.len() == view.stages.len() && view.stages.len() > 1 {
        "every stage".to_owned()
    } else if names.len() > WIDEST {
        format!("{} of {} stages", feature.stages.len(), view.stages.len())
    } else {
        names
    }
}
