//! `jobnet dispatch`, `watch`, `rerun` and `runs` against a stand-in of GitHub's API.

mod description;
mod dispatch;
mod documentation;
mod faults;
mod limits;
mod origin;
mod rerun;
mod runs;
mod step;
mod unnamed;
mod watch;
