//! Five HTTP APIs, a portal's and four more, over SQLite: something to try jobnet against, and to test it with.
//!
//! The portal keeps the labels of an ERP's fields and the help texts of its views, in Japanese, some of them
//! without their English. A net reads the rows which lack English, has them translated, makes documents of
//! the translations and puts those into a vector store:
//!
//! | Request                                           | What it does                                          |
//! |---------------------------------------------------|-------------------------------------------------------|
//! | `GET /portal/view_common`, `GET /portal/field`    | pages of rows: `{"items": […], "next_cursor": …}`     |
//! | `POST /extract/view_common`, `POST /extract/field`| asks for a translation of what lacks English          |
//! | `POST /translate/run`                             | translates what was asked for, and writes it back     |
//! | `POST /chroma/package`                            | makes a document of each translation                  |
//! | `POST /chroma/upsert`                             | puts the waiting documents into the vector store      |
//! | `GET /status/summary`                             | counts everything                                     |
//! | `POST /oauth/token`                               | issues an access token for client credentials         |
//!
//! Below `/rakuten` is [a shop](#the-shop). As a platform's scheduled jobs call them there are three more:
//!
//! | Below       | What it is                                                                                |
//! |-------------|-------------------------------------------------------------------------------------------|
//! | `/admin`    | a SaaS platform's admin API ([`PlatformOptions`]): its tables, organizations and quotas   |
//! | `/supabase` | Supabase's Management API ([`SupabaseOptions`]): SQL, run by SQLite or a PostgreSQL       |
//! | `/bigquery` | BigQuery's `jobs.query` and `jobs.getQueryResults` ([`BigQueryHandle`]) on those tables   |
//!
//! Every `POST` of the portal but `/oauth/token`, and of the admin API, needs an `Idempotency-Key`; its effect and
//! its answer are stored in one transaction. [`Fault`]s make any of them misbehave on demand, and
//! [`Sandbox::requests`] tells what arrived.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use jobnet_sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options { rows: 100, ..Options::default() }).await?;
//! sandbox.add_fault("503:/portal/field:2".parse()?);
//! println!("{}/portal/field", sandbox.base_url());
//! sandbox.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The shop
//!
//! Below `/rakuten` is a shop, whose API is like that of Rakuten Ichiba: rankings, items, genres and tags.
//!
//! | Request                                              | What it does                                   |
//! |------------------------------------------------------|------------------------------------------------|
//! | `GET …/ichibaranking/api/IchibaItem/Ranking/20220601`| a page of a genre's ranking; 404 past its end  |
//! | `GET …/ichibams/api/IchibaItem/Search/20260401`      | finds items by code, genre or words            |
//! | `GET …/ichibagt/api/IchibaGenre/Search/20260401`     | a genre, and those around it                   |
//! | `GET …/ichibagt/api/IchibaTag/Search/20140222`       | tags, in their groups                          |
//!
//! All need `applicationId` (a UUID) and `accessKey`. The shop is made of [`Options`] alone, and tests change it
//! through [`Sandbox::shop`]:
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use jobnet_sandbox::{Options, Sandbox, ShopLookup, StatusCode};
//!
//! let sandbox = Sandbox::start(Options::default()).await?;
//! let shop = sandbox.shop();
//! let genre = shop.genre_ids()[0];
//! let ranking = shop.ranking(genre)?;
//! shop.set_price(&ranking[0], 1_980)?;
//! shop.unrank(genre, &ranking[1])?;
//! shop.fail(ShopLookup::Item(ranking[2].clone()), StatusCode::SERVICE_UNAVAILABLE);
//! sandbox.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api_error;
mod auth;
mod bigquery;
mod command;
mod connection;
mod cursor;
mod database;
mod digest;
mod entity;
mod extract;
mod fault;
mod fault_text;
mod idempotency;
mod inject;
mod jwt;
mod lock;
mod options;
mod package;
mod pages;
mod platform;
mod portal;
mod router;
mod sandbox;
mod seed;
mod seen;
mod shop;
mod summary;
mod supabase;
mod token;
mod translate;
mod translator;
mod upsert;

pub use auth::static_jwt;
pub use axum::http::{Method, StatusCode};
pub use bigquery::{BigQueryHandle, BigQueryOptions, Refusal};
pub use fault::{Fault, FaultKind, RetryAfter, Times};
pub use fault_text::FaultTextError;
pub use options::{AuthMode, Clock, Database, Options};
pub use platform::{Installation, PlatformOptions};
pub use sandbox::{Sandbox, SandboxError};
pub use seen::SeenRequest;
pub use shop::{NotInShop, Shop, ShopLookup};
pub use supabase::SupabaseOptions;
