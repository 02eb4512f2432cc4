use std::num::NonZeroU32;

use indexmap::IndexMap;

use super::pick::Item;

/// Items that travel in one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Batch {
    /// The items as JSON, by comma.
    pub(super) json: String,
    /// How many.
    pub(super) items: u32,
}

/// Gathers items into batches, each with the items of one group.
pub(super) struct Batcher {
    most: NonZeroU32,
    groups: IndexMap<String, Batch>,
}

impl Batcher {
    /// Batches of up to `most` items; `None` is one item each.
    pub(super) fn new(most: Option<NonZeroU32>) -> Self {
        Self { most: most.unwrap_or(NonZeroU32::MIN), groups: IndexMap::new() }
    }

    /// Adds an item, and gives out its batch if that is full now.
    pub(super) fn push(&mut self, item: Item) -> Option<Batch> {
        let batch = self.groups.entry(item.group).or_default();
        if batch.items > 0 {
            batch.json.push(',');
        }
        batch.json.push_str(&item.json);
        batch.items += 1;
        (batch.items >= self.most.get()).then(|| std::mem::take(batch))
    }

    /// Gives out the batches that did not fill, in the order of their first items.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Batch> + use<> {
        std::mem::take(&mut self.groups).into_values().filter(|batch| batch.items > 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_item_travels_once_with_its_group_and_no_batch_is_too_large(
            groups in proptest::collection::vec(0u8..4, 0..60),
            most in 1u32..7,
        ) {
            let mut batcher = Batcher::new(NonZeroU32::new(most));
            let mut batches = Vec::new();
            for (index, group) in groups.iter().enumerate() {
                batches.extend(batcher.push(Item { group: group.to_string(), json: format!("[{group},{index}]") }));
            }
            batches.extend(batcher.drain());
            let mut seen = Vec::new();
            for batch in batches {
                let items: Vec<(u8, usize)> = serde_json::from_str(&format!("[{}]", batch.json)).unwrap();
                prop_assert_eq!(items.len(), batch.items as usize);
                prop_assert!((1..=most as usize).contains(&items.len()));
                prop_assert!(items.iter().all(|(group, _)| *group == items[0].0));
                seen.extend(items.into_iter().map(|(_, index)| index));
            }
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..groups.len()).collect::<Vec<_>>());
        }
    }
}
