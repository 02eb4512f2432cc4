//! No expression ends the process or outlasts its stage. Threads have the stack of a worker here: 2 MiB.

use std::thread;

use super::{Ended, run_for};

/// Runs an expression on a thread with a worker's stack, which looks so often whether it is interrupted.
fn on_a_worker(expression: String, looks: u32) -> Ended {
    let worker = thread::Builder::new().stack_size(2 * 1024 * 1024);
    worker.spawn(move || run_for(looks, &expression, "null")).unwrap().join().unwrap()
}

/// The error in which an expression ended, or why it was refused; empty where it did well.
fn error(expression: impl Into<String>) -> String {
    match on_a_worker(expression.into(), 20_000) {
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
        "null as ".to_owned() + &"{a:".repeat(levels) + "$x" + &"}".repeat(levels) + " | $x",
        ".".to_owned() + &"[0]".repeat(levels),
    ] {
        assert_eq!(error(deep.clone()), "the expression is nested too deep", "{}", &deep[..20]);
        assert_ne!(error(deep.repeat(100_000 / deep.len())), "", "{}", &deep[..20]);
    }
    assert_eq!(error("1 ".repeat(200_000)), "the expression has 400000 bytes");
    // A list is not deep, however long it is.
    let list = vec!["1"; 20_000].join(",");
    assert_eq!(error(format!("[{list}] | length")), "");
}

#[test]
fn an_expression_needs_no_stack_of_its_thread() {
    let levels = 900;
    for expression in [
        "[".repeat(levels) + &"]".repeat(levels),
        "{a:".repeat(levels) + "1" + &"}".repeat(levels),
        "\"\\(".repeat(levels) + "1" + &")\"".repeat(levels),
        "def f: ".repeat(levels) + "1" + &"; f".repeat(levels),
        "1".to_owned() + &" + 1".repeat(levels),
        "null as ".to_owned() + &"[".repeat(levels) + "$x" + &"]".repeat(levels) + " | 1",
        "null as ".to_owned() + &"{a:".repeat(levels) + "$x" + &"}".repeat(levels) + " | 1",
        "if . then 1 ".to_owned() + &"elif . then 1 ".repeat(15_000) + "else 1 end",
        "def f: 1 + f; f".to_owned(),
    ] {
        let small = thread::Builder::new().stack_size(256 * 1024);
        small.spawn(move || drop(run_for(20_000, &expression, "null"))).unwrap().join().unwrap();
    }
}

