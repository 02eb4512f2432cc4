//! GitHub Actions by its REST API: workflows started, runs started again, followed and listed
//! (<https://docs.github.com/rest/actions>).
//!
//! Invariants: a POST that may have arrived is never sent again — what came of it is looked for instead; rate limits are
//! waited out as GitHub asks; the token goes to the API's own origin and nowhere else, and is in no text. Answers are
//! read by what is needed of them, since servers of different ages leave fields out. Nothing here knows specs or plans.

mod again;
mod annotation;
mod api;
mod dispatch;
mod error;
mod find;
mod follow;
mod limit;
mod model;
mod repository;
mod rerun;
mod runs;
mod state;
mod title;

pub use again::{Again, Asked, Refusal, Rerun, Scope, Why, decide};
pub use annotation::StageNote;
pub use api::{Api, Pace, Pause};
pub use dispatch::{Dispatched, Order, RunRef, dispatch};
pub use error::GithubError;
pub use follow::{Sight, follow};
pub use limit::Limit;
pub use model::{Job, Run};
pub use repository::{Remote, Repository, RepositoryError, web_host};
pub use rerun::rerun;
pub use runs::{Listed, Rates, head, jobs, list, one};
pub use state::{Conclusion, State};
pub use title::Told;
