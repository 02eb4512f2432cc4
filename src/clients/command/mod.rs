//! Somebody's own program: started in a process group of its own, told to end with all that it started, read line by
//! line, and given a file for its counters.

mod counters_file;
mod family;
mod lines;
mod process;
mod process_table;
mod tail;

pub use counters_file::{CountersFile, CountersFileError};
pub use family::Remnant;
pub use lines::Lines;
pub use process::{Ended, Ending, Process, Program, StartError};
pub use tail::Tail;
