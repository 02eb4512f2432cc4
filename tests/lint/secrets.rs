//! Secrets whose values stand in the spec.

use super::{ON_GITHUB, codes, findings};

/// A spec whose API has this `auth`, with variables.
fn with(auth: &str, vars: &str) -> String {
    let api = ON_GITHUB.replace("shop.example}", &format!("shop.example, auth: {auth}}}"));
    format!(
        "{api}secrets: [KEY]\nvars:\n  {vars}\nstages: {{load: {{call: {{get: \"/${{V}}\", query: {{k: \"${{KEY}}\"}}}}}}}}\n"
    )
}

#[tokio::test]
async fn a_secret_is_told_from_its_place_its_name_or_its_shape() {
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let spec = with("{bearer: hunter2}", &format!("V: x # not {token}"));
    let shown = findings(&spec).await;
    assert!(!shown.contains(&token) && !shown.contains("hunter2"), "{shown}");
    insta::assert_snapshot!(shown, @"
    error[plain-secret]: this is a secret's value in plain text
     --> jobnet.yaml:3:62
      |
    3 | apis: {shop: {base_url: https://shop.example, auth: {bearer: *******}}}
      |                                                              ^^^^^^^ expected `${NAME}` of a declared secret
      |
      = help: declare its name in `secrets`, write `${NAME}` here, and make a new one: this one is known

    error[plain-secret]: this is a token of GitHub in plain text
     --> jobnet.yaml:9:14
      |
    9 |   V: x # not ****************************************
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `${NAME}` of a declared secret
      |
      = help: declare its name in `secrets`, write `${NAME}` here, and make a new one: this one is known

    jobnet.yaml: 2 errors, 0 warnings
    ");
}

#[test]
fn a_value_under_the_name_of_a_secret_is_one() {
    let api = |headers: &str| with("none", "V: x").replace("auth: none", headers);
    assert_eq!(codes(&api("headers: {X-Api-Key: 0123456789}")), ["plain-secret"]);
    assert_eq!(codes(&api("query: {access_token: 0123456789}")), ["plain-secret"]);
    let variable = with("none", "V: ${SHOP_PASSWORD}\n  SHOP_PASSWORD: correct-horse");
    assert_eq!(codes(&variable), ["plain-secret"]);
    assert_eq!(codes(&with("none", "V: postgres://shop:hunter2@db/shop")), ["plain-secret"]);
}

#[test]
fn a_secret_by_its_name_alone_is_none() {
    assert!(codes(&with("{bearer: '${KEY}'}", "V: x")).is_empty());
    assert!(codes(&with("{bearer: 'x-${KEY}'}", "V: x")).is_empty());
    assert!(codes(&with("none", "V: ${TOKEN_URL}\n  TOKEN_URL: https://login.example/token")).is_empty());
    assert!(codes(&with("none", "V: ${TOKEN}\n  TOKEN: ''")).is_empty());
}
