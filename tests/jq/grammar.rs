//! Random expressions and inputs: every function of jq with plausible arguments, operators, paths, assignments.

use fastrand::Rng;

/// Makes expressions and inputs by a seed.
pub(super) struct Grammar {
    random: Rng,
}

const FUNCTIONS: &[&str] = &[
    "length",
    "not",
    "type",
    "keys",
    "keys_unsorted",
    "to_entries",
    "from_entries",
    "add",
    "any",
    "all",
    "flatten",
    "floor",
    "sqrt",
    "tostring",
    "tonumber",
    "toboolean",
    "tojson",
    "tojson | fromjson",
    "ascii_downcase",
    "ascii_upcase",
    "explode",
    "implode",
    "trim",
    "ltrim",
    "rtrim",
    "reverse",
    "sort",
    "unique",
    "min",
    "max",
    "transpose",
    "first",
    "last",
    "paths",
    "tostream",
    "values",
    "nulls",
    "booleans",
    "numbers",
    "strings",
    "arrays",
    "objects",
    "iterables",
    "scalars",
    "finites",
    "normals",
    "abs",
    "ceil",
    "round",
    "trunc",
    "fabs",
    "isnan",
    "isinfinite",
    "isnormal",
    "isfinite",
    "infinite",
    "nan",
    "empty",
    "error",
    "utf8bytelength",
    "@text",
    "@json",
    "@csv",
    "@tsv",
    "@html",
    "@uri",
    "@sh",
    "@base64",
    "@base64d",
    "@urid",
    "todate",
    "gmtime",
    "mktime",
    "fromdate",
    "recurse",
    "..",
    "significand",
    "logb",
    "frexp",
    "modf",
    "nearbyint",
    "log2",
    "exp2",
    "have_decnum",
    "fromjson",
];

/// Functions with a filter for an argument.
const WITH_FILTER: &[&str] = &[
    "map",
    "select",
    "map_values",
    "sort_by",
    "group_by",
    "unique_by",
    "min_by",
    "max_by",
    "any",
    "all",
    "first",
    "last",
    "isempty",
    "add",
    "paths",
    "del",
    "path",
    "pick",
    "walk",
    "with_entries",
    "error",
    "has",
    "in",
    "contains",
    "inside",
    "index",
    "rindex",
    "indices",
    "startswith",
    "endswith",
    "ltrimstr",
    "rtrimstr",
    "trimstr",
    "split",
    "join",
    "splits",
    "test",
    "match",
    "capture",
    "scan",
    "flatten",
    "nth",
    "getpath",
    "delpaths",
    "INDEX",
    "IN",
    "bsearch",
    "strftime",
    "strptime",
    "format",
    "tojson | has",
    "fromstream",
];

/// Functions with two arguments, the first a constant; what may not end is limited.
const WITH_TWO: &[&str] = &[
    "limit(9; range(0; ",
    "limit(9; recurse(",
    "limit(1; ",
    "limit(2; ",
    "skip(1; ",
    "nth(0; ",
    "until(true; ",
    "while(false; ",
    "setpath([\"a\"]; ",
    "setpath([0, \"b\"]; ",
    "sub(\"a\"; ",
    "gsub(\"b\"; ",
    "range(0; ",
    "IN(1, 2; ",
    "any(true, false; ",
    "all(.[]?; ",
    "split(\"a\"; ",
    "test(\"A\"; ",
    "ldexp(2; ",
    "pow(2; ",
    "recurse(.[]?; ",
    "atan2(1; ",
];

const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or", "//", "=", "|=", "+=", "-=",
    "*=", "/=", "//=", ",", ",", "|", "|", "|",
];

const LITERALS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "2",
    "1.5",
    "3.7",
    "\"a\"",
    "\"b\"",
    "\"abc\"",
    "\"\"",
    "[]",
    "{}",
    "[1, 2, 3]",
    "[0]",
    "[\"a\"]",
    "[[\"a\"]]",
    "{\"a\": 1}",
    "{b: {c: 2}}",
    "\"\\(.)\"",
    "\"x\\(1, 2)y\"",
    "100000000000000000001",
    "\"%Y-%m-%dT%H:%M:%SZ\"",
    "$x",
    "$x",
    "$__loc__",
    "\"a.c\"",
    "\"(?<x>a)|b\"",
    "\"g\"",
    "[1, [2]]",
    "1e1000",
    "0.1",
    "nan",
    "@base64 \"\\(.)\"",
    ".5",
    "{a: 1, b: (1, 2)}",
    "{(.a? | strings): 1}",
    "\"\\u00e9\\ud83d\\ude00\"",
    "1.10",
    "-0",
    "9007199254740993",
];

