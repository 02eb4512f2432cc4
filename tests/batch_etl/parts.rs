//! Parts of the net run by themselves, as the choices of the generated workflow's form start them: each belongs to the last
//! run in which what it reads succeeded.

use std::collections::BTreeSet;
use std::fs;

use jobnet_sandbox::{ShopLookup, StatusCode};
use serde_json::Value;

use super::{Etl, FIRST, SECOND, STAGES, two_genres};
use crate::common::Ended;
use crate::common::base::{Base, on_both};

/// The generated workflow.
struct Workflow(Value);

impl Workflow {
    fn of(etl: &Etl) -> Self {
        let file = etl.directory.path().join(".github/workflows/batch-etl.yml");
        Self(serde_saphyr::from_str(&fs::read_to_string(file).unwrap()).unwrap())
    }

    /// What its form offers for `stages`.
    fn choices(&self) -> Vec<String> {
        let options = self.0["on"]["workflow_dispatch"]["inputs"]["stages"]["options"].as_array().unwrap();
        options.iter().map(|choice| choice.as_str().unwrap().to_owned()).collect()
    }

    /// The stages whose jobs a choice starts, each after those that it needs, as the form lists them.
    fn stages(&self, choice: &str) -> Vec<String> {
        let jobs = self.0["jobs"].as_object().unwrap().values();
        let chosen = jobs.filter(|job| {
            let condition = job["if"].as_str().unwrap_or_default();
            let (_, list) = condition.split_once("contains(fromJSON('").unwrap_or_default();
            let (list, _) = list.split_once('\'').unwrap_or_default();
            let words: Vec<String> = serde_json::from_str(list).unwrap_or_default();
            words.iter().any(|word| word == choice)
        });
        let step = |job: &Value| {
            let steps = job["steps"].as_array().unwrap();
            let stage = steps.iter().find(|step| step["id"] == "stage").unwrap();
            stage["with"]["stages"].as_str().unwrap().to_owned()
        };
        let chosen: BTreeSet<String> = chosen.map(step).collect();
        self.choices().into_iter().filter(|stage| chosen.contains(stage)).collect()
    }
}

impl Etl {
    /// Starts a choice as GitHub does: each job a process of its own, all with the id and the start of the new run, until one
    /// fails. The ends of the stages that ran.
    async fn dispatch(&self, run: u32, env: &str, choice: &str) -> Vec<(String, Ended)> {
        let mut ended = Vec::new();
        for stage in Workflow::of(self).stages(choice) {
            let done = self
                .jobnet_in(env, [stage.as_str()])
                .env("JOBNET_RUN_ID", &format!("{run}-1"))
                .env("JOBNET_JOB_START_AT", &format!("2026-11-30T10:{run:02}:00Z"))
                .env("JOBNET_DRY_RUN", "false")
                .run()
                .await;
            let failed = done.code != Some(0);
            ended.push((stage, done));
            if failed {
                break;
            }
        }
        assert!(!ended.is_empty(), "{choice} starts nothing");
        ended
    }

    /// The same, where all goes well.
    async fn dispatch_well(&self, run: u32, choice: &str) -> Vec<(String, Ended)> {
        let ended = self.dispatch(run, "dev", choice).await;
        for (stage, ended) in &ended {
            assert_eq!(ended.code, Some(0), "{choice}: {stage}\n{}\n{}", ended.stdout, ended.stderr);
        }
        ended
    }

    async fn active(&self) -> BTreeSet<String> {
        let rows = self.base.rows("select item_code from stg_item where is_active order by item_code").await;
        rows.into_iter().collect()
    }

    /// The items of all rankings as they are in the shop now.
    fn ranked(&self) -> BTreeSet<String> {
        [FIRST, SECOND].iter().flat_map(|genre| self.shop().ranking(*genre).unwrap()).collect()
    }

    /// Has no item be active or inactive, as if `is_active` had never run.
    async fn forget_active(&self) {
        self.base.execute("update stg_item set is_active = null").await;
    }

    /// An item that ranks in the first genre alone.
    fn ranked_first_alone(&self) -> String {
        let elsewhere: BTreeSet<_> = self.shop().ranking(SECOND).unwrap().into_iter().collect();
        self.shop().ranking(FIRST).unwrap().into_iter().find(|code| !elsewhere.contains(code)).unwrap()
    }

    /// The first error of the one stage that a choice ran.
    async fn refused(&self, run: u32, env: &str, choice: &str) -> String {
        let ended = self.dispatch(run, env, choice).await;
        let (stage, ended) = ended.last().unwrap();
        assert_eq!(ended.code, Some(1), "{choice}\n{}", ended.stdout);
        ended.summary(stage)["errors"][0]["message"].as_str().unwrap().to_owned()
    }
}

