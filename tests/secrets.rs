//! No secret is ever shown, whatever the other side says of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::common::misbehaving::{self, Arrival, Reply, Server, status};
use crate::common::spec::Spec;
use crate::common::{Ended, Jobnet};

/// The value of `SECRET`: with what URLs and JSON escape.
const SECRET: &str = r#"s3cr3t/with "quotes"&+more=~-."#;
/// What such a server gives out for it.
const TOKEN: &str = "t0ken/with+odd=chars";

/// A text as URLs have it, in the ways in which they escape.
fn encodings(text: &str) -> [String; 3] {
    [
        text.to_owned(),
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string(),
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
    ]
}

/// All that must not be shown.
fn forbidden() -> Vec<String> {
    let client = format!("me:{}", encodings(SECRET)[2]);
    let basics = [format!("me:{SECRET}"), client].map(|pair| STANDARD.encode(pair));
    let json = serde_json::to_string(SECRET).unwrap();
    let texts = [encodings(SECRET), encodings(TOKEN)].concat();
    [texts, basics.to_vec(), vec![json.trim_matches('"').to_owned()]].concat()
}

/// The text without the lines that tell GitHub what to mask.
fn without_masks(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("::add-mask::")).collect::<Vec<_>>().join("\n")
}

fn assert_hides(what: &str, text: &str) {
    for secret in forbidden() {
        assert!(!text.contains(&secret), "{what} shows {secret}:\n{text}");
    }
}

/// All that was sent, repeated in an error.
fn echo(arrival: &Arrival, code: u16) -> Reply {
    let headers: Vec<_> = arrival.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let headers = headers.join("\n");
    let said = format!("denied: {}?{}\n{headers}\n{}", arrival.path, arrival.query, arrival.body);
    let json = serde_json::json!({"error": said, "error_description": said});
    status(code).body(json.to_string())
}

