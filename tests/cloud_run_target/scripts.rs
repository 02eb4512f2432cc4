//! What the scripts tell gcloud, and what they refuse to.

use std::collections::BTreeSet;

use super::example_spec;
use super::recorder::{Recorder, values};

const SCRIPTS: [&str; 5] = ["create-all-jobs.sh", "run-job.sh", "list-jobs.sh", "pause.sh", "resume.sh"];

/// What Cloud Scheduler has of an environment of the example, as the script asks for it.
fn triggers(env: &str) -> String {
    let names = ["quota-reset", "quota-cleanup", "stale-cleanup", "alerts", "quota-monthly"];
    names.map(|name| format!("{name}-{env}\tjobnet scheduler-jobs/{env}\n")).concat()
}

#[tokio::test]
async fn every_script_tells_how_it_is_used() {
    let recorder = Recorder::of(&example_spec());
    for script in SCRIPTS {
        let help = recorder.run(script, &["--help"], "", &[]).await;
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{script}");
        assert!(help.stdout.starts_with(&format!("Usage: {script} ")), "{}", help.stdout);
        assert!(help.stdout.contains("Environments: test, stage, prod\n"), "{}", help.stdout);
    }
    assert!(recorder.calls().is_empty());
}

#[tokio::test]
async fn what_is_not_asked_rightly_is_not_done() {
    let recorder = Recorder::of(&example_spec());
    let mut said = String::new();
    for arguments in [
        &["create-all-jobs.sh"][..],
        &["create-all-jobs.sh", "local"],
        &["create-all-jobs.sh", "test", "stage"],
        &["create-all-jobs.sh", "test", "--force"],
        &["create-all-jobs.sh", "test", "--tag"],
        &["create-all-jobs.sh", "test", "--tag", "a b"],
        &["run-job.sh", "test"],
        &["run-job.sh", "test", "quota-rest"],
        &["run-job.sh", "test", "release", "alerts"],
        &["list-jobs.sh", "local"],
        &["pause.sh", "local"],
        &["pause.sh", "test", "migrate"],
        &["resume.sh"],
    ] {
        let ended = recorder.run(arguments[0], &arguments[1..], "", &[]).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        said += &ended.stderr;
    }
    assert!(recorder.calls().is_empty());
    insta::assert_snapshot!(said, @"
    create-all-jobs.sh: which environment? One of test, stage, prod
    create-all-jobs.sh: there is no environment local on Cloud Run: expected one of test, stage, prod
    create-all-jobs.sh: expected one environment, and found test and stage
    create-all-jobs.sh: there is no option --force: see --help
    create-all-jobs.sh: --tag needs a value
    create-all-jobs.sh: a b is not the tag of an image
    run-job.sh: which job or group? One of migrate, bootstrap, org-sync-all, quota-reset, quota-cleanup, stale-cleanup, alerts, quota-monthly, release
    run-job.sh: there is no job or group quota-rest: expected one of migrate, bootstrap, org-sync-all, quota-reset, quota-cleanup, stale-cleanup, alerts, quota-monthly, release
    run-job.sh: expected one job or group, and found release and alerts
    list-jobs.sh: there is no environment local on Cloud Run: expected one of test, stage, prod
    pause.sh: there is no environment local on Cloud Run: expected one of test, stage, prod
    pause.sh: there is no job migrate with a trigger in test: expected some of quota-reset quota-cleanup stale-cleanup alerts quota-monthly
    resume.sh: which environment? One of test, stage, prod
    ");
}

#[tokio::test]
async fn credentials_are_a_readable_file_wherever_the_script_is_started() {
    let recorder = Recorder::of(&example_spec());
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let name = "GOOGLE_APPLICATION_CREDENTIALS";
    for script in ["create-all-jobs.sh", "list-jobs.sh", "pause.sh", "resume.sh"] {
        for (value, said) in [
            ("key.json", "must be an absolute path"),
            ("/no/key.json", "no readable file"),
            ("/", "no readable file"),
        ] {
            let ended = recorder.run(script, &["test", "--dry-run"], "", &[(name, value)]).await;
            assert_eq!(ended.code, Some(2), "{script} {value}");
            assert!(ended.stderr.contains(said), "{}", ended.stderr);
        }
        let good = recorder.run(script, &["test", "--dry-run"], "", &[(name, path)]).await;
        assert!(!good.stderr.contains(name), "{}", good.stderr);
    }
    let ended =
        recorder.run("run-job.sh", &["test", "release", "--dry-run"], "", &[(name, "key.json")]).await;
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
}

#[tokio::test]
async fn production_is_asked_for() {
    let recorder = Recorder::of(&example_spec());
    let scripts: [&[&str]; 2] = [&["create-all-jobs.sh", "prod"], &["run-job.sh", "prod", "alerts"]];
    for arguments in scripts {
        for answer in ["", "y\n", "no\n", "yes please\n", "\nyes\n"] {
            let ended = recorder.run(arguments[0], &arguments[1..], answer, &[]).await;
            assert_eq!(ended.code, Some(2), "{arguments:?} {answer:?}");
            assert!(ended.stderr.contains("project cloudact-prod"), "{}", ended.stderr);
            assert!(
                ended.stderr.ends_with("nothing was done in prod: the answer was not yes\n"),
                "{}",
                ended.stderr
            );
        }
        assert!(recorder.calls().is_empty());
    }
    for answer in ["yes\n", "yes"] {
        let ended = recorder.run("run-job.sh", &["prod", "alerts"], answer, &[]).await;
        assert_eq!(ended.code, Some(0), "{answer:?} {}", ended.stderr);
    }
    let ended = recorder.run("run-job.sh", &["prod", "alerts", "--yes"], "", &[]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(recorder.changed(), ["run jobs execute alerts-prod"; 3]);
}

#[tokio::test]
async fn an_environment_has_names_variables_and_secrets_of_its_own() {
    for (env, project, api, secret) in [
        ("test", "cloudact-testing-1", "https://api-test.cloudact.ai", "CA_ROOT_API_KEY-test"),
        // It shares a project, and the secrets in it, with the one before.
        ("stage", "cloudact-testing-1", "https://api-stage.cloudact.ai", "CA_ROOT_API_KEY-test"),
        ("prod", "cloudact-prod", "https://api.cloudact.ai", "CA_ROOT_API_KEY-prod"),
    ] {
        let recorder = Recorder::of(&example_spec());
        let ended = recorder.run("create-all-jobs.sh", &["--yes", env], "", &[]).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let calls = recorder.calls();
        assert!(calls.iter().all(|call| values(call, "--project") == [project]), "{calls:?}");
        let deployed = calls.iter().find(|call| call[3] == format!("alerts-{env}")).unwrap();
        assert_eq!(values(deployed, "--image"), [format!("gcr.io/{project}/scheduler-jobs:latest")]);
        assert_eq!(values(deployed, "--set-env-vars")[1..], [format!("API_BASE={api}")]);
        assert_eq!(values(deployed, "--set-secrets"), [format!("CA_ROOT_API_KEY={secret}:latest")]);
        assert_eq!(values(deployed, "--args"), [format!("run,alerts,--env,{env},--spec,/app/jobnet.yaml")]);
        let account = format!("scheduler-jobs@{project}.iam.gserviceaccount.com");
        assert_eq!(values(deployed, "--service-account"), [account.as_str()]);
        let says_yes = values(deployed, "--set-env-vars")[0].contains("JOBNET_YES=true");
        assert_eq!(says_yes, env == "prod");
        let trigger = calls
            .iter()
            .find(|call| call.contains(&"scheduler".to_owned()) && call.contains(&format!("alerts-{env}")))
            .unwrap();
        assert_eq!(values(trigger, "--oauth-service-account-email"), [account]);
    }
}

#[tokio::test]
async fn an_image_is_named_by_its_tag_or_digest() {
    let image = "gcr.io/cloudact-testing-1/scheduler-jobs";
    for (arguments, env, named) in [
        (&["--tag", "v1.2"][..], None, format!("{image}:v1.2")),
        (&["--tag=sha256:0a"], Some("v3"), format!("{image}@sha256:0a")),
        (&[], Some("v3"), format!("{image}:v3")),
    ] {
        let recorder = Recorder::of(&example_spec());
        let env: Vec<_> = env.map(|tag| ("IMAGE_TAG", tag)).into_iter().collect();
        recorder.run("create-all-jobs.sh", &[&["test"], arguments].concat(), "", &env).await;
        let changes = recorder.changes();
        assert!(
            changes.iter().flat_map(|call| values(call, "--image")).all(|image| image == named),
            "{changes:?}"
        );
    }
}

#[tokio::test]
async fn a_dry_run_shows_what_would_be_done() {
    let recorder = Recorder::of(&example_spec());
    recorder.there("triggers", &triggers("prod"));
    let dry = recorder.run("create-all-jobs.sh", &["prod", "--dry-run"], "", &[]).await;
    assert_eq!((dry.code, dry.stderr.as_str()), (Some(0), ""));
    assert!(recorder.changes().is_empty());
    let shown: Vec<Vec<String>> = dry.stdout.lines().map(|line| shell_words::split(line).unwrap()).collect();
    recorder.run("create-all-jobs.sh", &["prod", "--yes"], "", &[]).await;
    let gcloud = |call: Vec<String>| [vec!["gcloud".to_owned()], call].concat();
    assert_eq!(shown, recorder.changes().into_iter().map(gcloud).collect::<Vec<_>>());
    assert_eq!(shown.len(), 13);
}

#[tokio::test]
async fn what_is_there_is_updated_and_the_rest_created() {
    let recorder = Recorder::of(&example_spec());
    recorder.there("triggers", "alerts-test\tjobnet scheduler-jobs/test\nquota-reset-test-2\tmine\n");
    recorder.run("create-all-jobs.sh", &["test"], "", &[]).await;
    insta::assert_snapshot!(recorder.changed().join("\n"), @"
    run jobs deploy migrate-test
    run jobs deploy bootstrap-test
    run jobs deploy org-sync-all-test
    run jobs deploy quota-reset-test
    run jobs deploy quota-cleanup-test
    run jobs deploy stale-cleanup-test
    run jobs deploy alerts-test
    run jobs deploy quota-monthly-test
    scheduler jobs create http quota-reset-test
    scheduler jobs create http quota-cleanup-test
    scheduler jobs create http stale-cleanup-test
    scheduler jobs update http alerts-test
    scheduler jobs create http quota-monthly-test
    ");
}

#[tokio::test]
async fn what_the_spec_no_longer_has_is_named_and_deleted_only_where_asked_for() {
    let recorder = Recorder::of(&example_spec());
    let old = "old-test\tjobnet scheduler-jobs/test\nother\tjobnet other/test\nmine\t\n";
    recorder.there("triggers", &(triggers("test") + old));
    recorder.there("jobs", "alerts-test\nold-test\n");
    let kept = recorder.run("create-all-jobs.sh", &["test"], "", &[]).await;
    assert_eq!(kept.code, Some(0));
    insta::assert_snapshot!(kept.stderr, @"
    create-all-jobs.sh: trigger old-test is no longer in the spec, and still fires: --prune deletes it
    create-all-jobs.sh: job old-test is no longer in the spec: --prune deletes it
    ");
    assert!(recorder.changed().iter().all(|change| !change.contains("delete")));
    recorder.run("create-all-jobs.sh", &["test", "--prune"], "", &[]).await;
    let deleted: Vec<_> = recorder.changed().into_iter().filter(|change| change.contains("delete")).collect();
    assert_eq!(deleted, ["scheduler jobs delete old-test", "run jobs delete old-test"]);
}

#[tokio::test]
async fn a_group_runs_in_order_and_stops_at_the_first_failure() {
    let recorder = Recorder::of(&example_spec());
    let ended = recorder.run("run-job.sh", &["stage", "release"], "", &[]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let release = ["migrate", "bootstrap", "org-sync-all"].map(|job| format!("run jobs execute {job}-stage"));
    assert_eq!(recorder.changed(), release);
    // They are one run of the net.
    let told: BTreeSet<String> =
        recorder.changes().iter().map(|call| values(call, "--update-env-vars").concat()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told.iter()
            .all(|told| told.starts_with("JOBNET_RUN_ID=hand-") && told.contains(",JOBNET_JOB_START_AT=2"))
    );

    let recorder = Recorder::of(&example_spec());
    recorder.there("failing", "bootstrap-stage\n");
    let ended = recorder.run("run-job.sh", &["stage", "release"], "", &[]).await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.stderr, "run-job.sh: bootstrap failed in stage; not started: org-sync-all\n");
    assert_eq!(recorder.changed(), release[..2]);
}

#[tokio::test]
async fn only_what_is_not_so_already_is_paused_or_resumed() {
    let recorder = Recorder::of(&example_spec());
    let names = ["quota-reset", "quota-cleanup", "stale-cleanup", "quota-monthly"];
    let there = names.map(|name| format!("{name}-test,ENABLED\n")).concat() + "alerts-test,PAUSED\n";
    recorder.there("triggers", &there);
    recorder.run("pause.sh", &["test"], "", &[]).await;
    assert_eq!(recorder.changed(), names.map(|name| format!("scheduler jobs pause {name}-test")));

    let recorder = Recorder::of(&example_spec());
    recorder.there("triggers", &there);
    let none = recorder.run("pause.sh", &["test", "alerts"], "", &[]).await;
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), "Nothing to pause in test.\n"));
    recorder.run("resume.sh", &["test", "alerts", "quota-reset"], "", &[]).await;
    assert_eq!(recorder.changed(), ["scheduler jobs resume alerts-test"]);

    let recorder = Recorder::of(&example_spec());
    recorder.there("triggers", "alerts-test,ENABLED\n");
    let ended = recorder.run("pause.sh", &["test"], "", &[]).await;
    assert_eq!((ended.code, recorder.changes().len()), (Some(2), 0));
    assert_eq!(
        ended.stderr,
        "pause.sh: the trigger quota-reset-test is not there to be paused: create-all-jobs.sh makes it\n"
    );
}

#[tokio::test]
async fn a_list_is_made_by_three_questions() {
    let recorder = Recorder::of(&example_spec());
    let dry = recorder.run("list-jobs.sh", &["test", "--dry-run"], "", &[]).await;
    insta::assert_snapshot!(dry.stdout, @r#"
    # Jobs
    gcloud run jobs list --project=cloudact-testing-1 --region=us-central1 --filter=metadata.labels.jobnet-net=scheduler-jobs\ AND\ metadata.labels.jobnet-env=test

    # Triggers
    gcloud scheduler jobs list --project=cloudact-testing-1 --location=us-central1 --filter=description=\"jobnet\ scheduler-jobs/test\" --format=table\(name.basename\(\):label=TRIGGER\,\ schedule\,\ timeZone:label=ZONE\,\ state\,\ lastAttemptTime:label=LAST\)

    # Executions
    gcloud run jobs executions list --project=cloudact-testing-1 --region=us-central1 --filter=metadata.labels.jobnet-net=scheduler-jobs\ AND\ metadata.labels.jobnet-env=test --limit=20
    "#);
    assert!(recorder.calls().is_empty());
}
