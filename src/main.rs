//! The `jobnet` binary: hands the arguments to the library and ends with the exit code that it gives.

use std::process::ExitCode;

/// Pages become many small values that are soon dropped, on several threads; static binaries would do that with musl's
/// allocator, which has one lock.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(jobnet::cli::main(std::env::args_os()))
}
