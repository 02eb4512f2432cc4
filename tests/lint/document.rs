//! `docs/lint.md` lists the rules as they are.

use std::fmt::Write as _;
use std::path::Path;

use jobnet::lint::RULES;

#[test]
fn the_table_of_rules_is_the_table_of_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lint.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut table = "| code | | what it finds |\n|---|---|---|\n".to_owned();
    for rule in RULES {
        let (severity, summary) = (rule.severity.as_str(), rule.page().unwrap().summary());
        writeln!(table, "| `{}` | {severity} | {summary} |", rule.code).unwrap();
    }
    assert!(text.contains(&table), "docs/lint.md should hold\n{table}");
}
