//! The integration tests: one binary, each module an area, each test an example of what users rely on.

mod architecture;
mod common;
