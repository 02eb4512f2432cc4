//! Whatever a spec says: it does not render, or each CronJob starts exactly when the plan says.

use std::fmt::Write as _;

use jiff::{ToSpan as _, civil};
use jobnet::plan::{Cron, Schedule};
use proptest::prelude::*;
use serde_json::Value;

use super::{Net, pod};

/// A stage: its name, how many minutes after the net it starts, and the stages before it that it needs, by their numbers.
type Shape = (String, u32, Vec<usize>);

fn shapes() -> impl Strategy<Value = Vec<Shape>> {
    let stage = ("[a-z][a-zA-Z0-9_-]{0,30}", 0u32..90, proptest::collection::vec(0usize..6, 0..3));
    proptest::collection::vec(stage, 1..6)
}

fn schedule() -> impl Strategy<Value = String> {
    let minute = prop_oneof![
        Just("*/15".to_owned()),
        Just("*/30".to_owned()),
        (0u32..60).prop_map(|minute| minute.to_string())
    ];
    let hour = prop_oneof![Just("*".to_owned()), (0u32..24).prop_map(|hour| hour.to_string())];
    let weekday = prop_oneof![Just("*".to_owned()), (0u32..7).prop_map(|day| day.to_string())];
    (minute, hour, weekday).prop_map(|(minute, hour, weekday)| format!("{minute} {hour} * * {weekday}"))
}

/// The name of a stage, which no other has, and the numbers of the stages that it needs.
fn stage(shapes: &[Shape], number: usize) -> (String, Vec<usize>) {
    let (name, _, needs) = &shapes[number];
    let mut needs: Vec<usize> = needs.iter().copied().filter(|need| *need < number).collect();
    needs.sort_unstable();
    needs.dedup();
    (format!("{name}{number}"), needs)
}

fn spec(shapes: &[Shape], schedule: &str) -> String {
    let mut stages = String::new();
    for (number, (_, offset, _)) in shapes.iter().enumerate() {
        let (name, needs) = stage(shapes, number);
        let needs: Vec<String> = needs.into_iter().map(|need| stage(shapes, need).0).collect();
        let _ = writeln!(
            stages,
            "  {name}: {{offset: {offset}m, needs: [{}], call: {{get: /a}}}}",
            needs.join(", ")
        );
    }
    format!(
        "jobnet: v1
name: Random_Net
schedule: \"{schedule}\"
apis: {{api: {{base_url: https://api.example}}}}
stages:
{stages}environments: {{prod: {{}}}}
targets: {{kubernetes: {{out: k8s, environments: [prod], image: shop, tags: {{prod: v1}}}}}}
"
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_cron_job_starts_when_the_plan_says(shapes in shapes(), schedule in schedule()) {
        let text = spec(&shapes, &schedule);
        // An offset may move a schedule to times that no single expression names.
        let Ok(net) = Net::of(&text, &[]) else { return Ok(()) };
        let offset = |number: usize| shapes[number].1;
        let contradicted = (0..shapes.len())
            .any(|number| stage(&shapes, number).1.into_iter().any(|need| offset(need) >= offset(number)));
        let Ok(files) = net.render() else {
            // Long names are the only other fault that these specs can have.
            let too_long = |(number, (name, ..)): (usize, &Shape)| format!("random-net-{name}{number}").len() > 52;
            prop_assert!(contradicted || shapes.iter().enumerate().any(too_long), "{text}");
            return Ok(());
        };
        prop_assert!(!contradicted, "{text}");
        let net_starts = Cron::parse(&schedule).unwrap();
        for number in 0..shapes.len() {
            let (name, _) = stage(&shapes, number);
            let rendered = &files.files[&format!("k8s/overlays/prod/cronjob-{name}.yaml")].bytes;
            let cron_job: Value = serde_saphyr::from_slice(rendered).unwrap();
            let cron = Cron::parse(cron_job["spec"]["schedule"].as_str().unwrap()).unwrap();
            let Schedule::Cron(planned) = &net.plans.environments["prod"].stage(&name).unwrap().timing.schedule else {
                return Err(TestCaseError::fail("a schedule"));
            };
            let mut net_start = civil::date(2026, 3, 4).at(5, 6, 7, 0).in_tz("UTC").unwrap();
            let mut start = net_start.checked_add(i64::from(offset(number)).minutes()).unwrap();
            for _ in 0..20 {
                net_start = net_starts.next_after(&net_start).unwrap();
                prop_assert_eq!(planned.next_after(&start), cron.next_after(&start));
                start = cron.next_after(&start).unwrap();
                prop_assert_eq!(net_start.checked_add(i64::from(offset(number)).minutes()).unwrap(), start.clone());
            }
            prop_assert!(cron_job["metadata"]["name"].as_str().unwrap().len() <= 52);
            prop_assert_eq!(&pod(&cron_job)["containers"][0]["args"][1], &Value::from(name));
        }
    }
}
