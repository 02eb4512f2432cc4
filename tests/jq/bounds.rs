//! No expression ends the process or outlasts its stage. Threads have the stack of a worker here: 2 MiB.

use std::thread;

use super::{Ended, run};

/// Runs an expression on a thread with a worker's stack.
fn on_a_worker(expression: String) -> Ended {
    let worker = thread::Builder::new().stack_size(2 * 1024 * 1024);
    worker.spawn(move || run(&expression, "null")).unwrap().join().unwrap()
}

fn error(expression: impl Into<String>) -> String {
    match on_a_worker(expression.into()) {
        Ended::Ran { error, .. } => error.unwrap_or_default(),
        Ended::Refused(why) => why,
    }
}

#[test]
fn a_text_that_is_too_long_or_too_deep_is_refused() {
    let levels = 1_100;
    for deep in [
        "[".repeat(levels) + &"]".repeat(levels),
        "(".repeat(levels) + "1" + &")".repeat(levels),
        "{a:".repeat(levels) + "1" + &"}".repeat(levels),
        "-".repeat(levels) + "1",
        "try ".repeat(levels) + "1",
        "1 as $x | ".repeat(levels) + "1",
        "def f: ".repeat(levels) + "1" + &"; f".repeat(levels),
        "if 1 then ".repeat(levels) + "1" + &" end".repeat(levels),
        "\"\\(".repeat(levels) + "1" + &")\"".repeat(levels),
        "1".to_owned() + &" + 1".repeat(levels),
        "1".to_owned() + &" | 1".repeat(levels),
        "1".to_owned() + &" // 1".repeat(levels),
        "null as ".to_owned() + &"[".repeat(levels) + "$x" + &"]".repeat(levels) + " | $x",
        ".".to_owned() + &"[0]".repeat(levels),
    ] {
        assert_eq!(error(deep.clone()), "the expression is nested too deep", "{}", &deep[..20]);
        assert_eq!(error(deep.repeat(100_000 / deep.len())).is_empty(), false, "{}", &deep[..20]);
    }
    assert_eq!(error("1 ".repeat(200_000)), "the expression has 400000 bytes");
    // A list is not deep, however long it is.
    let list = vec!["1"; 20_000].join(",");
    assert_eq!(error(format!("[{list}] | length")), "");
}

#[test]
fn what_is_just_within_the_limits_works() {
    let levels = 900;
    let nested = "[".repeat(levels) + &"]".repeat(levels);
    assert_eq!(error(format!("{nested} | tojson | length")), "");
    assert_eq!(error("1".to_owned() + &" + 1".repeat(levels)), "");
    assert_eq!(error("def f: if . > 1000000 then . else . + 1 | f end; 0 | f"), "");
    assert_eq!(error("def f: if . > 5000 then . else (. + 1 | f) + 1 end; 0 | f"), "");
    assert_eq!(error("[range(1000000)] | length"), "");
    assert_eq!(error("last(range(1000000)), (0 | until(. > 1000000; . + 1))"), "");
    assert_eq!(error("reduce range(100000) as $i ([]; . + [$i]) | length"), "");
    assert_eq!(error("reduce range(200000) as $i (null; [.]) | tojson | length"), "");
    assert_eq!(error("[limit(100000; repeat(1))] | length"), "");
    assert_eq!(
        error("def f(g): if . > 100000 then g else . + 1 | f(g | g) end; 0 | try f(error) catch 1"),
        ""
    );
    assert_eq!(
        error("path(reduce range(100000) as $i (.; .a)) | length"),
        error("path(1)").replace('1', "null")
    );
    assert_eq!(error("[path(def f: if . == null then .a | f else . end; limit(1; f, 1))]").is_empty(), false);
}

#[test]
fn what_exceeds_a_limit_when_it_runs_is_an_error() {
    for (expression, told) in [
        ("def f: 1 + f; f", "calls itself"),
        ("def f: [f]; f", "calls itself"),
        ("def f: (1, 2) + f; f", "calls itself"),
        ("def f(g): g | f(g) | f(g); f(.)", "calls itself"),
        ("[recurse([.])]", ""),
        ("[limit(1e9; repeat(1))]", "10 million"),
        ("[range(1e18)]", "10 million"),
        ("reduce range(100) as $i ([1]; . + .)", "10 million"),
        ("reduce range(100) as $i (\"x\"; . + .)", ""),
        ("reduce range(1e9) as $i (null; [.])", "10 million"),
        ("reduce range(2000) as $i (null; [.])", "1,000 levels"),
        ("\"x\" * 1e9", "too long"),
        ("[1] | .[1e9] = 1", "too large"),
        ("(\"[\" * 300 + \"]\" * 300) | fromjson", "256"),
    ] {
        let error = error(expression);
        assert!(!error.is_empty() && error.contains(told), "{expression}: {error}");
    }
}

#[test]
fn what_does_not_end_is_interrupted() {
    for expression in [
        "def f: f; f",
        "def f: try f catch f; f",
        "def f: f | f; f",
        "last(range(1e18))",
        "last(repeat(1))",
        "until(false; .)",
        "reduce repeat(1) as $x (0; . + $x)",
        "last(foreach repeat(1) as $x (0; .; .))",
        "isempty(repeat(1) | empty)",
        "any(repeat(false); .)",
        "try last(repeat(1)) catch 1",
        "last(repeat(1)) // 2",
        "last(limit(1e18; repeat(1)))",
        "last(repeat(1)) as [$x] ?// $x | 1",
        "path(last(repeat(.)))",
        "label $out | repeat(1) | select(false) | break $out",
        "first(repeat(1) | select(. > 1))",
    ] {
        let error = error(expression);
        assert!(error.contains("interrupted") || error.contains("calls itself"), "{expression}: {error}");
    }
}
