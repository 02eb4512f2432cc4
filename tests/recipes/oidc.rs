//! `docs/recipes/oidc.md`: the policies are taken by moto's IAM, which then holds jobnet to them, and agree with what is rendered.

use jobnet_sandbox::Options;
use serde_json::{Value, json};

use super::{steps, steps_by};
use crate::common::aws::Account;
use crate::common::document::{project, read};
use crate::common::gcloud::Gcloud;
use crate::common::stranger::Stranger;
use crate::common::{Ended, Jobnet, portal_with};

const PAGE: &str = "docs/recipes/oidc.md";

/// What is done where each environment has a role: files are written, and AWS is told of them.
fn with_environments() -> (String, String) {
    let step = steps_by("oidc", "for env in ");
    let (files, told) = step.split_once("\naws ").unwrap();
    (files.to_owned(), format!("aws {told}"))
}

/// Whom the role trusts on `main`, and whom the roles of dev and of prod.
async fn trusted() -> Option<[Value; 3]> {
    let stranger = Stranger::new()?.with_files_of(PAGE);
    stranger.succeeds(&with_environments().0).await;
    Some(["trust", "trust-dev", "trust-prod"].map(|name| {
        let text = std::fs::read_to_string(stranger.work().join(format!("{name}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    }))
}

/// The account in which the recipe was done but for the roles of environments, and who did it.
async fn account() -> Option<(Account, Stranger)> {
    let account = Account::open().await?;
    let stranger = Stranger::new()?.with_files_of(PAGE).envs(account.env()).with("aws", account.program());
    stranger.succeeds(&steps_by("oidc", "aws ")).await;
    Some((account, stranger))
}

/// Two runs of the shop's catalogue, kept in a store by who took the role on and may do no more than that.
async fn kept(account: &Account, role: &str, store: &str) -> Option<Ended> {
    let sandbox = portal_with(Options { shop_items: 2, ..Options::default() }).await;
    let stranger = Stranger::new()?
        .env("RAKUTEN_BASE", &format!("{}/rakuten", sandbox.base_url()))
        .env("RAKUTEN_APP_ID", "00000000-0000-4000-8000-000000000000")
        .env("RAKUTEN_ACCESS_KEY", "any")
        .env("RAW_STORE", store)
        .envs(account.as_role(role).await);
    account.obey(true).await;
    let twice = "jobnet run --all --env local; jobnet run --all --env local";
    let ended = stranger.does(&format!("cp -R jobnet/examples/batch-etl etl; cd etl; {twice}")).await;
    account.obey(false).await;
    Some(ended)
}

/// What the role may do from now on.
async fn allow(account: &Account, statements: &Value) {
    let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let role = ["iam", "put-role-policy", "--role-name", "shop-etl", "--policy-name", "store"];
    account.asks(&[&role[..], &["--policy-document", &policy]].concat()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_the_role_on_may_do_what_a_net_needs_and_no_more() {
    let Some((account, _)) = account().await else { return };
    let role = account.asks(&["iam", "get-role", "--role-name", "shop-etl"]).await;
    assert_eq!(role["Role"]["MaxSessionDuration"], 7200);

    let Some(ended) = kept(&account, "shop-etl", "s3://shop-raw-dev/raw").await else { return };
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let Some(ended) = kept(&account, "shop-etl", "s3://shop-raw-dev/other").await else { return };
    assert!(
        ended.code == Some(1) && ended.stdout.contains("denies access: 403 AccessDenied"),
        "{}",
        ended.stdout
    );

    // The table says that writing is enough for pages.
    let objects = "arn:aws:s3:::shop-raw-dev/raw/*";
    allow(&account, &json!([{"Effect": "Allow", "Action": "s3:PutObject", "Resource": objects}])).await;
    let Some(ended) = kept(&account, "shop-etl", "s3://shop-raw-dev/raw").await else { return };
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_environment_has_a_role_for_its_own_bucket() {
    let Some((account, stranger)) = account().await else { return };
    let Some([main, dev, prod]) = trusted().await else { return };
    let trusts = async |role: &str| {
        let role = account.asks(&["iam", "get-role", "--role-name", role]).await;
        role["Role"]["AssumeRolePolicyDocument"].clone()
    };
    assert_eq!(trusts("shop-etl").await, main);
    let (files, told) = with_environments();
    stranger.succeeds(&format!("{files}\n{told}")).await;
    assert_eq!((trusts("shop-etl").await, trusts("shop-etl-prod").await), (dev, prod));

    let Some(ended) = kept(&account, "shop-etl-prod", "s3://shop-raw-prod/raw").await else { return };
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    for (role, bucket) in [("shop-etl-prod", "shop-raw-dev"), ("shop-etl", "shop-raw-prod")] {
        let Some(ended) = kept(&account, role, &format!("s3://{bucket}/raw")).await else { return };
        assert!(ended.stdout.contains("denies access: 403 AccessDenied"), "{role}: {}", ended.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_and_what_is_remembered_need_what_the_table_says() {
    let Some((account, _)) = account().await else { return };
    let page = read(PAGE);
    let row = page.lines().find(|line| line.starts_with("| `lease`")).unwrap();
    let actions: Vec<&str> = row.split('`').filter(|word| word.starts_with("s3:")).collect();
    let (bucket, objects) = actions.split_last().unwrap();
    let below = |prefix: &str| format!("arn:aws:s3:::shop-raw-dev/raw/{prefix}/*");
    let spec = "jobnet: v1\nname: net\nstores: {raw: 's3://shop-raw-dev/raw'}\nsecrets: [URL]\n\
        notify: [{webhook: '${URL?}', on: [recovery], remember: {store: raw}}]\n\
        stages: {work: {lease: {store: raw}, exec: {command: 'true'}}}\nenvironments: {local: {}}\n";
    let role = account.as_role("shop-etl").await;
    let jobnet =
        Jobnet::on_spec(spec, ["--all"]).env("PATH", "/usr/bin:/bin").env("URL", "http://127.0.0.1:9/");
    let jobnet = role.iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value));
    for left_out in [None, Some("s3:PutObject"), Some("s3:GetObject"), Some("s3:DeleteObject")] {
        let allowed: Vec<_> = objects.iter().filter(|action| Some(**action) != left_out).collect();
        let statements = json!([
            {"Effect": "Allow", "Action": allowed, "Resource": [below("_leases"), below("_outcomes")]},
            {"Effect": "Allow", "Action": bucket, "Resource": "arn:aws:s3:::shop-raw-dev"}]);
        allow(&account, &statements).await;
        account.obey(true).await;
        let ended = jobnet.run().await;
        account.obey(false).await;
        // What is old stays where it may not be deleted, and is in nobody's way.
        let is_enough = left_out.is_none_or(|action| action == "s3:DeleteObject");
        assert_eq!(ended.code == Some(0), is_enough, "without {left_out:?}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn the_trust_policies_are_for_the_tokens_that_the_workflows_ask_for() {
    let Some([branch, dev, prod]) = trusted().await else { return };
    let provider = steps_by("oidc", "aws ");
    let words: Vec<&str> = provider.split_whitespace().collect();
    let flag = |name: &str| words[words.iter().position(|word| *word == name).unwrap() + 1];
    let (issuer, audience) = (flag("--url").trim_start_matches("https://"), flag("--client-id-list"));
    let subject = |policy: &Value| {
        let statement = &policy["Statement"][0];
        assert_eq!(statement["Action"], "sts:AssumeRoleWithWebIdentity");
        let arn = format!("arn:aws:iam::123456789012:oidc-provider/{issuer}");
        assert_eq!(statement["Principal"], json!({"Federated": arn}));
        let equals = &statement["Condition"]["StringEquals"];
        assert_eq!(equals.as_object().unwrap().len(), 2);
        assert_eq!(equals[format!("{issuer}:aud")], audience);
        equals[format!("{issuer}:sub")].as_str().unwrap().to_owned()
    };
    assert_eq!(subject(&branch), "repo:shop@5001/etl@7001:ref:refs/heads/main");
    assert_eq!(subject(&dev), "repo:shop@5001/etl@7001:environment:dev");
    assert_eq!(subject(&prod), "repo:shop@5001/etl@7001:environment:prod");

    // The action asks for this audience by default, and the workflow names no other.
    assert_eq!(audience, "sts.amazonaws.com");
    let spec = std::fs::read_to_string(project("examples/batch-etl/jobnet.yaml")).unwrap();
    let Some(stranger) = Stranger::new() else { return };
    for (line, is_environment) in [("", false), ("    github_environments: true\n", true)] {
        std::fs::write(stranger.work().join("jobnet.yaml"), format!("{spec}{line}")).unwrap();
        stranger
            .succeeds(
                "cp -R jobnet/examples/batch-etl/migrations jobnet/examples/batch-etl/sql .; jobnet generate",
            )
            .await;
        let workflow =
            std::fs::read_to_string(stranger.work().join(".github/workflows/batch-etl.yml")).unwrap();
        assert!(workflow.contains("role-to-assume:") && !workflow.contains("audience:"));
        assert_eq!(workflow.contains("\n    environment: "), is_environment);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gcloud_takes_the_commands_and_the_subject_is_that_of_aws() {
    let Some(gcloud) = Gcloud::start().await else { return };
    let Some(stranger) = Stranger::new() else { return };
    stranger
        .envs(gcloud.env())
        .succeeds(&[steps_by("oidc", "gcloud "), steps_by("oidc", "pool=")].concat())
        .await;
    let writes = gcloud.writes();
    let provider = writes.iter().find(|write| write.path.ends_with("/providers")).unwrap();
    assert_eq!(provider.body["oidc"]["issuerUri"], "https://token.actions.githubusercontent.com");
    assert_eq!(
        provider.body["attributeCondition"],
        "assertion.repository_owner_id == '5001' && assertion.repository_id == '7001'"
    );
    assert_eq!(provider.body["attributeMapping"]["google.subject"], "assertion.sub");
    let Some([_, _, prod]) = trusted().await else { return };
    let subject =
        &prod["Statement"][0]["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"];
    let policies = gcloud.state()["policies"].clone();
    let bound = format!("/subject/{}", subject.as_str().unwrap());
    assert!(policies.to_string().contains(&bound), "{policies}");
}

#[tokio::test]
async fn gh_understands_how_the_prefix_is_asked_for() {
    let Some(stranger) = Stranger::new().and_then(|one| one.with_gh()) else { return };
    stranger.succeeds(&steps("oidc")[0]).await;
}
