use std::collections::BTreeSet;

use crate::expr::{Bindings, EvalError, Filter, Value, exact_json, json_text_of};

use super::super::pages::Page;

/// A chosen item, in the least space: most of a flow's memory is items that wait for their batch to fill.
pub(super) struct Item {
    /// Items with an equal group travel together.
    pub(super) group: String,
    /// The item as JSON.
    pub(super) json: String,
}

/// The chosen items of a page, and the items on which an expression failed.
pub(super) struct Picked {
    pub(super) items: Vec<Item>,
    pub(super) failures: Vec<String>,
}

/// Chooses items and says which belong together.
pub(super) struct Picker {
    select: Option<Filter>,
    group_by: Option<Filter>,
    keep: Option<BTreeSet<String>>,
}

impl Picker {
    /// `keep` names the keys of an item that are kept; `None` is all.
    pub(super) fn new(
        select: Option<Filter>,
        group_by: Option<Filter>,
        keep: Option<BTreeSet<String>>,
    ) -> Self {
        Self { select, group_by, keep }
    }

    /// Chooses from a page. An item on which an expression fails is told with its place, and costs nothing but itself.
    pub(super) fn pick(&self, page: Page) -> Picked {
        let mut picked = Picked { items: Vec::new(), failures: Vec::new() };
        for (index, item) in page.items.into_iter().enumerate() {
            match self.item(&item, &page.bindings) {
                Ok(Some(item)) => picked.items.push(item),
                Ok(None) => {}
                Err(error) => {
                    let row = page.row.map(|row| format!(" of row {row}")).unwrap_or_default();
                    let place = format!("item {} of page {}{row}", index + 1, page.number);
                    picked.failures.push(format!("{place}: {error}"));
                }
            }
        }
        picked
    }

    fn item(&self, item: &Value, bindings: &Bindings) -> Result<Option<Item>, EvalError> {
        if let Some(select) = &self.select
            && !select.holds(item, bindings)?
        {
            return Ok(None);
        }
        let group = match &self.group_by {
            Some(group_by) => exact_json(&group_by.only(item.clone(), bindings)?),
            None => String::new(),
        };
        Ok(Some(Item { group, json: json_text_of(item, self.keep.as_ref()) }))
    }
}
