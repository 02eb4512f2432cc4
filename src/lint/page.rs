/// What `jobnet explain` says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// The page, in Markdown: a heading, a sentence, why it matters, what to do, an example.
    pub text: &'static str,
}

impl Page {
    /// What the code means: the sentence below the heading.
    pub fn summary(&self) -> &'static str {
        let below = self.text.split_once("\n\n").map_or("", |(_, below)| below);
        below.split("\n\n").next().unwrap_or_default().trim_end()
    }
}

/// The page of a code; `None` for what is no code.
pub fn page(code: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.code == code)
}

macro_rules! pages {
    ($($code:literal)*) => {
        &[$( Page { code: $code, text: include_str!(concat!("pages/", $code, ".md")) } ),*]
    };
}

/// The pages of all codes, of faults and rules alike, in the order of the alphabet.
pub static PAGES: &[Page] = pages! {
    "busy-minute"
    "cron-too-often"
    "day-and-weekday"
};
