use std::net::IpAddr;

/// A rule that Kubernetes holds a value to.
///
/// The API server would refuse the manifest, but only when it is applied, and not at the place in the spec.
#[derive(Debug)]
pub(super) struct Rule {
    /// The code of its findings.
    pub(super) code: &'static str,
    /// What the value cannot be.
    pub(super) what: &'static str,
    /// What is expected.
    pub(super) expected: &'static str,
    /// What to do.
    pub(super) advice: &'static str,
    /// Whether a text keeps it.
    pub(super) fits: fn(&str) -> bool,
}

/// A CronJob's name: its Jobs' names are 11 characters longer and must be names of pods' hosts.
/// <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#writing-a-cronjob-spec>
pub(super) const CRON_JOB_NAME: Rule = Rule {
    code: "kubernetes-name",
    what: "the name of a CronJob",
    expected: "at most 52 of a to z, 0 to 9 and `-`, a letter or digit at both ends",
    advice: "give it a name: `names: {STAGE: NAME}` in the target",
    fits: |text| text.len() <= 52 && is_dns_label(text),
};

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names>
pub(super) const OBJECT_NAME: Rule = Rule {
    code: "kubernetes-name",
    what: "the name of an object",
    expected: "at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends",
    advice: "write the name as `kubectl get` shows it",
    fits: |text| text.len() <= 253 && text.split('.').all(is_dns_word),
};

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/>
pub(super) const NAMESPACE: Rule = Rule {
    code: "kubernetes-name",
    what: "a namespace",
    expected: "at most 63 of a to z, 0 to 9 and `-`, a letter or digit at both ends",
    advice: "write the name as `kubectl get namespaces` shows it",
    fits: is_dns_label,
};

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>
pub(super) const LABEL_KEY: Rule = Rule {
    code: "kubernetes-label",
    what: "the key of a label",
    expected: "at most 63 letters, digits, `-`, `_` and `.`, after a domain and `/` if need be",
    advice: "write it as `team`, say, or `example.com/team`",
    fits: |text| match text.split_once('/') {
        Some((domain, name)) => (OBJECT_NAME.fits)(domain) && is_label_word(name),
        None => is_label_word(text),
    },
};

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>
pub(super) const LABEL_VALUE: Rule = Rule {
    code: "kubernetes-label",
    what: "the value of a label",
    expected: "at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends",
    advice: "shorten it, or leave out what is not allowed",
    fits: |text| text.is_empty() || is_label_word(text),
};

/// Kustomize sets the tag, and finds an image by its name without one.
/// <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/>
pub(super) const IMAGE: Rule = Rule {
    code: "kubernetes-image",
    what: "an image without a tag",
    expected: "a name such as `ghcr.io/your-org/shop`",
    advice: "write the tag into `tags`",
    fits: |text| {
        let (path, last) = text.rsplit_once('/').map_or(("", text), |(path, last)| (path, last));
        let is_word = |word: &str| {
            !word.is_empty()
                && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        };
        // A registry may have a port.
        let mut path = path.split('/').enumerate();
        is_word(last)
            && path.all(|(at, word)| match word.split_once(':') {
                Some((host, port)) => at == 0 && is_word(host) && port.parse::<u16>().is_ok(),
                None => is_word(word) || (at == 0 && word.is_empty()),
            })
    },
};

/// <https://docs.docker.com/reference/cli/docker/image/tag/>
pub(super) const TAG: Rule = Rule {
    code: "kubernetes-image",
    what: "the tag of an image",
    expected: "at most 128 letters, digits, `_`, `.` and `-`, or a digest `sha256:…`",
    advice: "write the tag alone, without the image",
    fits: |text| match text.strip_prefix("sha256:") {
        Some(digest) => digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
        None => {
            text.len() <= 128
                && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        }
    },
};

/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
pub(super) const QUANTITY: Rule = Rule {
    code: "kubernetes-quantity",
    what: "an amount of a resource",
    expected: "a number with a unit such as `m`, `Mi` or `Gi`",
    advice: "write 250m for a quarter of a CPU, 128Mi for memory",
    fits: |text| {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let fraction =
            digits.strip_prefix('.').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let unit = fraction.unwrap_or(digits);
        let units = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
        text.starts_with(|c: char| c.is_ascii_digit()) && units.contains(&unit)
    },
};

