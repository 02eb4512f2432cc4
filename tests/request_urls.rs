//! What reaches the server of a path, a query and the headers of a spec.

use crate::common::Ended;
use crate::common::misbehaving::{self, Arrival, Server};
use crate::common::spec::Spec;

async fn server() -> Server {
    Server::start(|_| async { misbehaving::json("[]") }).await
}

/// A run of a stage with these keys of its request.
async fn run(server: &Server, vars: &[(&str, &str)], request: &str) -> Ended {
    let base = format!("{}/v1", server.base_url());
    let spec = vars.iter().fold(Spec::at(&base), |spec, (name, value)| spec.var(name, value));
    spec.stage("work", &format!("call: {{{request}}}")).run().await
}

/// Path and query as the server saw them.
async fn target(vars: &[(&str, &str)], request: &str) -> String {
    let server = server().await;
    let ended = run(&server, vars, request).await;
    assert_eq!(ended.code, Some(0), "{request}: {}{}", ended.stdout, ended.stderr);
    let Arrival { path, query, .. } = &server.arrivals()[0];
    if query.is_empty() { path.clone() } else { format!("{path}?{query}") }
}

#[tokio::test]
async fn a_path_and_its_query_are_sent_as_they_are_written() {
    for (request, expected) in [
        (r#"get: "/items?status=open""#, "/v1/items?status=open"),
        (r#"get: "/items?d[]=1&d[]=2&e=a%20b&f=g+h""#, "/v1/items?d[]=1&d[]=2&e=a%20b&f=g+h"),
        (r#"get: "/items(1)/a:b@c;d=1,2!""#, "/v1/items(1)/a:b@c;d=1,2!"),
        (r#"get: "/%2Fitems%41""#, "/v1/%2Fitems%41"),
        (r#"get: "?all""#, "/v1?all"),
        (r#"get: "/取/引""#, "/v1/%E5%8F%96/%E5%BC%95"),
        (r#"get: "/items?id={1 + 1}&name={\"a b&c\"}""#, "/v1/items?id=2&name=a%20b%26c"),
        (r#"get: "/items?a=1", query: {b: "2 3"}"#, "/v1/items?a=1&b=2%203"),
    ] {
        assert_eq!(target(&[], request).await, expected, "{request}");
    }
}

#[tokio::test]
async fn query_values_are_encoded_for_every_server() {
    for (request, expected) in [
        (
            r#"get: /items, query: {"$filter": "name eq 'a b' and x gt 1", fields: "a,b", e: ""}"#,
            "/v1/items?%24filter=name%20eq%20%27a%20b%27%20and%20x%20gt%201&fields=a%2Cb&e=",
        ),
        (
            r#"get: /items, query: {ts: "2026-01-01T00:00:00+09:00"}"#,
            "/v1/items?ts=2026-01-01T00%3A00%3A00%2B09%3A00",
        ),
        (r#"get: /items, query: {"ids[]": "1"}"#, "/v1/items?ids%5B%5D=1"),
    ] {
        assert_eq!(target(&[], request).await, expected, "{request}");
    }
}

#[tokio::test]
async fn a_list_has_its_name_repeated() {
    for (request, expected) in [
        ("get: /items, query: {a: [1, two, '{1 + 2}'], b: x}", "/v1/items?a=1&a=two&a=3&b=x"),
        ("get: /items, query: {a: '{[1, 2.50, true, \"x\"]}'}", "/v1/items?a=1&a=2.50&a=true&a=x"),
        ("get: /items, query: {a: ['{[1, 2]}', '{null}', 3]}", "/v1/items?a=1&a=2&a=3"),
        ("get: /items, query: {a: '{[]}', b: 1}", "/v1/items?b=1"),
    ] {
        assert_eq!(target(&[], request).await, expected, "{request}");
    }
    let server = server().await;
    let spec =
        Spec::on(&server).api("query", "{k: [a, b]}").stage("work", "call: {get: /items, query: {c: 1}}");
    assert_eq!(spec.run().await.code, Some(0));
    assert_eq!(server.arrivals()[0].query, "k=a&k=b&c=1");
    for list in ["[[1]]", "[null]", "[{}]", "[nan]"] {
        let ended = run(&server, &[], &format!("get: /items, query: {{a: '{{{list}}}'}}")).await;
        assert_eq!(ended.code, Some(1), "{list}: {}", ended.stdout);
    }
}

#[tokio::test]
async fn what_cannot_be_sent_as_it_is_written_is_refused() {
    let server = server().await;
    for (vars, request, reason) in [
        (&[][..], r#"get: "/items?x=a b""#, "it has a space"),
        (&[], "get: items", "it does not begin with a slash"),
        (&[], "get: /a/../b", "its segment `..` leads to another path"),
        (&[], r#"get: "/a#b""#, "it has a `#`"),
        (&[], r#"get: "/a?q='b'""#, "it has a `'`"),
        (&[("X", "..")], "get: '/a/${X}/b'", "its segment `..` leads to another path"),
        (&[("X", "../../admin")], "get: '/a/${X}'", "its segment `..` leads to another path"),
        (&[("X", "'..\\admin'")], "get: '/a/${X}'", "it has a `\\`"),
        (&[("X", "'%2e%2E/admin'")], "get: '/a/${X}'", "its segment `%2e%2E` leads to another path"),
        (&[("X", "\"a\\nb\"")], "get: '/a/${X}'", "it has a line break"),
        (&[("X", "\"a\\r\"")], "get: '/a?b=${X}'", "it has a line break"),
        (&[("X", "\"a\\tb\"")], "get: '/a/${X}'", "it has the control character U+0009"),
        (&[("X", "other")], "get: '${X}/a'", "it does not begin with a slash"),
    ] {
        let ended = run(&server, vars, request).await;
        assert_eq!(ended.code, Some(2), "{request}: {}", ended.stdout);
        assert!(ended.stderr.contains(reason), "{request}: {}", ended.stderr);
    }
    assert!(server.arrivals().is_empty());
}

#[tokio::test]
async fn a_base_is_a_url_and_nothing_else() {
    for (base, reason) in [
        ("https://api.example/v1?key=1", "it has a `?`"),
        ("https://api.example/v1#a", "it has a `#`"),
        ("\"https://api.example/v1\\n\"", "it has a line break"),
        ("\"https://api.example/v1 \"", "it has a space"),
        ("ftp://api.example", "is not an http or https URL"),
    ] {
        let spec = Spec::at(base).stage("work", "call: {get: /items}");
        let ended = spec.run().await;
        assert_eq!(ended.code, Some(2), "{base}");
        assert!(ended.stderr.contains(reason), "{base}: {}", ended.stderr);
    }
    let spec = Spec::at("http://user:s3cret@127.0.0.1:1").secret("TOKEN").api("auth", "{bearer: '${TOKEN}'}");
    let ended = spec.stage("work", "call: {get: /items}").jobnet().env("TOKEN", "t0ken").run().await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("say who is asking in another way too"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("s3cret"));
}

#[tokio::test]
async fn headers_of_the_spec_take_the_place_of_ours() {
    let server = server().await;
    let headers = "{accept: application/vnd.api+json, Content-Type: application/vnd.api+json, User-Agent: acme-etl/1.0, \
                   X-Request-ID: mine}";
    let spec = Spec::posting_to(&server).api("headers", headers);
    let ended = spec.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let arrival = &server.arrivals()[0];
    for (name, value) in [
        ("accept", "application/vnd.api+json"),
        ("content-type", "application/vnd.api+json"),
        ("user-agent", "acme-etl/1.0"),
        ("x-request-id", "mine"),
    ] {
        assert_eq!(arrival.header(name), value, "{name}");
    }
    assert!(!arrival.header("idempotency-key").is_empty());
}
