//! Specs that were good before somebody changed them: whatever they are now, they are read, judged and rendered, or each fault
//! is told with its place.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use fastrand::Rng;
use jobnet::diag::{self, Source};
use jobnet::lint::{self, Around, Linted};
use jobnet::plan::Plans;
use jobnet::targets::{self, Origin};

/// How many specs are tried, unless `JOBNET_SPECS` says otherwise; `JOBNET_SEED` tries those of another beginning.
const SPECS: u64 = 3000;

/// Texts that stand where a good value was.
const WORDS: &[&str] = &[
    "",
    "null",
    "~",
    "[]",
    "{}",
    "[[]]",
    "{a: {b: {}}}",
    "true",
    "yes",
    "0",
    "-1",
    "1.5",
    ".inf",
    ".nan",
    "1e999",
    "0x1F",
    "18446744073709551616",
    "99999999999999999999999",
    "2026-01-01",
    "12:30:45",
    "''",
    "\"\"",
    "\"\\u0000\"",
    "\"a\\nb\"",
    "'*'",
    "&a x",
    "*a",
    "!!binary aGk=",
    "!x y",
    "? a",
    "<<: {a: b}",
    "| \n    text",
    "> folded",
    "${",
    "${X}",
    "${X?}",
    "${API_BASE}",
    "{.a",
    "{.a}",
    "{[}",
    ".a[",
    ".[] |",
    "def f: f; f",
    "$vars.X",
    "$run.id",
    "input",
    "\\(1)",
    "* * * * *",
    "61 * * * *",
    "0 0 31 2 *",
    "@daily",
    "manual",
    "*/7 2-1 * * 8",
    "Asia/Tokyo",
    "Mars/Phobos",
    "1h",
    "0s",
    "99999h",
    "1mm",
    "-5m",
    "10/s",
    "0/m",
    "5%",
    "101%",
    "https://",
    "http://h:99999",
    "ftp://x",
    "postgres://",
    "s3://",
    "/a/../b",
    "./x",
    "select 1;",
    "select '",
    "取引先",
    "\u{202e}abc",
    "\u{feff}",
    "\u{1b}[31m",
    "a b",
    "a-b",
    "A_B",
    "x\u{0}y",
    "name: again",
    "jobnet: v2",
    "- - - -",
];

fn specs_of(text: &str) -> Vec<String> {
    let blocks = text.split("```yaml\n").skip(1).filter_map(|block| block.split("\n```").next());
    blocks.filter(|block| block.contains("jobnet: v1")).map(str::to_owned).collect()
}

/// The specs of the examples, of the docs and of the pages about codes.
fn seeds() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let mut seeds: Vec<String> = lint::PAGES.iter().flat_map(|page| specs_of(page.text)).collect();
    for entry in std::fs::read_dir(root.join("examples")).unwrap().flatten() {
        let spec = entry.path().join("jobnet.yaml");
        seeds.extend(spec.is_file().then(|| read(&spec)));
    }
    for doc in ["docs/spec.md", "docs/runs.md", "docs/generate.md", "README.md"] {
        seeds.extend(specs_of(&read(&root.join(doc))));
    }
    seeds.sort();
    seeds
}

