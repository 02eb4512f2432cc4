//! The examples' specs, in all their environments.

use crate::common::Jobnet;
use crate::common::files::example;

#[tokio::test]
async fn every_example_has_a_plan_without_a_finding() {
    let mut planned = 0;
    for entry in std::fs::read_dir(example("")).unwrap() {
        let spec = entry.unwrap().path().join("jobnet.yaml");
        if spec.is_file() {
            let ended = Jobnet::new(["plan", "--spec", spec.to_str().unwrap()]).run().await;
            assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", spec.display());
            planned += 1;
        }
    }
    assert_eq!(planned, 5);
}
