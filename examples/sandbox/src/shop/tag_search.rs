//! Shows tags, in their groups.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::catalogue::Catalogue;
use super::endpoint::Endpoint;
use super::format::Format;
use super::handle::ShopLookup;
use super::refusal::{ErrorShape, Refusal};
use super::tags::{self, Tag, TagGroup};

const MAX_TAGS: usize = 10;

#[derive(Debug, Deserialize)]
pub(super) struct TagSearch {
    #[serde(rename = "tagId", deserialize_with = "ids")]
    tag_ids: Vec<u64>,
}

/// One id, or up to ten with commas between them.
fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let ids: Result<Vec<u64>, _> = text.split(',').map(str::parse).collect();
    match ids {
        Ok(ids) if ids.len() <= MAX_TAGS => Ok(ids),
        _ => {
            Err(D::Error::custom(format!("tagId must be up to {MAX_TAGS} numbers with commas between them")))
        }
    }
}

impl Endpoint for TagSearch {
    const ERRORS: ErrorShape = ErrorShape::Described;

    fn lookups(&self) -> Vec<ShopLookup> {
        self.tag_ids.iter().copied().map(ShopLookup::Tag).collect()
    }

    fn answer(&self, _: &Catalogue, format: Format) -> Result<Value, Refusal> {
        let groups: Vec<Value> = tags::GROUPS.iter().filter_map(|group| self.entry(group, format)).collect();
        if groups.is_empty() {
            return Err(Refusal::NotFound);
        }
        Ok(json!({ "tagGroups": groups }))
    }
}

impl TagSearch {
    /// A group with those of its tags that are asked for, if there are any.
    fn entry(&self, group: &TagGroup, format: Format) -> Option<Value> {
        let asked_for = group.tags.iter().filter(|tag| self.tag_ids.contains(&tag.id));
        let tags: Vec<Value> = asked_for.map(|tag| format.entry("tag", self::tag(tag))).collect();
        let entry = json!({ "tagGroupId": group.id, "tagGroupName": group.name, "tags": tags });
        (!tags.is_empty()).then(|| format.entry("tagGroup", entry))
    }
}

fn tag(tag: &Tag) -> Value {
    json!({ "tagId": tag.id, "tagName": tag.name, "parentTagId": tag.parent })
}
