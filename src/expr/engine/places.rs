use std::rc::Rc;

use crate::expr::value::{Value, failed};

use super::item::{Item, Place};
use super::machine::{Flow, Machine, Out};
use super::stop::Halt;

impl Machine<'_> {
    /// `.[]`.
    pub(super) fn each(&self, of: Item, optional: bool, out: Out<'_>) -> Flow {
        if !of.is_in_place() {
            return Err(misplaced(&format!("iterate through {}", of.value.cut_text())));
        }
        if optional && !matches!(of.value, Value::Arr(_) | Value::Obj(_)) {
            return Ok(());
        }
        let Some(place) = of.place else {
            for value in of.value.into_values() {
                self.step()?;
                self.give(Item::plain(value?), out)?;
            }
            return Ok(());
        };
        for entry in of.value.into_entries() {
            self.step()?;
            let (key, value) = entry?;
            let item = Item { value: value.clone(), place: Some(place.step(key, value)) };
            self.give(item, out)?;
        }
        Ok(())
    }
}

/// The part of an item at a key, and its place.
///
/// Optional, it is `None` where the item has no such parts; that its path is none is an error all the same.
pub(super) fn index(of: &Item, key: &Value, optional: bool) -> Flow<Option<Item>> {
    if !of.is_in_place() {
        return Err(misplaced(&format!("access element {} of {}", key.cut_text(), of.value.cut_text())));
    }
    let value = match of.value.part(key) {
        Ok(value) => value,
        Err(_) if optional => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let place = of.place.as_ref().map(|place| place.step(key.clone(), value.clone()));
    Ok(Some(Item { value, place }))
}

/// The part of an item at a path, and its place.
pub(super) fn get_path(item: &Item, path: &Value) -> Flow<Item> {
    let Value::Arr(keys) = path else { return Err(failed("Path must be specified as an array").into()) };
    let value = item.value.get_path(keys)?;
    let Some(place) = &item.place else { return Ok(Item::plain(value)) };
    if !item.is_in_place() {
        return Err(no_path(&item.value));
    }
    let path = keys.iter().fold(place.path.clone(), |path, key| path.step(key.clone()));
    Ok(Item { value: value.clone(), place: Some(Rc::new(Place { path, value })) })
}

/// The error of a step of a path from a value that is not at its place.
pub(super) fn misplaced(step: &str) -> Halt {
    failed(format!("Invalid path expression near attempt to {step}")).into()
}

/// The error of an output that has no path.
pub(super) fn no_path(value: &Value) -> Halt {
    failed(format!("Invalid path expression with result {}", value.cut_text())).into()
}
