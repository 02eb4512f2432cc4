/// What happens where counts of a request are not in its responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingCounts {
    /// The stage's summary warns of it.
    #[default]
    Warn,
    /// A response with an error in place of the counts is a failed request, and a count that is in no response fails the
    /// stage.
    Fail,
}