on_both! {
    async fn each_part_alone_goes_by_what_the_last_ranking_saw(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.dispatch_well(1, "all").await;
        let seen = etl.ranked();
        assert_eq!(etl.active().await, seen);

        // The shop has changed since; nobody has looked at it.
        let gone = etl.ranked_first_alone();
        etl.shop().unrank(FIRST, &gone).unwrap();
        for (run, choice) in [(2, "is_active"), (3, "genre+"), (4, "tag+"), (5, "item+")] {
            etl.forget_active().await;
            let ended = etl.dispatch_well(run, choice).await;
            assert_eq!(etl.active().await, seen, "{choice}");
            let (_, last) = ended.last().unwrap();
            assert_eq!(last.summary("is_active")["run_id"], "1-1", "{choice} belongs to the run of its ranking");
        }

        // A ranking alone is what the parts after it go by from then on.
        etl.dispatch_well(6, "ranking").await;
        let ended = etl.dispatch_well(7, "is_active").await;
        assert_eq!(ended[0].1.summary("is_active")["run_id"], "6-1");
        let mut left = seen.clone();
        left.remove(&gone);
        assert_eq!(etl.active().await, left);
        assert_eq!(left, etl.ranked());
    }

    async fn every_choice_of_the_form_ends_well_after_a_whole_run(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.dispatch_well(1, "all").await;
        let choices = Workflow::of(&etl).choices();
        assert!(choices.len() > STAGES.len(), "{choices:?}");
        for (run, choice) in (2..).zip(&choices) {
            etl.dispatch_well(run, choice).await;
            assert_eq!(etl.active().await, etl.ranked(), "{choice}");
        }
    }

    async fn without_a_ranking_the_parts_after_it_fail_and_say_what_to_run(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.dispatch_well(1, "schema").await;
        let reason = etl.refused(2, "dev", "is_active").await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(reason, @"reads the rows of `ranking` by their run, and no run of `ranking` in this environment has succeeded: run `ranking` first");
        }
        assert!(etl.refused(3, "dev", "item+").await.contains("run `ranking` first"));
        assert!(etl.refused(4, "dev", "genre+").await.contains("run `item` first"));
        assert_eq!(etl.sandbox.requests().len(), 0, "nothing is asked for");
    }

    async fn a_ranking_of_another_environment_is_none(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.dispatch_well(1, "all").await;
        assert!(etl.refused(2, "prod", "is_active").await.contains("no run of `ranking` in this environment"));
    }

    async fn a_ranking_that_saved_rows_and_failed_is_none_and_one_that_saved_nothing_changes_nothing(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.dispatch_well(1, "all").await;
        let seen = etl.ranked();
        // Nothing of this one arrives.
        for genre in etl.shop().genre_ids() {
            etl.shop().fail(ShopLookup::Ranking(genre), StatusCode::FORBIDDEN);
        }
        assert!(etl.refused(2, "dev", "ranking").await.contains("403"));
        etl.forget_active().await;
        etl.dispatch_well(3, "is_active").await;
        assert_eq!(etl.active().await, seen);

        // Of this one the first genre arrives, in which another item stands now, and the second does not.
        etl.shop().clear_failures();
        etl.shop().unrank(FIRST, &etl.ranked_first_alone()).unwrap();
        etl.shop().fail(ShopLookup::Ranking(SECOND), StatusCode::FORBIDDEN);
        etl.refused(4, "dev", "ranking").await;
        for (run, choice) in [(5, "is_active"), (6, "item+")] {
            let reason = etl.refused(run, "dev", choice).await;
            assert!(reason.contains("`4-1`, has not succeeded: run `ranking` first"), "{reason}");
        }
        assert_eq!(etl.active().await, seen);

        etl.shop().clear_failures();
        etl.dispatch_well(7, "ranking").await;
        etl.dispatch_well(8, "is_active").await;
        assert_eq!(etl.active().await, etl.ranked());
    }

    async fn a_dry_run_says_that_a_part_would_fail_and_fails_not(base: Base) {
        let Some(etl) = Etl::open(base, two_genres()).await else { return };
        etl.dispatch_well(1, "schema").await;
        // Its SQL names a table that tracking makes.
        etl.base.execute("create table stg_ranking_seen (genre_id bigint, rank integer, run_id text, seen_at text)").await;
        let ended = etl.run(["is_active", "--dry-run"]).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert!(ended.stdout.contains("as things are it would fail"), "{}", ended.stdout);
    }
}
