//! Environments over the file, and the order in which a variable is given its value.

mod faults;
mod merge;
mod precedence;
mod secrets;