/// <https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors>
pub(super) const CIDR: Rule = Rule {
    code: "kubernetes-address",
    what: "a range of addresses",
    expected: "a network and the length of its prefix, such as `10.0.0.0/8`",
    advice: "write 203.0.113.7/32 for one address; the bits behind the prefix are 0",
    fits: is_network,
};

/// <https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/>
pub(super) const PORT: Rule = Rule {
    code: "kubernetes-address",
    what: "a port",
    expected: "1 to 65535",
    advice: "write the port of the other side's pods",
    fits: |text| text.parse::<u16>().is_ok_and(|port| port > 0),
};

/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1>
pub(super) const MOUNT: Rule = Rule {
    code: "kubernetes-mount",
    what: "where a volume is mounted",
    expected: "a path from `/` on, without `:` and `..`",
    advice: "write it as `/app/data`, say",
    fits: |text| {
        text.len() > 1
            && text.starts_with('/')
            && !text.contains(':')
            && text.split('/').skip(1).all(|part| !matches!(part, "" | "." | ".."))
    },
};

/// <https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-object>
pub(super) const DATA_KEY: Rule = Rule {
    code: "kubernetes-name",
    what: "a key of a ConfigMap or Secret",
    expected: "at most 253 letters, digits, `-`, `_` and `.`",
    advice: "write the key as `kubectl describe` shows it",
    fits: |text| {
        !text.is_empty()
            && text.len() <= 253
            && text != "."
            && !text.starts_with("..")
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    },
};

fn is_dns_word(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_dns_word(text)
}

fn is_label_word(text: &str) -> bool {
    let at_ends = |c: char| c.is_ascii_alphanumeric();
    text.len() <= 63
        && text.starts_with(at_ends)
        && text.ends_with(at_ends)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn is_network(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let (Ok(address), Ok(length)) = (address.parse::<IpAddr>(), length.parse::<u32>()) else {
        return false;
    };
    // As many 0s as there are at the end of the address must cover what the prefix does not.
    let (bits, zeros) = match address {
        IpAddr::V4(address) => (32, u32::from(address).trailing_zeros()),
        IpAddr::V6(address) => (128, u128::from(address).trailing_zeros()),
    };
    length <= bits && zeros >= bits - length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_let_through_what_the_api_takes_and_nothing_else() {
        let long = "a".repeat(53);
        let digest = format!("sha256:{}", "0a".repeat(32));
        let cases: [(&Rule, &[&str], &[&str]); 11] = [
            (&CRON_JOB_NAME, &["a", "cj-1"], &["", "A", "a_b", "-a", "a-", "a.b", &long]),
            (&OBJECT_NAME, &["a", "a.b-c", &long], &["", ".a", "a..b", "A"]),
            (&NAMESPACE, &["womba", &long], &["a.b", "Womba"]),
            (&LABEL_KEY, &["team", "example.com/Team_1"], &["", "/a", "a/", "a b", "a/b/c"]),
            (&LABEL_VALUE, &["", "Index.All_1"], &["a b", "-a", "ü"]),
            (
                &IMAGE,
                &["shop", "ghcr.io/your-org/shop", "localhost:5000/shop"],
                &["", "shop:1", "a/shop:1", "shop@sha256:0", "a//b", "a b", "a:x/b"],
            ),
            (&TAG, &["1.0.0", "dev", "_", &digest], &["", "-1", "a:b", "sha256:0", "a b"]),
            (&QUANTITY, &["1", "0.5", "50m", "64Mi", "1.5Gi"], &["", "m", "64MB", "${CPU}", "-1", "1 Gi"]),
            (
                &CIDR,
                &["0.0.0.0/0", "10.0.0.0/8", "203.0.113.7/32", "2001:db8::/32", "::/0"],
                &["", "10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "shop/8"],
            ),
            (&PORT, &["1", "65535"], &["0", "65536"]),
            (&MOUNT, &["/app/.env"], &["", "/", "app", "/a:b", "/a/../b", "/a/"]),
        ];
        for (rule, good, bad) in cases {
            good.iter().for_each(|text| assert!((rule.fits)(text), "{}: {text:?}", rule.what));
            bad.iter().for_each(|text| assert!(!(rule.fits)(text), "{}: {text:?}", rule.what));
        }
    }
}
