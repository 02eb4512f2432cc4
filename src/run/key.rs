use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::digest::sha256;
use crate::policy::Window;

/// The `Idempotency-Key` of a request: `<stage>-<yyyymmddThhmm>-<16 hex>`.
///
/// The time is `now` in UTC, floored to the window; the hex is the start of the SHA-256 of the canonical payload (`null`
/// where there is no body), `|`, the path without base and query, `|`, the audience. Other runners of the same APIs
/// build the same keys, so that this must not change by a byte. `salt` is empty unless somebody wants a repetition.
pub fn idempotency_key(
    stage: &str,
    payload: &str,
    path: &str,
    audience: &str,
    window: Window,
    now: Timestamp,
    salt: &str,
) -> String {
    let hex = &sha256(format!("{payload}|{path}|{audience}{salt}"))[..16];
    let start = window.floor(now).to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M").to_string();
    format!("{stage}-{start}-{hex}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::parse_json;
    use crate::run::payload::Payload;

    fn key(stage: &str, payload: &str, path: &str, audience: &str, now: &str) -> String {
        let payload = Payload::of(&parse_json(payload.as_bytes(), None).unwrap());
        idempotency_key(stage, payload.keyed(), path, audience, Window::default(), now.parse().unwrap(), "")
    }

    #[test]
    fn keys_are_those_that_other_runners_build() {
        let now = "2025-10-03T10:22:41Z";
        let payload = r#"{"action_xmlids":["sale.action_orders"],"targets":["ai_purpose","help"],"mode":"upsert_if_changed"}"#;
        assert_eq!(
            key("extract-view", payload, "/extract/view_common", "https://portal-api.example.com", now),
            "extract-view-20251003T1015-5b89c32c2defd00b"
        );
        let payload = r#"{"model":"sale.order","fields":["partner_id","取引先"],"mode":"upsert_if_changed"}"#;
        assert_eq!(
            key("extract-field", payload, "/extract/field", "", now),
            "extract-field-20251003T1015-b386a587f38cb484"
        );
    }

    proptest! {
        #[test]
        fn a_key_holds_for_its_window_and_no_longer(second in 1_700_000_000i64..1_900_000_000, later in 0i64..86_400) {
            let at = |second| idempotency_key("s", "null", "/p", "", Window::default(), Timestamp::from_second(second).unwrap(), "");
            let same_window = second.div_euclid(900) == (second + later).div_euclid(900);
            prop_assert_eq!(at(second) == at(second + later), same_window);
        }
    }
}
