use serde_json::json;
use tokio::task::JoinSet;

use crate::common::Jobnet;
use crate::common::s3::{Bucket, S3};
use crate::common::s3_faults::Fault;
use crate::common::s3rver::S3rver;

fn jobnet(bucket: &Bucket, environment: &[(&'static str, String)]) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: race\nstores: {{raw: \"{}\"}}\nstages:\n  work: {{lease: {{store: raw}}, exec: {{command: \
         touch worked}}}}\nenvironments: {{local: {{}}}}\n",
        bucket.url()
    );
    let jobnet = Jobnet::on_spec(&spec, ["work"]).env("PATH", "/usr/bin:/bin");
    environment.iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value))
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_five_runs_works_under_a_lease_that_cannot_be_kept() {
    let Some(ignoring) = S3rver::start().await else { return };
    let Some(bucket) = S3::bucket().await else { return };
    let proxy = bucket.faults().await;
    proxy.add(Fault::NoConditions, "PUT", "", usize::MAX);
    for (bucket, environment, reason) in [
        (ignoring.bucket(), ignoring.bucket().environment(), "ignores `If-None-Match`"),
        (&bucket, proxy.environment(), "does not know `If-None-Match`"),
    ] {
        let mut runs = JoinSet::new();
        for _ in 0..5 {
            let jobnet = jobnet(bucket, &environment);
            runs.spawn(async move { (jobnet.run().await, jobnet.directory().join("worked").exists()) });
        }
        while let Some(ended) = runs.join_next().await {
            let (ended, has_worked) = ended.unwrap();
            assert_eq!((ended.code, has_worked), (Some(1), false), "{}", ended.stdout);
            let summary = ended.summary("work");
            assert_eq!(summary["outcome"], json!("failed"));
            assert!(summary["errors"][0]["message"].as_str().unwrap().contains(reason), "{summary}");
        }
    }
}
