//! Somebody's own program: started in a process group of its own, told to end, read line by line, and given a file for
//! its counters.

mod counters_file;
mod group;
mod lines;
mod process;

pub use counters_file::{CountersFile, CountersFileError};
pub use lines::Lines;
pub use process::{Ended, Ending, Process, Program, StartError};
