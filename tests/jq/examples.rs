//! What jq 1.8 gives, written out: one line for each kind of expression that was different once.

use super::{Ended, run};

/// The outputs; an error is the last, behind an exclamation mark.
fn outputs(expression: &str, input: &str) -> Vec<String> {
    match run(expression, input) {
        Ended::Ran { mut outputs, error } => {
            outputs.extend(error.map(|error| format!("!{error}")));
            outputs
        }
        Ended::Refused(why) => vec![format!("refused: {why}")],
    }
}

#[test]
fn expressions_give_what_jq_1_8_gives() {
    let mut wrong = Vec::new();
    for (expression, input, expected) in [
        // Arithmetic and texts.
        ("4 / 2", "null", &["2"][..]),
        ("5.9 % 2.9, -5 % 3, 5 % -1", "null", &["1", "-2", "0"]),
        (
            "try (4 / 0) catch .",
            "null",
            &[r#""number (4) and number (0) cannot be divided because the divisor is zero""#],
        ),
        (r#""x" * 0, "x" * 2, "x" * 1.5"#, "null", &[r#""""#, r#""xx""#, r#""x""#]),
        (r#"join(",")"#, r#"["a",null,"b",1,true]"#, &[r#""a,,b,1,true""#]),
        (r#""\(1, 2)-\(3, 4)""#, "null", &[r#""1-3""#, r#""2-3""#, r#""1-4""#, r#""2-4""#]),
        ("[(1, 2) + (10, 20)]", "null", &["[11,12,21,22]"]),
        ("[pow(2, 3; 1, 2)]", "null", &["[2,3,4,9]"]),
        (
            "{a: (1, 2), b: (3, 4)} | [.a, .b] | tojson",
            "null",
            &[r#""[1,3]""#, r#""[1,4]""#, r#""[2,3]""#, r#""[2,4]""#],
        ),
        (".5, 1., 1e1000, 1.10", "null", &["0.5", "1", "1E+1000", "1.10"]),
        (r#""\ud83d\ude00""#, "null", &[r#""😀""#]),
        // Paths and assignments.
        ("del(.[0, 1])", "[0,1,2,3]", &["[2,3]"]),
        ("del(.[1:3], .[0])", "[0,1,2,3,4]", &["[3,4]"]),
        (".a.b = 1", r#"{"a":null}"#, &[r#"{"a":{"b":1}}"#]),
        (".[6] = 1", "[0]", &["[0,null,null,null,null,null,1]"]),
        ("(.[] | select(. > 1)) |= empty", "[1,2,3]", &["[1]"]),
        (".[1:3] = [9]", "[0,1,2,3]", &["[0,9,3]"]),
        (".a += (1, 2)", r#"{"a":1}"#, &[r#"{"a":2}"#, r#"{"a":3}"#]),
        (".a //= 3 | .b //= 4", r#"{"a":1}"#, &[r#"{"a":1,"b":4}"#]),
        ("pick(first), pick(.[1])", "[1,2]", &["[1]", "[null,2]"]),
        ("[paths]", r#"{"a":[1]}"#, &[r#"[["a"],["a",0]]"#]),
        ("path(first(.a, .b)), path(getpath([\"a\", 0]))", "{}", &[r#"["a"]"#, r#"["a",0]"#]),
        ("try path(1) catch .", "null", &[r#""Invalid path expression with result 1""#]),
        // Folds, labels, patterns, errors.
        ("reduce (1, 2, 3) as $x (0; ., $x)", "null", &["3"]),
        ("reduce (1, 2) as $x (0; empty)", "null", &["null"]),
        ("[foreach (1, 2, 3) as $x (0; . + $x; [$x, .])]", "null", &["[[1,1],[2,3],[3,6]]"]),
        ("[foreach (1, 2) as $x (0; empty; .)]", "null", &["[]"]),
        ("[.[] as [$a] ?// $a | $a]", "[[1],2]", &["[1,2]"]),
        ("[label $out | 1, break $out, 2]", "null", &["[1]"]),
        ("try error(null) catch .", "1", &["null"]),
        ("try error catch .code", r#"{"code":42}"#, &["42"]),
        ("[limit(2; 1, 2, error)]", "null", &["[1,2]"]),
        ("try limit(-1; 1) catch .", "null", &[r#""limit doesn't support negative count""#]),
        ("1 + 2 as $x | $x", "null", &["3"]),
        // Functions that were missing or different.
        (
            "from_entries",
            r#"[{"key":"a","value":1},{"Key":"b","Value":2},{"name":"c"}]"#,
            &[r#"{"a":1,"b":2,"c":null}"#],
        ),
        ("to_entries | map(.key)", r#"{"z":1,"b":2}"#, &[r#"["z","b"]"#]),
        ("capture(\"(?<y>[0-9]+)-(?<m>[0-9]+)?\")", r#""2026-""#, &[r#"{"y":"2026","m":null}"#]),
        ("IN(2, 3), IN(.; 4)", "2", &["true", "false"]),
        ("INDEX(.id) | keys", r#"[{"id":2},{"id":1}]"#, &[r#"["1","2"]"#]),
        ("[tostream]", "[1]", &["[[[0],1],[[0]]]"]),
        ("fromstream(tostream)", r#"{"a":[1]}"#, &[r#"{"a":[1]}"#]),
        ("@csv, @tsv", r#"["a\"b",1,null,true]"#, &[r#""\"a\"\"b\",1,,true""#, r#""a\"b\t1\t\ttrue""#]),
        ("@sh", r#"["it's",1]"#, &[r#""'it'\\''s' 1""#]),
        (r#"@html "<\(.)>""#, r#""<&'\">""#, &[r#""<&lt;&amp;&apos;&quot;&gt;>""#]),
        ("@base64d", r#""YWJj""#, &[r#""abc""#]),
        ("[splits(\", *\")]", r#""a, b""#, &[r#"["a","b"]"#]),
        (r#"gsub("(?<x>[A-Z])"; "_\(.x | ascii_downcase)")"#, r#""aB""#, &[r#""a_b""#]),
        (r#"[match("a*"; "g").offset]"#, r#""ba""#, &["[0,1,2]"]),
        (r#"test("a$"), test("^b")"#, r#""a\n""#, &["true", "false"]),
        ("todate, (gmtime | mktime)", "1425599621", &[r#""2015-03-05T23:53:41Z""#, "1425599621"]),
        (
            r#"strptime("%A, %B %d, %Y") | strftime("%j %U %G-W%V")"#,
            r#""Thursday, March 05, 2015""#,
            &[r#""064 09 2015-W10""#],
        ),
        ("[.[] | tonumber?]", r#"["1"," 1","0x1","1e2",null]"#, &["[1,1E+2]"]),
        ("[nan] | sort, (nan < nan)", "null", &["[null]", "true"]),
    ] {
        let given = outputs(expression, input);
        if given != expected {
            wrong.push(format!("{expression} on {input}\n  expected {expected:?}\n  given    {given:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_withheld_is_refused_by_name_with_what_to_write() {
    use jobnet::expr::{Filter, Scope};
    let refused = [
        "env.PATH",
        "$ENV",
        "now",
        "input",
        "debug",
        "import \"a\" as a; .",
        "@nope \"x\"",
        "localtime",
        "halt",
    ];
    let shown: Vec<String> = refused
        .iter()
        .map(|expression| {
            let errors = Filter::compile(expression, &Scope::default()).unwrap_err();
            let error = &errors[0];
            format!("{expression}: {} | {}", error.message, error.help.as_deref().unwrap_or_default())
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}
