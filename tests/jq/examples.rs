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
#[expect(clippy::too_many_lines, reason = "a table")]
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
        (r#""\ud83d\ude00", "\ude00""#, "null", &[r#""😀""#, "\"\u{fffd}\""]),
        (r#""\ud83d""#, "null", &[r"refused: `\u` cannot stand here"]),
        (r#""\ud83d\n""#, "null", &[r"refused: `\u` cannot stand here"]),
        ("[(.a.b)?], [(.a[]?)?], [(.a[error])?], [.a.b??]", "[1]", &["[]", "[]", "[]", "[]"]),
        // Keys.
        ("{(1): 2}", "null", &["refused: `1` cannot be a key"]),
        ("{(1 + 1): 2}", "null", &["refused: `1 + 1` cannot be a key"]),
        ("{a: {([]): 2}}", "null", &["refused: `[]` cannot be a key"]),
        ("try {(null): 2} catch 3", "null", &["refused: `null` cannot be a key"]),
        (". as {(true): $x} | $x", "null", &["refused: `true` cannot be a key"]),
        (r#"{("a", "b"): 1}, {("a" + "b"): 1}"#, "null", &[r#"{"a":1}"#, r#"{"b":1}"#, r#"{"ab":1}"#]),
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
        ("try path(.a | . + 0) catch .", r#"{"a":1}"#, &[r#""Invalid path expression with result 1""#]),
        (". as $x | path(.[:9] | $x | .[0])", "[1]", &[r#"[{"start":null,"end":9},0]"#]),
        (r#"path(index("a")), [path(indices(1))]"#, "null", &[r#"["a",0]"#, "[[1]]"]),
        // Folds, labels, patterns, errors.
        ("[1, 2] as [$a, $a] | $a", "null", &["2"]),
        ("[[1], 2] as [[$a], $a] | $a", "null", &["2"]),
        ("[1, 2, 3] as [$a, $b, $a] | [$a, $b]", "null", &["[3,2]"]),
        ("{a: 1, b: [2]} as {a: $x, b: [$x]} | $x", "null", &["1"]),
        ("{a: [1]} as {$a: [$a]} | $a", "null", &["[1]"]),
        ("[1, 2] as [$a, $a] ?// $a | $a", "null", &["1"]),
        ("reduce [1, 2] as [$a, $a] (0; $a)", "null", &["2"]),
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
        ("[bsearch(2)], [bsearch(9)], [bsearch(0)]", "[1,2,2,2,3]", &["[2]", "[-6]", "[-1]"]),
        (
            "map(tonumber)",
            r#"["inf","-Infinity","+nan"]"#,
            &["[1.7976931348623157e+308,-1.7976931348623157e+308,null]"],
        ),
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

/// What the C library makes of a text that says a part of a moment only.
#[test]
fn moments_are_read_as_jq_reads_them() {
    for (text, format, expected) in [
        ("2015-03-05", "%Y-%m-%d", "[2015,2,5,0,0,0,4,63]"),
        ("Mon 05 Mar 2015", "%a %d %b %Y", "[2015,2,5,0,0,0,1,63]"),
        ("2015", "%Y", "[2015,0,0,0,0,0,3,-1]"),
        ("2015-03", "%Y-%m", "[2015,2,0,0,0,0,6,58]"),
        ("10:20", "%H:%M", "[1900,0,0,10,20,0,8,367]"),
        ("PM 3", "%p %I", "[1900,0,0,15,0,0,8,367]"),
        ("100", "%j", "[1900,0,0,0,0,0,8,99]"),
        ("2015 100", "%Y %j", "[2015,3,10,0,0,0,5,99]"),
        ("2015 10 4", "%Y %U %w", "[2015,2,12,0,0,0,4,70]"),
        ("2015 10 1", "%Y %W %u", "[2015,2,9,0,0,0,1,67]"),
        ("5 2", "%U %w", "[1900,1,6,0,0,0,2,36]"),
        ("19 2015", "%C %Y", "[1900,0,0,0,0,0,0,-1]"),
        ("20 15", "%C %y", "[2015,0,0,0,0,0,3,-1]"),
        ("68 1", "%y %m", "[2068,0,0,0,0,0,6,-1]"),
        ("+05:30", "%z", "[1900,0,0,0,0,0,8,367]"),
        ("1425599621", "%s", "[2015,2,5,23,53,41,4,63]"),
        ("+0560", "%z", r#""date \"+0560\" does not match format \"%z\"""#),
        ("2015 366", "%Y %j", r#""date \"2015 366\" does not match format \"%Y %j\"""#),
        ("2015 53 6", "%Y %W %w", r#""date \"2015 53 6\" does not match format \"%Y %W %w\"""#),
        ("5", "%EH", r#""date \"5\" does not match format \"%EH\"""#),
    ] {
        assert_eq!(
            outputs(&format!("try strptime(\"{format}\") catch ."), &format!("\"{text}\"")),
            [expected],
            "{text}"
        );
    }
    for (format, expected) in [
        ("%Z %z", r#""GMT +0000""#),
        ("%^a %^b %-d %_d", r#""THU MAR 5  5""#),
        ("%Ey", r#""strftime/1: the format has a % without a conversion""#),
        ("%", r#""strftime/1: the format has a % without a conversion""#),
        ("%Q", r#""strftime/1: %Q is no conversion""#),
    ] {
        assert_eq!(
            outputs(&format!("try strftime(\"{format}\") catch ."), "1425599621"),
            [expected],
            "{format}"
        );
    }
    assert_eq!(
        outputs(".[] | todate", "[[1e-5], [99999.9, 0, 1]]"),
        [r#""0-12-31T00:00:00Z""#, r#""99999-01-01T00:00:00Z""#]
    );
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
