use crate::expr::value::Value;

use super::code::Folding;
use super::item::Item;
use super::machine::{Flow, Machine, Out};
use super::scope::Scope;

impl<'c> Machine<'c> {
    /// The last state of a `reduce`: of several outputs of the update the last counts, without output it is null.
    pub(super) fn reduce(
        &self,
        folding: &'c Folding,
        scope: &Scope<'c>,
        item: &Item,
        init: Value,
    ) -> Flow<Value> {
        let mut state = init;
        self.run(&folding.source, scope.clone(), item.clone(), &mut |source| {
            let place = source.place;
            self.bind(&folding.patterns, scope, &source.value, &mut |bound| {
                // The state is taken, not copied, so that it can be changed in its place.
                let input = Item { value: std::mem::take(&mut state), place: place.clone() };
                self.run(&folding.update, bound, input, &mut |output| {
                    state = output.value;
                    Ok(())
                })
            })
        })?;
        Ok(state)
    }

    /// `foreach`: each output of the update is the next state, and is extracted from.
    pub(super) fn foreach(&self, folding: &'c Folding, scope: &Scope<'c>, item: &Item, out: Out<'_>) -> Flow {
        self.run(&folding.init, scope.clone(), item.clone(), &mut |init| {
            let mut state = init.value;
            self.run(&folding.source, scope.clone(), item.clone(), &mut |source| {
                let place = source.place;
                self.bind(&folding.patterns, scope, &source.value, &mut |bound| {
                    let input = Item { value: std::mem::take(&mut state), place: place.clone() };
                    self.run(&folding.update, bound.clone(), input, &mut |output| {
                        state = output.value.clone();
                        self.run(&folding.extract, bound.clone(), output, out)
                    })
                })
            })
        })
    }
}
