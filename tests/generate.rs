//! `jobnet generate`: what it writes, what it leaves alone, and what it reports.

mod drift;
