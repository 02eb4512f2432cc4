use super::model::Plan;
use super::selection::{Selection, Selector};

/// The word for every stage.
const ALL: &str = "all";

impl Plan {
    /// A selection in the one word that an engine's form offers: `all`, a stage, or a stage and `+`. `None` where no such
    /// word means these stages.
    ///
    /// A stage that nothing needs is said by its name alone.
    pub fn stage_choice(&self, selection: &Selection) -> Option<String> {
        // What stands for others stands before them in the plan's order.
        let (first, _) = selection.stages.first()?;
        let word = |text: String| (text.clone(), Selector::Words(vec![text]));
        let choices = [(ALL.to_owned(), Selector::All), word(first.clone()), word(format!("{first}+"))];
        let is_it = |(_, selector): &(String, Selector)| {
            self.select(selector).is_ok_and(|selected| selected == *selection)
        };
        choices.into_iter().find(is_it).map(|(text, _)| text)
    }

    /// The selector that such a word stands for.
    pub fn chosen_by(&self, choice: &str) -> Selector {
        if choice == ALL { Selector::All } else { Selector::Words(vec![choice.to_owned()]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::plan::resolve;
    use crate::spec::parse;

    const SPEC: &str = "\
jobnet: v1
name: net
apis: {shop: {base_url: https://shop.example}}
environments: {dev: {}}
stages:
  ranking: {call: {get: /ranking}}
  genre: {needs: [ranking], call: {get: /genre}}
  tag: {needs: [ranking], call: {get: /tag}}
  item: {needs: [genre, tag], call: {get: /item}}
groups: {words: [genre, tag], end: [item]}
";

    #[test]
    fn a_selection_is_said_in_a_word_whatever_it_was_written_as() {
        let (spec, _) = parse(Source::new("jobnet.yaml", SPEC));
        let plans = resolve(&spec.unwrap()).0.unwrap();
        let plan = plans.named("dev").unwrap();
        for (words, choice) in [
            (&["genre"][..], Some("genre")),
            (&["genre+"], Some("genre+")),
            (&["item", "genre"], Some("genre+")),
            (&["item+"], Some("item")),
            (&["end"], Some("item")),
            (&["ranking+"], Some("all")),
            (&["+item"], Some("all")),
            (&["genre", "ranking", "tag", "item"], Some("all")),
            (&["words"], None),
            (&["+genre"], None),
            (&["ranking", "item"], None),
        ] {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            let selection = plan.select(&Selector::Words(words)).unwrap();
            assert_eq!(plan.stage_choice(&selection).as_deref(), choice, "{selection:?}");
            if let Some(choice) = choice {
                assert_eq!(plan.select(&plan.chosen_by(choice)).unwrap(), selection);
            }
        }
    }
}
