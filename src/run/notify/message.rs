use serde_json::json;

use crate::expr::{Value, canonical_json, parse_json};
use crate::plan::NotifyKind;
use crate::run::lines::SummaryLine;
use crate::run::summary::Summary;
use crate::secret::Masker;

use super::{End, Notifier, NotifyError};

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// The stage failed, or could not reach the other side.
    Failure,
    /// It succeeded, and its run before had not.
    Recovery,
}

impl Notifier {
    /// The JSON that tells how a stage ended, with secrets masked.
    pub(super) fn message(&self, end: &End, news: News) -> Result<String, NotifyError> {
        let masker = &end.shared.masker;
        // Texts and numbers always serialise, and what was serialised can be read.
        let line = serde_json::to_string(&SummaryLine::of(&end.summary, masker)).unwrap_or_default();
        Ok(match (&self.body, self.kind) {
            (Some(body), _) => {
                let summary = parse_json(line.as_bytes(), None).unwrap_or_default();
                canonical_json(&masked(body.only(summary, &end.bindings)?, masker))
            }
            (None, NotifyKind::Slack) => {
                let text = sentence(&end.shared.identity.net, &end.summary, news);
                json!({ "text": escaped(&masker.mask(&text)) }).to_string()
            }
            (None, NotifyKind::Webhook) => line,
        })
    }
}

fn sentence(net: &str, summary: &Summary, news: News) -> String {
    let Summary { stage, env, outcome, errors, run_id, .. } = summary;
    let how = match news {
        News::Failure => outcome.as_str().to_owned(),
        News::Recovery => format!("{} again", outcome.as_str()),
    };
    let share = summary.compared().map(|share| format!(", failure rate {share}")).unwrap_or_default();
    let first = errors.first().map(|error| format!(" First error: {}.", error.message.trim_end_matches('.')));
    let first = first.unwrap_or_default();
    format!("Stage {stage} of {net} in {env} {how}{share}.{first} Run {run_id}.")
}

/// A text in which nothing means anything to Slack
/// (<https://docs.slack.dev/messaging/formatting-message-text/#escaping>).
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A value with the secrets in its texts masked. They are masked one by one: a secret that is a number, say, must not
/// make the whole unreadable.
fn masked(value: Value, masker: &Masker) -> Value {
    match value {
        Value::Str(text) => Value::from(masker.mask(&text)),
        Value::Arr(items) => items.iter().map(|item| masked(item.clone(), masker)).collect(),
        Value::Obj(map) => Value::object(
            map.iter().map(|(key, value)| (key.clone(), masked(value.clone(), masker))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Num(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_takes_nothing_of_a_text_for_a_command() {
        assert_eq!(escaped("<!channel> a & b &lt;"), "&lt;!channel&gt; a &amp; b &amp;lt;");
    }

    #[test]
    fn a_secret_is_masked_in_texts_and_leaves_the_json_whole() {
        let masker = Masker::default();
        masker.add("hunter2");
        masker.add("12345");
        let text = r#"{"a":["is hunter2"],"b":12345678901234567890123,"c":{"d":"12345"}}"#;
        let masked = masked(parse_json(text.as_bytes(), None).unwrap(), &masker);
        let expected = r#"{"a":["is ***"],"b":12345678901234567890123,"c":{"d":"***"}}"#;
        assert_eq!(canonical_json(&masked), expected);
    }
}
