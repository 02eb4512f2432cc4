use std::collections::BTreeSet;

/// The order in which stages can run, and what stands in its way.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Indices of the stages, each after those that it needs, otherwise as they came.
    Sorted(Vec<usize>),
    /// A circle of indices, each needing the one before it; the last is needed by the first.
    Circle(Vec<usize>),
}

/// Sorts stages by their needs, given as indices.
pub(super) fn sort(needs: &[Vec<usize>]) -> Order {
    let mut sorted = Vec::with_capacity(needs.len());
    let mut placed = vec![false; needs.len()];
    while sorted.len() < needs.len() {
        let ready =
            (0..needs.len()).find(|stage| !placed[*stage] && needs[*stage].iter().all(|need| placed[*need]));
        match ready {
            Some(stage) => {
                placed[stage] = true;
                sorted.push(stage);
            }
            None => return Order::Circle(circle(needs, &placed)),
        }
    }
    Order::Sorted(sorted)
}

/// Walks from an unplaced stage along unplaced needs until a stage comes again: there is one, since each has one.
fn circle(needs: &[Vec<usize>], placed: &[bool]) -> Vec<usize> {
    let mut path: Vec<usize> = placed.iter().position(|placed| !placed).into_iter().collect();
    while let Some(need) =
        path.last().and_then(|last| needs[*last].iter().copied().find(|need| !placed[*need]))
    {
        if let Some(start) = path.iter().position(|stage| *stage == need) {
            path.drain(..start);
            break;
        }
        path.push(need);
    }
    path
}

/// All that the stages of `start` need, directly or through others, and they themselves.
pub(super) fn closure(start: &[usize], needs: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut found: BTreeSet<usize> = start.iter().copied().collect();
    let mut open: Vec<usize> = start.to_vec();
    while let Some(stage) = open.pop() {
        for need in &needs[stage] {
            if found.insert(*need) {
                open.push(*need);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stages_keep_their_order_unless_a_need_says_otherwise() {
        assert_eq!(sort(&[vec![2], vec![], vec![]]), Order::Sorted(vec![1, 2, 0]));
    }

    #[test]
    fn a_circle_is_found_without_what_leads_to_it() {
        let Order::Circle(mut circle) = sort(&[vec![1], vec![2], vec![1]]) else { panic!("no circle") };
        circle.sort_unstable();
        assert_eq!(circle, [1, 2]);
        assert_eq!(sort(&[vec![0]]), Order::Circle(vec![0]));
    }

    proptest! {
        #[test]
        fn every_stage_comes_once_and_after_its_needs(edges in proptest::collection::vec((0usize..12, 0usize..12), 0..40)) {
            let mut needs = vec![Vec::new(); 12];
            for (from, to) in edges {
                if from > to {
                    needs[from].push(to);
                }
            }
            let Order::Sorted(order) = sort(&needs) else { return Err(TestCaseError::fail("no circle is possible")) };
            let place = |stage: usize| order.iter().position(|placed| *placed == stage).unwrap();
            prop_assert_eq!(order.len(), 12);
            for (stage, needed) in needs.iter().enumerate() {
                prop_assert!(needed.iter().all(|need| place(*need) < place(stage)));
            }
        }
    }
}
