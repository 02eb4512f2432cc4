//! A stand-in for a translation service: a glossary, and a mark on what it does not know.

/// A text with this in it is not translated.
pub(crate) const UNTRANSLATABLE: &str = "[untranslatable]";

const GLOSSARY: [(&str, &str); 5] = [
    ("取引先", "Customer"),
    ("合計", "Total"),
    ("受注", "Sales order"),
    ("受注一覧の説明(日本語)", "About the list of sales orders"),
    ("この画面の目的(日本語)", "The purpose of this screen"),
];

/// The English of a Japanese text; `None` if it cannot be translated.
pub(crate) fn translate(japanese: &str) -> Option<String> {
    if japanese.contains(UNTRANSLATABLE) {
        return None;
    }
    let known = GLOSSARY.iter().find(|(word, _)| *word == japanese);
    Some(known.map_or_else(|| format!("EN: {japanese}"), |(_, english)| (*english).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_glossary_and_marks_the_rest() {
        assert_eq!(translate("取引先").as_deref(), Some("Customer"));
        assert_eq!(translate("項目000001").as_deref(), Some("EN: 項目000001"));
        assert_eq!(translate("取引先 [untranslatable]"), None);
    }
}
