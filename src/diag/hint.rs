/// A hint at the known name that is nearest to one that was misspelt, if any is near.
pub fn did_you_mean(name: &str, known: &[impl AsRef<str>]) -> Option<String> {
    nearest(name, known).map(|known| format!("did you mean `{known}`?"))
}

/// The known name that is nearest to one that was misspelt, if any is near.
pub fn nearest<'a>(name: &str, known: &'a [impl AsRef<str>]) -> Option<&'a str> {
    known
        .iter()
        .map(|known| {
            (
                strsim::damerau_levenshtein(&known.as_ref().to_lowercase(), &name.to_lowercase()),
                known.as_ref(),
            )
        })
        .filter(|(distance, known)| *distance <= 1 + known.len().min(name.len()) / 4)
        .min()
        .map(|(_, known)| known)
}
