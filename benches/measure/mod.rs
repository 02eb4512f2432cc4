//! What the benches measure of a process, and how they sum it up.

use std::process::Child;
use std::time::{Duration, Instant};

/// What a process took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// From its start to its end.
    pub(crate) time: Duration,
    /// Its peak memory in kilobytes, as the kernel keeps it.
    pub(crate) peak: u64,
}

/// Waits for a process, and watches it meanwhile.
pub(crate) fn measured(mut child: Child) -> Measured {
    let began = Instant::now();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
            peak = peak.max(kilobytes.unwrap_or(0));
        }
        if let Some(ended) = child.try_wait().expect("a child") {
            assert!(ended.success(), "a measured process failed");
            return Measured { time: began.elapsed(), peak };
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The time in the middle.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Kilobytes as mebibytes.
pub(crate) fn mib(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}
