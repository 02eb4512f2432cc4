use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use indexmap::IndexMap;

use crate::diag::Span;
use crate::expr::{Filter, Late, Percent, Template};
use crate::policy::MissingCounts;

use super::api::Api;
use super::declared::Declared;
use super::exec::Exec;
use super::keep::Keep;
use super::outside::{Database, Store};
use super::paging::Paging;
use super::rows::Rows;
use super::save::Saves;
use super::schedule::Timing;
use super::secret_names::SecretNames;
use super::sql::{Migrate, Sql};
use super::state::{Lease, Notify};
use super::targets::Targets;
use super::uses::Uses;
use super::when::When;

/// One plan an environment, in the order of the spec.
#[derive(Debug, Clone)]
pub struct Plans {
    /// The net's name.
    pub net: String,
    /// What it is for.
    pub description: Option<String>,
    /// The plans, by environment.
    pub environments: IndexMap<String, Plan>,
    /// The engines that they run on.
    pub targets: Targets,
}

/// What one environment runs.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The net's name.
    pub net: String,
    /// The environment's name.
    pub env: String,
    /// Where the spec names it.
    pub place: Option<Span>,
    /// The zone of the schedules, by its IANA name.
    pub timezone: String,
    /// The stages, each after those that it needs, otherwise in the order of the spec.
    pub stages: Vec<Stage>,
    /// Where each stands among them, by its name.
    pub(super) places: HashMap<String, usize>,
    /// The variables and secrets that exist.
    pub declared: Declared,
    /// The APIs, by name.
    pub apis: IndexMap<String, Api>,
    /// The databases, by name.
    pub databases: IndexMap<String, Database>,
    /// The stores, by name.
    pub stores: IndexMap<String, Store>,
    /// Who is told how stages ended.
    pub notify: Vec<Notify>,
    /// Selections of stages, by name.
    pub groups: IndexMap<String, Vec<String>>,
    /// The values of variables by which a run knows that this environment is meant.
    pub when: When,
    /// True where a run asks before anything is done.
    pub confirm: bool,
    /// What secrets are called where this environment runs.
    pub secret_names: SecretNames,
}

impl Plan {
    /// The stage of that name.
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.places.get(name).and_then(|place| self.stages.get(*place))
    }

    /// True where an API that the stage talks to has a rate.
    pub fn is_rated(&self, stage: &Stage) -> bool {
        let apis = stage.uses.apis.iter().filter_map(|name| self.apis.get(name));
        apis.into_iter().any(|api| api.rate.is_some())
    }
}

/// A stage with all that is decided about it.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Where the spec names it.
    pub place: Span,
    /// What it is for.
    pub description: Option<String>,
    /// The stages that it directly needs.
    pub needs: Vec<String>,
    /// The stages whose rows it reads by their run, where the spec says so.
    pub continues: Option<Vec<String>>,
    /// When it starts and how long it may take.
    pub timing: Timing,
    /// The share of failed items above which it fails; none at all by default.
    pub fail_above: Option<Late<Percent>>,
    /// What lets one run of it at a time work.
    pub lease: Option<Lease>,
    /// Among how many stages, itself included, that may work at once on machines of their own the rates of its APIs are
    /// divided; one where it shares none.
    pub rate_share: NonZeroU32,
    /// What it does.
    pub work: Work,
    /// The variables and secrets that it is given.
    pub uses: Uses,
}

/// What a stage does.
#[derive(Debug, Clone)]
pub enum Work {
    /// Requests, one after the other.
    Call(Vec<Request>),
    /// Pages of items, a choice among them, and where the chosen go.
    Flow(Box<Flow>),
    /// Statements for a database.
    Sql(Sql),
    /// Ordered SQL files, each applied once.
    Migrate(Migrate),
    /// A command.
    Exec(Box<Exec>),
}

/// An HTTP method (<https://www.rfc-editor.org/rfc/rfc9110#section-9>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Asks for work to be done: twice is two times, unless a key says otherwise.
    Post,
    /// Puts a state: twice is the same as once.
    Put,
    /// Changes a state: twice may be two times.
    Patch,
    /// Removes: twice is the same as once.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// True for a method whose requests carry an idempotency key.
    pub fn takes_key(self) -> bool {
        matches!(self, Self::Post | Self::Put)
    }
}

/// A request, and what to make of its answer.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which API it goes to.
    pub api: String,
    /// The method.
    pub method: Method,
    /// The path below the API's base.
    pub path: Template,
    /// Query values by name.
    pub query: Vec<(String, Template)>,
    /// What builds the body; without it there is none.
    pub body: Option<Filter>,
    /// What to count in the response, by the name of the count.
    pub counts: Vec<(String, Filter)>,
    /// What happens where the counts are not in the responses.
    pub missing_counts: MissingCounts,
    /// What finds error texts in the answer.
    pub errors: Option<Filter>,
    /// The name by which later requests know the answer.
    pub answer: Option<String>,
    /// The wait for the answer, where it is not the API's.
    pub read_timeout: Option<Late<Duration>>,
}

/// Pages of items, a choice among them, and where the chosen go.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The rows for each of which the items are read; without them they are read once.
    pub for_each: Option<Rows>,
    /// Where the items come from.
    pub from: Pages,
    /// Which items are chosen; all where absent.
    pub select: Option<Filter>,
    /// Where they go.
    pub to: To,
}

/// Pages of items.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The request of the first page.
    pub request: Request,
    /// The items of a page.
    pub items: Filter,
    /// The way to the next page; without it there is one.
    pub next: Option<Paging>,
    /// Where every page is kept as it came.
    pub keep: Option<Keep>,
}

/// Where the chosen items of a flow go.
#[derive(Debug, Clone)]
pub enum To {
    /// Requests that carry them on.
    Send(Box<Send>),
    /// Tables.
    Save(Saves),
}

/// Requests that carry chosen items.
#[derive(Debug, Clone)]
pub struct Send {
    /// The request.
    pub request: Request,
    /// How many items one carries.
    pub size: Size,
    /// How many are under way at once.
    pub concurrency: Late<NonZeroU32>,
}

/// How items share requests.
#[derive(Debug, Clone)]
pub enum Size {
    /// One request an item.
    Each,
    /// Up to so many a request.
    Batch {
        /// How many.
        most: Late<NonZeroU32>,
        /// Only items with an equal value here share one.
        group_by: Option<Box<Filter>>,
    },
}
