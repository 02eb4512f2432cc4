//! Which stages the words of `jobnet run` mean.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jobnet::plan::{Plan, SelectionError, Selector};
use proptest::prelude::*;

use super::resolved;

/// Two ways from `load` to `tell`, a stage beside them, and two groups.
const SPEC: &str = "\
jobnet: v1
name: net
environments: {local: {}}
apis: {shop: {base_url: https://shop.example}}
groups: {night: [sort, other], whole: [load, tell]}
stages:
  tell: {needs: [pack, sort], call: {get: /tell}}
  load: {call: {get: /load}}
  pack: {needs: [load], call: {get: /pack}}
  sort: {needs: [load], call: {get: /sort}}
  other: {call: {get: /other}}
";

fn plan(spec: &str) -> Plan {
    resolved(spec).environments.swap_remove("local").expect("the environment")
}

fn words<const N: usize>(words: [&str; N]) -> Selector {
    Selector::Words(words.map(str::to_owned).to_vec())
}

/// The selected stages, each with the selected ones that it waits for.
fn selected<const N: usize>(chosen: [&str; N]) -> String {
    let selection = plan(SPEC).select(&words(chosen)).expect("a selection");
    let stages = selection.stages.iter().map(|(stage, before)| {
        if before.is_empty() { stage.clone() } else { format!("{stage} after {}", before.join(", ")) }
    });
    stages.collect::<Vec<_>>().join("; ")
}

fn refused<const N: usize>(chosen: [&str; N]) -> SelectionError {
    plan(SPEC).select(&words(chosen)).expect_err("no selection")
}

#[test]
fn a_stage_alone_waits_for_nothing() {
    assert_eq!(selected(["tell"]), "tell");
}

#[test]
fn a_plus_behind_a_stage_adds_all_that_come_after_it() {
    assert_eq!(selected(["pack+"]), "pack; tell after pack");
    assert_eq!(selected(["load+"]), "load; pack after load; sort after load; tell after load, pack, sort");
}

#[test]
fn a_plus_before_a_stage_adds_all_that_come_before_it() {
    assert_eq!(selected(["+sort"]), "load; sort after load");
    assert_eq!(selected(["+tell"]), "load; pack after load; sort after load; tell after load, pack, sort");
}

#[test]
fn a_plus_on_both_sides_adds_both() {
    assert_eq!(selected(["+pack+"]), "load; pack after load; tell after load, pack");
}

#[test]
fn several_words_are_taken_together_in_the_order_of_the_needs() {
    assert_eq!(selected(["tell", "other", "load"]), "load; tell after load; other");
    assert_eq!(selected(["sort", "sort", "+sort"]), "load; sort after load");
}

#[test]
fn a_groups_name_means_its_stages_with_its_pluses_too() {
    assert_eq!(selected(["night"]), "sort; other");
    assert_eq!(selected(["+night"]), "load; sort after load; other");
    assert_eq!(selected(["night+"]), "sort; tell after sort; other");
}

#[test]
fn a_stage_waits_for_chosen_ones_through_those_that_are_left_out() {
    assert_eq!(selected(["whole"]), "load; tell after load");
}

#[test]
fn all_is_the_whole_net_in_the_order_of_its_needs() {
    let selection = plan(SPEC).select(&Selector::All).expect("a selection");
    let names: Vec<&str> = selection.stages.iter().map(|(stage, _)| stage.as_str()).collect();
    assert_eq!(names, ["load", "pack", "sort", "tell", "other"]);
}

#[test]
fn a_word_that_means_nothing_is_compared_with_stages_and_groups() {
    let misspelt = refused(["load", "nihgt+"]);
    assert_eq!(misspelt.to_string(), "there is no stage or group `nihgt`");
    assert_eq!(misspelt.help(), "did you mean `night`?");
    let strange = refused(["everything"]);
    assert_eq!(strange.help(), "there are: load, pack, sort, tell, other, night, whole");
}

#[test]
fn no_word_at_all_is_no_selection() {
    let nothing = refused([]);
    assert_eq!(nothing.to_string(), "no stage was named");
    assert_eq!(
        nothing.help(),
        "name one or more of load, pack, sort, tell, other, night, whole, or say --all"
    );
}

/// A spec of so many stages `s0`, `s1`, …, in which the first of a pair needs the second. Needs lead to smaller numbers.
fn net(stages: usize, edges: &[(usize, usize)]) -> String {
    let mut spec = String::from(
        "jobnet: v1\nname: net\nenvironments: {local: {}}\napis: {a: {base_url: https://a.example}}\nstages:\n",
    );
    for stage in 0..stages {
        let needs: BTreeSet<String> =
            edges.iter().filter(|(from, _)| *from == stage).map(|(_, to)| format!("s{to}")).collect();
        let needs = needs.into_iter().collect::<Vec<_>>().join(", ");
        let _ = writeln!(spec, "  s{stage}: {{needs: [{needs}], call: {{get: /}}}}");
    }
    spec
}

/// Whether the first stage needs the second, directly or through others: found by walking, not by closing.
fn leads(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    from == to || edges.iter().any(|(start, end)| *start == from && leads(edges, *end, to))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pluses_mean_what_can_be_reached(
        pairs in proptest::collection::vec((0usize..8, 0usize..8), 0..14),
        stage in 0usize..8,
    ) {
        let edges: Vec<_> = pairs.into_iter().filter(|(from, to)| from > to).collect();
        let plan = plan(&net(8, &edges));
        let chosen = |word: String| -> BTreeSet<String> {
            let selection = plan.select(&Selector::Words(vec![word])).expect("a selection");
            selection.stages.into_iter().map(|(stage, _)| stage).collect()
        };
        let reached = |holds: &dyn Fn(usize) -> bool| -> BTreeSet<String> {
            (0..8).filter(|other| holds(*other)).map(|other| format!("s{other}")).collect()
        };
        prop_assert_eq!(chosen(format!("+s{stage}")), reached(&|other| leads(&edges, stage, other)));
        prop_assert_eq!(chosen(format!("s{stage}+")), reached(&|other| leads(&edges, other, stage)));
    }

    #[test]
    fn what_a_stage_waits_for_comes_before_it(
        pairs in proptest::collection::vec((0usize..8, 0usize..8), 0..14),
        chosen in proptest::collection::vec(0usize..8, 1..8),
    ) {
        let edges: Vec<_> = pairs.into_iter().filter(|(from, to)| from > to).collect();
        let words = chosen.iter().map(|stage| format!("s{stage}")).collect();
        let selection = plan(&net(8, &edges)).select(&Selector::Words(words)).expect("a selection");
        let mut done = BTreeSet::new();
        for (stage, before) in selection.stages {
            prop_assert!(before.iter().all(|need| done.contains(need)));
            done.insert(stage);
        }
        let asked: BTreeSet<String> = chosen.iter().map(|stage| format!("s{stage}")).collect();
        prop_assert_eq!(done, asked);
    }
}
