/// What Google allows a value to be, so that a bad one is told before a script runs.
pub(super) struct Rule {
    /// The values, as a noun.
    pub(super) expected: &'static str,
    /// True for one of them.
    pub(super) fits: fn(&str) -> bool,
}

/// A project's id (<https://cloud.google.com/resource-manager/docs/creating-managing-projects>), with a domain in old ones.
pub(super) const PROJECT: Rule = Rule {
    expected: "a project's id: lowercase letters, digits and `-`",
    fits: |text| starts_with_letter(text) && made_of(text, is_lower, "-.:"),
};

/// A region's name (<https://cloud.google.com/run/docs/locations>).
pub(super) const REGION: Rule = Rule {
    expected: "a region such as `europe-west1`",
    fits: |text| starts_with_letter(text) && made_of(text, is_lower, "-"),
};

/// An image's name (<https://github.com/distribution/reference>) without the tag, which whoever deploys chooses.
pub(super) const IMAGE: Rule = Rule {
    expected: "an image without a tag: the scripts take it by `--tag`",
    fits: |text| is_image(text) && !is_tagged(text),
};

/// An image's name with or without a tag or digest.
pub(super) const BASE_IMAGE: Rule = Rule { expected: "the name of an image", fits: is_image };

/// A service account's name or address (<https://cloud.google.com/iam/docs/service-accounts-create>).
pub(super) const ACCOUNT: Rule = Rule {
    expected: "a service account's name or address",
    fits: |text| starts_with_letter(text) && made_of(text, is_lower, "-.@:"),
};

/// An amount of processors or memory (<https://cloud.google.com/run/docs/configuring/jobs/memory-limits>).
pub(super) const AMOUNT: Rule = Rule {
    expected: "an amount such as `2` or `512Mi`",
    fits: |text| text.starts_with(|c: char| c.is_ascii_digit()) && made_of(text, is_alphanumeric, "."),
};

/// A job's name: at most 49 characters (<https://cloud.google.com/run/docs/create-jobs>). Its trigger has the same name,
/// for which Cloud Scheduler allows more
/// (<https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs>).
pub(super) fn is_job_name(text: &str) -> bool {
    starts_with_letter(text) && made_of(text, is_lower, "-") && !text.ends_with('-') && text.len() <= 49
}

/// A secret's name (<https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create>).
pub(super) fn is_secret_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && made_of(text, is_alphanumeric, "-_")
}

/// True for an image's name with a tag or a digest, which stand after its last part: before that a `:` is a port's.
pub(super) fn is_tagged(image: &str) -> bool {
    image.rsplit('/').next().is_some_and(|last| last.contains([':', '@']))
}

/// A path below the directory of the spec, in which a Dockerfile's `COPY` and Cloud Build read nothing but a path
/// (<https://docs.docker.com/reference/dockerfile/#copy>,
/// <https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values>).
pub(super) fn is_plain_path(path: &str) -> bool {
    let is_below = !path.is_empty() && !path.starts_with('/') && path.split('/').all(|part| part != "..");
    is_below && !path.contains(['$', '*', '?', '[', ']', '\\']) && !path.contains(char::is_control)
}

fn is_image(text: &str) -> bool {
    text.starts_with(is_alphanumeric) && made_of(text, is_alphanumeric, "-._/:@")
}

fn is_lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn is_alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn made_of(text: &str, fits: fn(char) -> bool, others: &str) -> bool {
    text.chars().all(|c| fits(c) || others.contains(c))
}
