//! `jobnet generate`: what it writes, what it leaves alone, and what it reports.

mod checking;
mod drift;
mod random;
mod repository;
mod schedules;
mod shares;
mod writing;