#[test]
fn a_long_list_is_not_deep() {
    let many = 20_000;
    for (what, list) in [
        ("object, two keys", format!("{{{} a: (1, 2)}} | length", "b: ., ".repeat(many))),
        ("object, two values", format!("{{a: (1, 2){}}} | length", ", b: .".repeat(many))),
        ("text", format!(r#""\(1, 2){}" | length"#, r"\(.)".repeat(many))),
        ("text, last", format!(r#""{}\(1, 2)" | length"#, r"\(.)".repeat(many))),
        ("array pattern", format!(". as [{}$a] | 1", "$a, ".repeat(many))),
        ("object pattern", format!(". as {{{}$a}} | 1", "$a, ".repeat(many))),
        ("object pattern of patterns", format!(". as {{{}$a}} | 1", "a: [$a], ".repeat(many))),
        ("object pattern, two keys", format!(r#". as {{("a", "b"): $a{}}} | 1"#, ", a: $a".repeat(many))),
        ("patterns", format!(". as [$a] {} ?// $a | error", "?// [$a]".repeat(many / 2))),
        ("outputs", format!("[1{}] | length", ", 1".repeat(many))),
        ("alternatives", format!("(empty{}) // 1", ", empty".repeat(many))),
    ] {
        assert!(matches!(on_a_worker(list, 20_000), Ended::Ran { .. }), "{what}");
    }
}

#[test]
fn what_shares_its_parts_is_bounded_as_if_it_did_not() {
    let tree = "(reduce range(60) as $i ([1]; [., .]))";
    let objects = "(reduce range(60) as $i ({a: 1}; {a: ., b: .}))";
    for (expression, told) in [
        (tree.to_owned(), "10 million"),
        (format!("{tree} | error"), "10 million"),
        (format!("{tree} | flatten"), "10 million"),
        (format!("{tree} | .a"), "Cannot index"),
        ("[limit(40; repeat(\"x\" * 1e7))]".to_owned(), "256 MiB"),
        (format!("{tree} == {tree} | not | not"), ""),
        (format!("{objects} == {objects}"), ""),
        (format!("[{tree}, {tree}, [{tree}]] | sort | length"), ""),
        (format!("[{objects}, {objects}] | unique | length"), ""),
        (format!("{tree} as $x | [$x] | index([{tree}]), contains([{tree}])"), ""),
    ] {
        let error = error(expression.clone());
        assert!(error.contains(told) && error.is_empty() == told.is_empty(), "{expression}: {error}");
    }
}

#[test]
fn what_is_just_within_the_limits_works() {
    let levels = 900;
    let nested = "[".repeat(levels) + &"]".repeat(levels);
    let sum = "1".to_owned() + &" + 1".repeat(levels);
    let parentheses = "(".repeat(levels) + "1" + &")".repeat(levels);
    let pattern = "null as ".to_owned() + &"{a:".repeat(levels) + "$x" + &"}".repeat(levels) + " | $x";
    for expression in [
        &pattern,
        &format!("{nested} | tojson | length"),
        &sum,
        &parentheses,
        "def f: if . > 300000 then . else . + 1 | f end; 0 | f",
        "def f: if . > 5000 then . else (. + 1 | f) + 1 end; 0 | f",
        "def f: if . > 5000 then [.] else [. + 1 | f] end; 0 | f | flatten",
        "def f($n): if $n > 0 then .a | f($n - 1) else . end; [path(f(5000))] | length",
        "last(range(100000)), (0 | until(. > 100000; . + 1)), last(limit(1000; 0 | repeat(.)))",
        "reduce range(20000) as $i ([]; . + [$i]) | length",
        "reduce range(20000) as $i ({}; .[\"k\\($i)\"] = $i) | length",
        "reduce range(100000) as $i (null; [.]) | tojson | length",
        "reduce range(100000) as $i (null; {a: .}) | (. == .), (tojson | length)",
        "reduce range(100000) as $i (null; [.]) | flatten",
        "path(reduce range(100000) as $i (.; .a)) | length",
        "[limit(10000; repeat(1))] | length",
    ] {
        assert_eq!(error(expression), "", "{}", &expression[..expression.len().min(80)]);
    }
}

#[test]
fn what_exceeds_a_limit_when_it_runs_is_an_error() {
    for (expression, told) in [
        ("def f: 1 + f; f", "calls itself"),
        ("def f: [f]; f", "calls itself"),
        ("def f: (1, 2) + f; f", "calls itself"),
        ("def f: {a: f}; f", "calls itself"),
        ("def f: try error(f) catch .; f", "calls itself"),
        ("def f: f as $x | 1; f", "calls itself"),
        ("def f: reduce f as $x (1; 2); f", "calls itself"),
        ("def f: foreach f as $x (1; 2); f", "calls itself"),
        ("def f: if f then 1 else 2 end; f", "calls itself"),
        ("def f: \"\\(f)\"; f", "calls itself"),
        ("def f: .[f]; f", "calls itself"),
        ("def f: f // 1; f", "calls itself"),
        ("def f: label $x | f; f", "calls itself"),
        ("def f: path(f); f", "calls itself"),
        ("def f: (.a | f) |= 1; f", "calls itself"),
        ("def f(g): f(g | g) | g; f(.)", "calls itself"),
        ("def f: def g: 1 + f; g; f", "calls itself"),
        ("reduce range(60000) as $i (null; [.]) | [..] | length", "calls itself"),
        ("reduce range(100) as $i ([1]; . + .)", "10 million"),
        ("reduce range(100) as $i (\"x\"; . + .)", ""),
        ("reduce range(2000) as $i (null; [.])", "1,000 levels"),
        ("\"x\" * 1e9", "too long"),
        ("[1] | .[1e9] = 1", "too large"),
        ("(\"[\" * 300 + \"]\" * 300) | fromjson", "256"),
        ("(\"[\" * 10000000) | fromjson", "256"),
        ("(\"(\" * 100000) as $r | \"\" | test($r)", "Regex failure"),
        ("(\"a\" * 1000) | test(\"(?<x>a|aa)+\\\\k<x>c\")", "Regex failure"),
    ] {
        let error = error(expression);
        assert!(!error.is_empty() && error.contains(told), "{expression}: {error}");
    }
}

#[test]
fn values_that_are_put_together_are_counted() {
    // Nobody interrupts it: what ends it is its ten-millionth value.
    let ended = on_a_worker("[range(1e18)], error(\"not run\")".to_owned(), u32::MAX);
    let Ended::Ran { error: Some(error), outputs } = ended else { panic!("{ended:?}") };
    assert!(error.contains("10 million") && outputs.is_empty(), "{error}");
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
        let Ended::Ran { error, .. } = on_a_worker(expression.to_owned(), 500) else {
            panic!("{expression}")
        };
        let error = error.unwrap_or_default();
        assert!(error.contains("interrupted") || error.contains("calls itself"), "{expression}: {error}");
    }
}