/// A place between two characters.
fn boundary(text: &str, rng: &mut Rng) -> usize {
    let mut at = rng.usize(..=text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// The text with one change.
fn changed(text: &str, seeds: &[String], rng: &mut Rng) -> String {
    let mut all = lines(text);
    if all.is_empty() {
        return WORDS[rng.usize(..WORDS.len())].to_owned();
    }
    let at = rng.usize(..all.len());
    let word = WORDS[rng.usize(..WORDS.len())];
    match rng.u8(..18) {
        0 => drop(all.remove(at)),
        1 => all.insert(at, all[at].clone()),
        2 => {
            let other = rng.usize(..all.len());
            all.swap(at, other);
        }
        3 => {
            let other = lines(&seeds[rng.usize(..seeds.len())]);
            all.insert(at, other[rng.usize(..other.len())].clone());
        }
        4 | 5 => {
            if let Some(colon) = all[at].find(": ") {
                all[at].truncate(colon + 2);
                all[at].push_str(word);
            }
        }
        6 => {
            let (start, end) = (boundary(&all[at], rng), boundary(&all[at], rng));
            all[at].replace_range(start.min(end)..start.max(end), word);
        }
        7 => {
            let place = boundary(&all[at], rng);
            all[at].insert_str(place, word);
        }
        8 => all[at].insert_str(0, &" ".repeat(rng.usize(1..5))),
        9 => {
            let indent = all[at].len() - all[at].trim_start().len();
            all[at].drain(..indent);
        }
        10 => {
            let times = rng.usize(2..40);
            let nested = format!("{}{}{}", "[".repeat(times), word, "]".repeat(times));
            all[at].push_str(&nested);
        }
        11 => {
            let end = boundary(text, rng);
            return text[..end].to_owned();
        }
        // What stands after the same key elsewhere is often good here.
        _ => {
            let key = all[at].split(':').next().unwrap_or_default().trim_start().to_owned();
            let others = seeds.iter().flat_map(|seed| seed.lines());
            let others: Vec<&str> =
                others.filter(|line| line.trim_start().split(':').next() == Some(&*key)).collect();
            if !others.is_empty() {
                let indent = all[at].len() - all[at].trim_start().len();
                all[at].truncate(indent);
                all[at].push_str(others[rng.usize(..others.len())].trim_start());
            }
        }
    }
    all.join("\n") + "\n"
}

fn origin(text: &str) -> Origin {
    Origin {
        file: "jobnet.yaml".to_owned(),
        spec: text.to_owned(),
        files: BTreeMap::new(),
        ..Origin::default()
    }
}

/// All that is found in a spec, by reading it, by the rules and by rendering it.
fn linted(source: &Source) -> Linted {
    let around = |plans: &Plans| {
        let of_targets = targets::render_all(&targets::targets(plans), plans, &origin(&source.text));
        Around { of_targets: of_targets.err().unwrap_or_default(), drift: Vec::new() }
    };
    lint::lint(source, around)
}

/// Whether a spec can be used.
///
/// # Errors
/// What is wrong with how it was judged.
fn judged(text: &str) -> Result<bool, String> {
    let source = Source::new("jobnet.yaml", text);
    let found = catch_unwind(AssertUnwindSafe(|| {
        let linted = linted(&source);
        (diag::render(&source, &linted.findings, false), linted)
    }));
    let (shown, linted) = found.map_err(|_| "a panic".to_owned())?;
    for finding in linted.findings.iter() {
        let Some(span) = finding.span else {
            return Err(format!("no place: {}: {}", finding.code, finding.message));
        };
        if span.start > span.end
            || span.end > text.len()
            || !text.is_char_boundary(span.start)
            || !text.is_char_boundary(span.end)
        {
            return Err(format!("a place outside of the text: {}: {}", finding.code, finding.message));
        }
        if finding.message.is_empty() || !shown.contains(finding.code) {
            return Err(format!("nothing is shown: {}", finding.code));
        }
    }
    Ok(linted.is_usable)
}

#[test]
fn a_spec_that_was_changed_at_random_is_judged_and_each_fault_has_its_place() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (specs, first) = (number("JOBNET_SPECS").unwrap_or(SPECS), number("JOBNET_SEED").unwrap_or(0));
    let seeds = seeds();
    assert!(seeds.len() > 100, "{}", seeds.len());
    let good: Vec<&String> = seeds.iter().filter(|seed| judged(seed).unwrap()).collect();
    let mut usable = 0;
    for seed in first..first + specs {
        let mut rng = Rng::with_seed(seed);
        let mut text =
            if rng.bool() { good[rng.usize(..good.len())] } else { &seeds[rng.usize(..seeds.len())] }.clone();
        for _ in 0..rng.usize(1..5) {
            text = changed(&text, &seeds, &mut rng);
        }
        match judged(&text) {
            Ok(is_usable) => usable += u64::from(is_usable),
            Err(fault) => panic!("JOBNET_SEED={seed}: {fault}\n{text}"),
        }
    }
    // Of few it may be chance.
    assert!(
        specs < 1000 || usable * 10 > specs,
        "{usable} of {specs} can be used: too few to say much of what is rendered"
    );
}
