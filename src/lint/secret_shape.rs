use std::sync::LazyLock;

use regex_lite::Regex;

use crate::diag::Span;

/// What secrets look like by the word of those who give them out. The first group, where there is one, is the secret.
///
/// Sources: <https://docs.github.com/code-security/reference/secret-security/supported-secret-scanning-patterns>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>,
/// <https://docs.slack.dev/authentication/tokens>, <https://docs.cloud.google.com/docs/authentication/api-keys>,
/// <https://www.rfc-editor.org/rfc/rfc7519#section-3.1>, <https://www.rfc-editor.org/rfc/rfc7468#section-2>,
/// <https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1>.
const SHAPES: [(&str, &str); 12] = [
    ("a token of GitHub", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})"),
    ("a token of GitLab", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("an access key of AWS", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a token of Slack", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("the address of a Slack webhook", r"https://hooks\.slack\.com/services/T\w+/B\w+/\w{8,}"),
    ("a key of Google's APIs", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("an API key", r"\bsk[-_](?:[a-z]+[-_])*[A-Za-z0-9]{20,}"),
    ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}"),
    ("a JSON Web Token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    ("a password in a URL", r"[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s/@${}]+)@"),
    (
        "a secret in a URL",
        r"[?&](?:password|passwd|pwd|token|secret|api_?key|access_?key|access_?token)=([^\s&'#${}\x22]{8,})",
    ),
];

static PATTERNS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    SHAPES.into_iter().filter_map(|(what, shape)| Some((what, Regex::new(shape).ok()?))).collect()
});

/// The secrets in a text that are known by their shape, with what they are. Comments are read as well as the rest.
pub(super) fn known_shapes(text: &str) -> Vec<(&'static str, Span)> {
    let found = PATTERNS.iter().flat_map(|(what, pattern)| {
        pattern.captures_iter(text).filter_map(|captures| {
            let secret = captures.get(1).or_else(|| captures.get(0))?;
            Some((*what, Span::new(secret.start(), secret.end())))
        })
    });
    found.collect()
}

/// True for the name of something that must not be known: it ends in a word for that.
pub(super) fn is_called_secret(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "password",
        "passwd",
        "secret",
        "token",
        "apikey",
        "accesskey",
        "privatekey",
        "secretkey",
        "signingkey",
        "encryptionkey",
        "passphrase",
        "credentials",
    ];
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    WORDS.iter().any(|word| letters.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text holds; secrets are put together here, lest this file look like a leak.
    fn shapes(text: &str) -> Vec<&'static str> {
        known_shapes(text).into_iter().map(|(what, _)| what).collect()
    }

    #[test]
    fn all_patterns_are_good() {
        assert_eq!(PATTERNS.len(), SHAPES.len());
    }

    #[test]
    fn secrets_are_known_by_their_shape() {
        let long = "a1B2".repeat(10);
        let upper = "A1B2".repeat(4);
        for (text, what) in [
            (format!("gh{}_{long}", 'p'), "a token of GitHub"),
            (format!("glpat{}{long}", '-'), "a token of GitLab"),
            (format!("AK{}{upper}", "IA"), "an access key of AWS"),
            (format!("xox{}-{long}", 'b'), "a token of Slack"),
            (
                format!("https://hooks.slack.com/{}/T1/B1/{long}", "services"),
                "the address of a Slack webhook",
            ),
            (format!("AI{}{}", "za", &long[..35]), "a key of Google's APIs"),
            (format!("sk{}live_{long}", '_'), "an API key"),
            (format!("npm{}{}", '_', &long[..36]), "a token of npm"),
            (format!("eyJ{long}.eyJ{long}.{long}"), "a JSON Web Token"),
            (format!("-----BEGIN RSA {} KEY-----", "PRIVATE"), "a private key"),
            ("postgres://shop:hunter2@db/shop".to_owned(), "a password in a URL"),
            (format!("https://shop.example/?a=1&token={long}"), "a secret in a URL"),
        ] {
            assert_eq!(shapes(&format!("  a: {text} # why")), [what], "{text}");
        }
    }

    #[test]
    fn what_only_resembles_a_secret_is_none() {
        for text in [
            "postgres://shop:${PASSWORD}@db/shop",
            "postgres://db:5432/shop",
            "https://shop.example/?token=${TOKEN}",
            "sk-8",
            "risk-assessment-of-everything-that-matters",
            "ghp_",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "{cidr: 0.0.0.0/0}",
        ] {
            assert!(shapes(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_name_says_what_must_not_be_known() {
        for name in ["DB_PASSWORD", "apiKey", "X-API-Key", "GITHUB_TOKEN", "client_secret"] {
            assert!(is_called_secret(name), "{name}");
        }
        for name in ["TOKEN_URL", "SECRET_NAME", "CURSOR", "KEY", "PRIMARY_KEY", "MAX_TOKENS"] {
            assert!(!is_called_secret(name), "{name}");
        }
    }
}
