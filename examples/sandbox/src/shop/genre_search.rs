//! Shows a genre and those around it, in both formats alike.

use serde::Deserialize;
use serde_json::{Value, json};

use super::catalogue::{Catalogue, Genre};
use super::endpoint::Endpoint;
use super::format::Format;
use super::handle::ShopLookup;
use super::refusal::{ErrorShape, Refusal};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GenreSearch {
    genre_id: u64,
}

impl Endpoint for GenreSearch {
    const ERRORS: ErrorShape = ErrorShape::Numbered;

    fn lookups(&self) -> Vec<ShopLookup> {
        vec![ShopLookup::Genre(self.genre_id)]
    }

    fn answer(&self, catalogue: &Catalogue, _: Format) -> Result<Value, Refusal> {
        let genre = catalogue.genre(self.genre_id).ok_or(Refusal::NotFound)?;
        let parent_of = |genre: &&Genre| genre.parent.and_then(|parent| catalogue.genre(parent));
        let parent = parent_of(&genre);
        let mut ancestors: Vec<Value> = std::iter::successors(parent, parent_of).map(entry).collect();
        // The nearest one comes last.
        ancestors.reverse();
        let siblings = parent.into_iter().flat_map(|parent| catalogue.children(parent.id));
        let siblings = siblings.filter(|sibling| sibling.id != genre.id);
        Ok(json!({
            "genre": entry(genre),
            "ancestors": ancestors,
            "siblings": siblings.map(entry).collect::<Vec<_>>(),
            "children": catalogue.children(genre.id).map(entry).collect::<Vec<_>>(),
        }))
    }
}

fn entry(genre: &Genre) -> Value {
    json!({ "genreId": genre.id, "nameJa": genre.name, "level": genre.level })
}