/// Runs the spec in every format, as loudly as it can, and looks at all that it wrote.
async fn assert_keeps_secrets(spec: &Spec) {
    for format in ["json", "human", "github"] {
        let jobnet = spec.jobnet().arguments(["--format", format]);
        let (summary, outputs) = (jobnet.directory().join("summary"), jobnet.directory().join("outputs"));
        let jobnet = jobnet
            .env("SECRET", SECRET)
            .env("LOG_LEVEL", "trace")
            .env("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())
            .env("GITHUB_OUTPUT", outputs.to_str().unwrap());
        let ended = jobnet.run().await;
        assert!(matches!(ended.code, Some(1 | 75)), "{format}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("denied") || ended.stdout.contains("denied"),
            "{format}: an error shows"
        );
        assert_hides(&format!("stdout as {format}"), &ended.stdout);
        assert_hides(&format!("stderr as {format}"), &without_masks(&ended.stderr));
        for file in [summary, outputs] {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            assert_hides(&format!("{} as {format}", file.display()), &text);
        }
    }
}

/// A server that repeats all that it is sent, but gives out tokens where it is asked for one at `/token`.
async fn echoing() -> Server {
    Server::start(|arrival| async move {
        match arrival.path.as_str() {
            "/token" => misbehaving::json(format!(r#"{{"access_token":"{TOKEN}","expires_in":60}}"#)),
            _ => echo(&arrival, 400),
        }
    })
    .await
}

/// A post with this key of its API.
async fn assert_keeps_secrets_of(key: &str, value: &str) {
    let server = echoing().await;
    assert_keeps_secrets(&Spec::posting_to(&server).secret("SECRET").api(key, value)).await;
}

#[tokio::test]
async fn a_bearer_token_is_hidden() {
    assert_keeps_secrets_of("auth", "{bearer: '${SECRET}'}").await;
}

#[tokio::test]
async fn a_password_is_hidden_in_base64_too() {
    assert_keeps_secrets_of("auth", "{basic: {username: me, password: '${SECRET}'}}").await;
}

#[tokio::test]
async fn a_header_is_hidden() {
    assert_keeps_secrets_of("auth", "{header: {x-key: '${SECRET}'}}").await;
}

#[tokio::test]
async fn a_header_of_every_request_is_hidden() {
    assert_keeps_secrets_of("headers", "{x-key: 'key ${SECRET}'}").await;
}

#[tokio::test]
async fn a_query_value_is_hidden() {
    assert_keeps_secrets_of("query", "{key: '${SECRET}'}").await;
}

#[tokio::test]
async fn a_variable_that_holds_a_secret_is_hidden() {
    let server = echoing().await;
    let spec = Spec::posting_to(&server)
        .secret("SECRET")
        .var("KEY", "'id=1,${SECRET}'")
        .api("headers", "{x-key: '${KEY}'}");
    assert_keeps_secrets(&spec).await;
}

fn oauth2(server: &Server, path: &str, style: &str) -> Spec {
    let oauth2 = format!(
        "{{oauth2: {{token_url: '{}{path}', client_id: me, client_secret: '${{SECRET}}', style: {style}}}}}",
        server.base_url()
    );
    Spec::posting_to(server).secret("SECRET").api("auth", &oauth2)
}

#[tokio::test]
async fn a_token_is_hidden() {
    let server = echoing().await;
    assert_keeps_secrets(&oauth2(&server, "/token", "basic")).await;
}

#[tokio::test]
async fn a_client_secret_in_a_header_is_hidden() {
    let server = echoing().await;
    assert_keeps_secrets(&oauth2(&server, "/broken", "basic")).await;
}

#[tokio::test]
async fn a_client_secret_in_a_body_is_hidden() {
    let server = echoing().await;
    assert_keeps_secrets(&oauth2(&server, "/broken", "body")).await;
}

#[tokio::test]
async fn a_secret_in_a_path_is_hidden() {
    let server = echoing().await;
    let spec =
        Spec::on(&server).secret("SECRET").stage("work", "call: {post: '/hooks/${SECRET}', body: '{a: 1}'}");
    for format in ["json", "human"] {
        let jobnet = spec.jobnet().arguments(["--format", format]).env("SECRET", "s3cr3t~of~a~hook");
        let ended = jobnet.env("LOG_LEVEL", "trace").run().await;
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        let shown = format!("{}{}", ended.stdout, ended.stderr);
        assert!(shown.contains("/hooks/***") && !shown.contains("s3cr3t"), "{shown}");
    }
    // One that no path can have is refused, and not shown either.
    let ended = spec.jobnet().env("SECRET", SECRET).run().await;
    assert_eq!(ended.code, Some(2));
    assert_hides("the refusal", &ended.stderr);
}

#[tokio::test]
async fn an_error_that_is_not_json_hides_secrets() {
    let server = Server::start(|arrival| async move {
        status(400).body(format!("denied: {}", arrival.header("authorization")))
    })
    .await;
    let spec = Spec::posting_to(&server).secret("SECRET").api("auth", "{bearer: '${SECRET}'}");
    assert_keeps_secrets(&spec).await;
}

#[tokio::test]
async fn an_error_of_an_unknown_shape_hides_secrets() {
    let server = Server::start(|arrival| async move {
        status(400).body(serde_json::json!({"denied": arrival.headers}).to_string())
    })
    .await;
    let spec = Spec::posting_to(&server).secret("SECRET").api("auth", "{bearer: '${SECRET}'}");
    assert_keeps_secrets(&spec).await;
}

#[tokio::test]
async fn error_texts_of_a_good_answer_hide_secrets() {
    let server = Server::start(|arrival| async move {
        let why = format!("denied: {}", arrival.header("authorization"));
        misbehaving::json(serde_json::json!({"bad": 1, "why": why}).to_string())
    })
    .await;
    let spec = Spec::on(&server)
        .secret("SECRET")
        .api("auth", "{bearer: '${SECRET}'}")
        .stage("work", "call: {post: /work, counts: {failed: .bad}, errors: .why}");
    assert_keeps_secrets(&spec).await;
}

/// What is said of an error in which `SECRET` stands after so many other characters.
async fn said_of_a_late_secret(secret: &str, before: usize) -> Ended {
    let body = format!("{}{secret}", "x".repeat(before));
    let server = Server::answering([status(400).body(body)]).await;
    let spec = Spec::posting_to(&server).secret("SECRET").api("auth", "{bearer: '${SECRET}'}");
    spec.jobnet().env("SECRET", secret).run().await
}

#[tokio::test]
async fn a_secret_at_which_an_error_is_cut_off_is_hidden() {
    let ended = said_of_a_late_secret("distinctive-value", 290).await;
    assert!(!ended.stdout.contains("distinct"), "{}", ended.stdout);
    assert!(!ended.stderr.contains("distinct"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_secret_with_wide_spaces_is_hidden() {
    let ended = said_of_a_late_secret("open  \t sesame", 10).await;
    assert!(!ended.stdout.contains("sesame"), "{}", ended.stdout);
    assert!(!ended.stderr.contains("sesame"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_secret_with_letters_that_few_know_is_hidden_as_json_quotes_it() {
    let secret = "gehäimnis\"秘密";
    let server = Server::start(move |_| async move {
        status(400).body(serde_json::json!({"denied": [secret]}).to_string())
    })
    .await;
    let spec = Spec::posting_to(&server).secret("SECRET").api("query", "{key: '${SECRET}'}");
    let ended = spec.jobnet().env("SECRET", secret).run().await;
    assert_eq!(ended.code, Some(1));
    assert!(!ended.stdout.contains("秘密") && !ended.stderr.contains("秘密"), "{}", ended.stdout);
}

#[tokio::test]
async fn credentials_in_a_base_url_are_hidden() {
    let server = echoing().await;
    let base_url = server.base_url().replace("http://", "http://me:${SECRET}@");
    let spec = Spec::at(&base_url).secret("SECRET").stage("work", "call: {post: /work}");
    let ended = spec.jobnet().env("SECRET", "distinctive-value").env("LOG_LEVEL", "trace").run().await;
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    for secret in ["distinctive-value".to_owned(), STANDARD.encode("me:distinctive-value")] {
        assert!(!ended.stdout.contains(&secret) && !ended.stderr.contains(&secret), "{}", ended.stdout);
    }
}

#[tokio::test]
async fn a_plan_knows_no_values() {
    let server = echoing().await;
    let spec = Spec::posting_to(&server).secret("SECRET").api("auth", "{bearer: '${SECRET}'}");
    let plan = Jobnet::new(["plan"]).file("jobnet.yaml", &spec.text()).env("SECRET", SECRET).run().await;
    assert_eq!(plan.code, Some(0), "{}", plan.stderr);
    assert_hides("the plan", &format!("{}{}", plan.stdout, plan.stderr));
}

#[tokio::test]
async fn a_secret_is_masked_before_the_text_around_it_is_cut() {
    let secret = "s3cr3t0123456789abcdefghij";
    // Wherever errors are cut, some item has the secret just there.
    let paddings = [80, 90, 100, 110, 230, 245, 260, 275, 530, 537, 544, 551, 558, 565];
    let items: Vec<_> = paddings.map(|padding| format!("{}{secret}", "x".repeat(padding))).to_vec();
    let page = serde_json::json!({"items": items, "n": items}).to_string();
    let server = Server::answering([misbehaving::json(page)]).await;
    let spec = Spec::on(&server)
        .api("auth", "{bearer: '${SECRET}'}")
        .secret("SECRET")
        .stage("choose", "{flow: {from: {get: /items, items: .items}, select: .a.b, to: {post: /work}}}")
        .stage("count", "{needs: [], call: {get: /n, counts: {n: '.n[] | error'}}}");
    for format in ["json", "human"] {
        let jobnet =
            spec.jobnet().arguments(["--format", format]).env("SECRET", secret).env("LOG_LEVEL", "trace");
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(1));
        let text = ended.stdout + &ended.stderr;
        assert!(text.contains("xxxx") && text.contains("***"), "{text}");
        assert!(!text.contains("s3c"), "{format} shows a part of the secret:\n{text}");
    }
}
