use std::collections::{BTreeSet, HashSet};

use super::expression::Expression;
use super::net::Net;
use super::trigger::Trigger;

/// The word for every stage.
pub(super) const ALL: &str = "all";

/// Which stages a word chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    All,
    One(usize),
    /// A stage and all after it.
    From(usize),
    /// Those that a schedule starts.
    These(BTreeSet<usize>),
}

/// The words that choose stages, each with what it chooses: `jobnet run`'s, and the texts of schedules.
#[derive(Debug, Clone)]
pub(super) struct Selectors<'a> {
    net: &'a Net<'a>,
    words: Vec<(String, Choice)>,
    /// The word that a run is for: what somebody chose, else the schedule that started it. Only where there is one does
    /// GitHub know of schedules.
    chosen: &'static str,
}

impl<'a> Selectors<'a> {
    pub(super) fn of(net: &'a Net<'a>, triggers: &[Trigger]) -> Self {
        let mut words = vec![(ALL.to_owned(), Choice::All)];
        let needed: BTreeSet<usize> = net.needs.iter().flatten().copied().collect();
        for (index, stage) in net.stages.iter().enumerate() {
            words.push((stage.name.clone(), Choice::One(index)));
            if needed.contains(&index) {
                words.push((format!("{}+", stage.name), Choice::From(index)));
            }
        }
        let schedules = triggers.iter();
        words.extend(schedules.map(|trigger| (trigger.cron.clone(), Choice::These(trigger.stages.clone()))));
        let chosen =
            if triggers.is_empty() { "inputs.stages" } else { "inputs.stages || github.event.schedule" };
        Self { net, words, chosen }
    }

    /// The words that somebody can choose among.
    pub(super) fn options(&self) -> Vec<&str> {
        let by_hand = self.words.iter().filter(|(_, choice)| !matches!(choice, Choice::These(_)));
        by_hand.map(|(word, _)| word.as_str()).collect()
    }

    fn chooses(&self, choice: &Choice, stage: usize) -> bool {
        match choice {
            Choice::All => true,
            Choice::One(one) => *one == stage,
            Choice::From(first) => self.net.is_from(stage, *first),
            Choice::These(stages) => stages.contains(&stage),
        }
    }

    /// The stages whose end decides whether a stage runs: those that it needs, and those beyond them that a run may
    /// choose without what lies between. GitHub shows a job the results of those in its own `needs` alone.
    pub(super) fn asked(&self, stage: usize) -> BTreeSet<usize> {
        let mut asked: BTreeSet<usize> = self.net.needs[stage].iter().copied().collect();
        // By any other word, what a chosen stage needs and the word leaves out has nothing chosen before it.
        let schedules = self.words.iter().filter(|(_, choice)| matches!(choice, Choice::These(_)));
        for (_, choice) in schedules.filter(|(_, choice)| self.chooses(choice, stage)) {
            let mut open = self.net.needs[stage].clone();
            let mut seen = BTreeSet::new();
            while let Some(need) = open.pop() {
                if !seen.insert(need) {
                    continue;
                }
                if self.chooses(choice, need) {
                    asked.insert(need);
                } else {
                    open.extend(&self.net.needs[need]);
                }
            }
        }
        asked
    }

    /// When a stage's job runs, a line an operand of `&&`.
    ///
    /// A job whose need did not succeed is skipped, and so is what needs that one, unless an `if` of its own asks for the
    /// results (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds>). This
    /// one asks: a need that this run leaves out is skipped and stands in nobody's way, and one that failed, or was
    /// skipped since its own need failed, does.
    pub(super) fn condition(&self, stage: usize, start: &str) -> Vec<String> {
        let words = self.choosing(stage);
        let mut lines = vec![
            "!cancelled()".to_owned(),
            format!("needs.{start}.result == 'success'"),
            Expression::is_one_of(self.chosen, &words),
        ];
        for need in self.asked(stage) {
            let name = &self.net.stages[need].name;
            let succeeded = format!("needs.{name}.result == 'success'");
            lines.push(match self.left_out(&words, need) {
                Some(left_out) => format!("({succeeded} || needs.{name}.result == 'skipped' && {left_out})"),
                None => succeeded,
            });
        }
        lines
    }

    /// The words that choose a stage.
    fn choosing(&self, stage: usize) -> Vec<&str> {
        let choosing = self.words.iter().filter(|(_, choice)| self.chooses(choice, stage));
        choosing.map(|(word, _)| word.as_str()).collect()
    }

    /// Where a run that is for one of `words` leaves out a need; `None` where none does. What is shorter is said: for
    /// which it leaves it out, or for which it does not, since there is little room in an expression.
    fn left_out(&self, words: &[&str], need: usize) -> Option<String> {
        let with = self.choosing(need);
        let known: HashSet<&str> = with.iter().copied().collect();
        let without: Vec<&str> = words.iter().copied().filter(|word| !known.contains(word)).collect();
        let said = Expression::is_one_of(self.chosen, &without);
        let other = format!("!{}", Expression::is_one_of(self.chosen, &with));
        (!without.is_empty()).then_some(if other.len() < said.len() { other } else { said })
    }
}