const PATHS: &[&str] = &[
    ".",
    ".a",
    ".b",
    ".[0]",
    ".[-1]",
    ".[]",
    ".[]?",
    ".a?",
    ".a.b",
    ".[\"a\"]",
    ".[1:]",
    ".[:1]",
    ".[1:2]",
    ".a[]?",
    "..",
    ".[\"a\", \"b\"]?",
    ".[0]?",
    ".a[0]?",
    ".[0, 1]?",
    "getpath([\"a\", \"b\"])",
    ".key",
    ".value",
    "first",
    "last",
    ".[2:4]",
    ".[-2:]",
    ".[1.7]?",
    ".[:-1]?",
    ".\"a\"?",
    "recurse",
    "(.a, .b)?",
    ".[.a?]?",
    "first(.[]?)",
    ".a // .b",
    "select(.a?)",
    "if .a? then .a else .b? end",
    "limit(1; .[]?)",
    "getpath([0])",
    "empty",
];

const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "2.5",
    "1.0",
    "10",
    "100000000000000000001",
    "12345678901234567890",
    "0.1",
    "1e3",
    "1e-5",
    "3.0",
    "\"a\"",
    "\"b\"",
    "\"\"",
    "\"abc\"",
    "\"a,b\"",
    "\"1\"",
    "\"2015-03-05T23:51:47Z\"",
    "\"é日\"",
    "\"A b\"",
    "[]",
    "{}",
    "1425599621",
];

impl Grammar {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed) }
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.random.usize(..of.len())]
    }

    /// A JSON text.
    pub(super) fn input(&mut self) -> String {
        self.value(3)
    }

    fn value(&mut self, levels: usize) -> String {
        if levels == 0 || self.random.u8(..100) < 35 {
            return self.one(VALUES).to_owned();
        }
        let count = self.random.usize(..4);
        if self.random.bool() {
            let items: Vec<_> = (0..count).map(|_| self.value(levels - 1)).collect();
            return format!("[{}]", items.join(","));
        }
        let mut keys = ["a", "b", "c", "key", "value", "name"];
        self.random.shuffle(&mut keys);
        let entries: Vec<_> =
            keys[..count].iter().map(|key| format!("\"{key}\":{}", self.value(levels - 1))).collect();
        format!("{{{}}}", entries.join(","))
    }

    /// An expression that may use `$x`.
    pub(super) fn expression(&mut self) -> String {
        self.term(4)
    }

    fn term(&mut self, levels: usize) -> String {
        let Some(less) = levels.checked_sub(1) else { return self.one(LITERALS).to_owned() };
        match self.random.u8(..100) {
            0..12 => self.one(LITERALS).to_owned(),
            12..30 => self.one(PATHS).to_owned(),
            30..44 => format!("({})", self.one(FUNCTIONS)),
            44..58 => format!("({}({}))", self.one(WITH_FILTER), self.term(less)),
            58..63 => {
                let call = self.one(WITH_TWO);
                format!("{call}{}{}", self.term(less), ")".repeat(call.matches('(').count()))
            }
            63..82 => format!("({} {} {})", self.term(less), self.one(OPERATORS), self.term(less)),
            _ => self.construct(less),
        }
    }

    fn construct(&mut self, levels: usize) -> String {
        let f = self.term(levels);
        let g = self.term(levels);
        let path = self.one(PATHS);
        match self.random.u8(..17) {
            0 => format!("[{f}]"),
            1 => format!("{{a: {f}, b: {g}}}"),
            2 => format!("if {f} then {g} else {} end", self.term(levels)),
            3 => format!("(try ({f}) catch .)"),
            4 => format!("({f} as $x | {g})"),
            5 => format!("reduce ({f}) as $x ({g}; {})", self.term(levels)),
            6 => format!("foreach ({f}) as $x ({g}; {}; {})", self.term(levels), self.term(levels)),
            7 => format!("(label $out | {f}, break $out, {g})"),
            8 => format!("(def f(g): g | g; f({f}))"),
            9 => format!("(def f($a; g): [$a, g]; f({f}; {g}))"),
            10 => format!("(. as [$x, $y] | [$x, $y, {f}])"),
            11 => format!("(. as {{a: $x}} ?// [$x] ?// $x | {f})"),
            12 => format!("[path({path} | {f})]"),
            13 => format!("({path} |= {f})"),
            14 => format!("(({f}) |= {g})"),
            15 => format!("({f} | -.)"),
            _ => format!("\"\\({f})-\\({g})\""),
        }
    }
}
