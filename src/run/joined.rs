use tokio::task::JoinError;

/// What a task came to; its panic goes on in the one that waits for it. No task here is aborted but by dropping it.
pub(super) fn joined<T>(ended: Result<T, JoinError>) -> T {
    ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
