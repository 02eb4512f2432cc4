use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU32;

use indexmap::IndexMap;

use super::api::Api;
use super::graph;
use super::model::Stage;

/// Divides the rates of APIs among the stages that may work at once, each on a machine of its own: a stage is told the
/// number of those who share with it where they are most, itself included. So whichever of them do work at once, they
/// keep to the rate together.
///
/// Only `needs` is an order: times may be late.
pub(super) fn share_rates(stages: &mut [Stage], apis: &IndexMap<String, Api>) {
    let limited = apis.iter().filter(|(_, api)| api.rate.is_some()).map(|(name, _)| name);
    let users_of = |api: &String| {
        let users = stages.iter().enumerate().filter(|(_, stage)| stage.uses.apis.contains(api));
        users.map(|(index, _)| index).collect::<Vec<usize>>()
    };
    let shared: Vec<Vec<usize>> = limited.map(users_of).filter(|users| users.len() > 1).collect();
    if shared.is_empty() {
        return;
    }
    let needs = needs(stages);
    for users in shared {
        let order = Order::among(&users, &needs);
        let all = order.chains();
        for (place, user) in users.into_iter().enumerate() {
            let stage = &mut stages[user];
            stage.rate_share = stage.rate_share.max(order.most_at_once_with(place, &all));
        }
    }
}

/// The needs of stages as indices.
fn needs(stages: &[Stage]) -> Vec<Vec<usize>> {
    let places: HashMap<&str, usize> =
        stages.iter().enumerate().map(|(place, stage)| (stage.name.as_str(), place)).collect();
    let of_stage = |stage: &Stage| {
        stage.needs.iter().filter_map(|need| places.get(need.as_str()).copied()).collect::<Vec<usize>>()
    };
    stages.iter().map(of_stage).collect()
}

/// Which of some stages come before which, through whatever stages.
struct Order {
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
}

/// Stages in chains, each after the one before it: at most one follows a stage, and at most one is followed by it.
#[derive(Clone)]
struct Chains {
    next: Vec<Option<usize>>,
    previous: Vec<Option<usize>>,
}

impl Order {
    fn among(stages: &[usize], needs: &[Vec<usize>]) -> Self {
        let places: HashMap<usize, usize> =
            stages.iter().enumerate().map(|(place, stage)| (*stage, place)).collect();
        let mut order =
            Self { before: vec![Vec::new(); stages.len()], after: vec![Vec::new(); stages.len()] };
        for (place, stage) in stages.iter().enumerate() {
            let all = graph::closure(&[*stage], needs);
            for earlier in all.iter().filter_map(|need| places.get(need)).filter(|other| **other != place) {
                order.before[place].push(*earlier);
                order.after[*earlier].push(place);
            }
        }
        order
    }

    /// As few chains as hold all stages.
    fn chains(&self) -> Chains {
        let nothing = vec![None; self.after.len()];
        let mut chains = Chains { next: nothing.clone(), previous: nothing };
        chains.join(self, &vec![true; self.after.len()]);
        chains
    }

    /// The most stages, this one included, of which none waits for another.
    ///
    /// Of the stages that do not wait for this one, nor it for them, so many can work at once as there are chains at
    /// least that hold them all (Dilworth, <https://doi.org/10.2307/1969503>). `all` are the chains of all stages.
    fn most_at_once_with(&self, stage: usize, all: &Chains) -> NonZeroU32 {
        let mut beside = vec![true; self.after.len()];
        for other in self.before[stage].iter().chain(&self.after[stage]).chain([&stage]) {
            beside[*other] = false;
        }
        let mut chains = all.only(&beside);
        chains.join(self, &beside);
        let ends = chains.next.iter().zip(&beside).filter(|(next, beside)| **beside && next.is_none());
        NonZeroU32::MIN.saturating_add(u32::try_from(ends.count()).unwrap_or(u32::MAX))
    }
}

impl Chains {
    /// What is left of them where only some stages are.
    fn only(&self, there: &[bool]) -> Self {
        let left = |links: &[Option<usize>]| {
            let links = links.iter().zip(there);
            links.map(|(link, is_there)| link.filter(|other| *is_there && there[*other])).collect()
        };
        Self { next: left(&self.next), previous: left(&self.previous) }
    }

