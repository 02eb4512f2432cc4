use crate::expr::value::Value;

use super::code::Code;
use super::item::Item;
use super::machine::{Flow, Machine};
use super::places::misplaced;
use super::scope::Scope;
use super::stop::Halt;

impl<'c> Machine<'c> {
    /// `paths = value`: the paths are those of the input, whatever becomes of it meanwhile.
    pub(super) fn assign(
        &self,
        paths: &'c Code,
        scope: &Scope<'c>,
        input: &Value,
        value: &Value,
    ) -> Flow<Value> {
        let mut result = input.clone();
        self.paths(paths, scope, input, &mut |path| {
            self.put_together(path.len())?;
            result = std::mem::take(&mut result).set_path(&path, value.clone())?;
            Ok(())
        })?;
        Ok(result)
    }

    /// `paths |= update`: the first output of `update` replaces the value at each path; without one the path is deleted
    /// in the end. What was updated has no path itself.
    pub(super) fn modify(
        &self,
        paths: &'c Code,
        update: &'c Code,
        scope: &Scope<'c>,
        item: &Item,
    ) -> Flow<Value> {
        let mut result = item.value.clone();
        let mut without: Vec<Value> = Vec::new();
        self.paths(paths, scope, &item.value, &mut |path| {
            self.put_together(path.len())?;
            let old = result.get_path(&path)?;
            match self.first(update, scope, old)? {
                Some(new) => result = std::mem::take(&mut result).set_path(&path, new)?,
                None => without.push(path.into_iter().collect()),
            }
            Ok(())
        })?;
        if item.place.is_some() {
            let updated = Value::from_iter([result, without.into_iter().collect()]);
            return Err(misplaced(&format!("access element 0 of {}", updated.cut_text())));
        }
        if without.is_empty() { Ok(result) } else { Ok(result.delete_paths(without)?) }
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
