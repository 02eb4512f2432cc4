use crate::expr::value::Value;

use super::code::Code;
use super::item::Item;
use super::machine::{Flow, Machine};
use super::places::misplaced;
use super::scope::Scope;
use super::stop::Halt;

/// Assignments. The paths are those of the input, whatever becomes of it meanwhile: they are found first, so that the
/// input can be changed in its place, and an error that ended them comes after what they are for.
impl<'c> Machine<'c> {
    /// `paths = value`.
    pub(super) fn assign(&self, paths: &'c Code, scope: &Scope<'c>, item: Item, value: &Value) -> Flow<Item> {
        let (paths, end) = self.found(paths, scope, &item.value);
        let Item { value: mut result, place } = item;
        for path in paths {
            result = result.set_path(&path, value.clone())?;
        }
        end.map(|()| Item { value: result, place })
    }

    /// `paths |= update`: the first output of `update` replaces the value at each path; without one the path is deleted
    /// in the end. What was updated has no path itself.
    pub(super) fn modify(
        &self,
        paths: &'c Code,
        update: &'c Code,
        scope: &Scope<'c>,
        item: Item,
    ) -> Flow<Item> {
        let (paths, end) = self.found(paths, scope, &item.value);
        let Item { value: mut result, place } = item;
        let mut without: Vec<Value> = Vec::new();
        for path in paths {
            let old = result.get_path(&path)?;
            match self.first(update, scope, old)? {
                Some(new) => result = result.set_path(&path, new)?,
                None => without.push(path.into_iter().collect()),
            }
        }
        end?;
        if place.is_some() {
            let updated = Value::from_iter([result, without.into_iter().collect()]);
            return Err(misplaced(&format!("access element 0 of {}", updated.cut_text())));
        }
        Ok(Item::plain(if without.is_empty() { result } else { result.delete_paths(without)? }))
    }

    /// The paths of the outputs, and how they ended.
    fn found(&self, paths: &'c Code, scope: &Scope<'c>, input: &Value) -> (Vec<Vec<Value>>, Flow) {
        let mut found = Vec::new();
        let end = self.paths(paths, scope, input, &mut |path| {
            self.put_together(1 + path.len())?;
            found.push(path);
            Ok(())
        });
        (found, end)
    }

    /// The first output, if there is one.
    fn first(&self, code: &'c Code, scope: &Scope<'c>, input: Value) -> Flow<Option<Value>> {
        let mut first = None;
        let label = self.new_label();
        match self.run(code, scope.clone(), Item::plain(input), &mut |output| {
            first = Some(output.value);
            Err(Halt::Break(label))
        }) {
            Err(Halt::Break(broken)) if broken == label => {}
            flow => flow?,
        }
        Ok(first)
    }
}