    /// Makes them as few as can be: each link more is one chain less, and the most links are a largest matching of
    /// stages with later ones (Fulkerson, <https://doi.org/10.1090/S0002-9939-1956-0078334-6>).
    fn join(&mut self, order: &Order, there: &[bool]) {
        // What led to no link once leads to none later.
        let mut seen = vec![None; there.len()];
        for end in 0..there.len() {
            if there[end] && self.next[end].is_none() && self.link(end, order, there, &mut seen) {
                seen.fill(None);
            }
        }
    }

    /// Has a stage follow `end`, for which others may get other followers. `seen` says whom each follower that was looked
    /// at would follow; false where there is no way.
    fn link(&mut self, end: usize, order: &Order, there: &[bool], seen: &mut [Option<usize>]) -> bool {
        let mut open = VecDeque::from([end]);
        while let Some(stage) = open.pop_front() {
            for later in order.after[stage].iter().copied().filter(|later| there[*later]) {
                if seen[later].is_some() {
                    continue;
                }
                seen[later] = Some(stage);
                match self.previous[later] {
                    Some(other) => open.push_back(other),
                    None => {
                        self.relink(later, seen);
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Lets `later`, and who loses a follower by it, follow whom they were seen to.
    fn relink(&mut self, later: usize, seen: &[Option<usize>]) {
        let mut open = Some(later);
        while let Some(later) = open {
            self.previous[later] = seen[later];
            open = seen[later].and_then(|stage| self.next[stage].replace(later));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The shares of all stages where all use one API.
    fn shares(needs: &[Vec<usize>]) -> Vec<u32> {
        let order = Order::among(&(0..needs.len()).collect::<Vec<_>>(), needs);
        let all = order.chains();
        (0..needs.len()).map(|stage| order.most_at_once_with(stage, &all).get()).collect()
    }

    #[test]
    fn stages_share_with_as_many_as_may_work_when_they_do() {
        assert_eq!(shares(&[vec![], vec![0], vec![1], vec![1], vec![2, 3]]), [1, 1, 2, 2, 1]);
        assert_eq!(shares(&[vec![], vec![], vec![]]), [3, 3, 3]);
        // Beside the first stands a chain, of which one works at a time.
        assert_eq!(shares(&[vec![], vec![], vec![1], vec![2]]), [2, 2, 2, 2]);
        assert_eq!(shares(&[vec![], vec![0], vec![0], vec![], vec![3]]), [2, 3, 3, 3, 3]);
    }

    #[test]
    fn stages_between_keep_the_order_of_those_that_share() {
        let order = Order::among(&[0, 2], &[vec![], vec![0], vec![1]]);
        assert_eq!(order.most_at_once_with(0, &order.chains()), NonZeroU32::MIN);
    }

    /// The same, by trying all sets of stages.
    fn tried(needs: &[Vec<usize>]) -> Vec<u32> {
        let count = needs.len();
        let all: Vec<_> = (0..count).map(|stage| graph::closure(&[stage], needs)).collect();
        let is_ordered = |one: usize, other: usize| all[one].contains(&other) || all[other].contains(&one);
        let sets = (0u32..1 << count).map(|set| (0..count).filter(|stage| set >> stage & 1 == 1).collect());
        let free: Vec<Vec<usize>> = sets
            .filter(|set: &Vec<usize>| {
                set.iter().all(|one| set.iter().all(|other| one == other || !is_ordered(*one, *other)))
            })
            .collect();
        let most = |stage| free.iter().filter(|set| set.contains(&stage)).map(Vec::len).max().unwrap();
        (0..count).map(|stage| u32::try_from(most(stage)).unwrap()).collect()
    }

    proptest! {
        #[test]
        fn a_share_is_exactly_that_of_the_largest_set(edges in proptest::collection::vec((0usize..9, 0usize..9), 0..24)) {
            let mut needs = vec![Vec::new(); 9];
            for (from, to) in edges {
                if from > to {
                    needs[from].push(to);
                }
            }
            prop_assert_eq!(shares(&needs), tried(&needs));
        }
    }
}
