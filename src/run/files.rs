use std::io::{self, BufRead};
use std::sync::Arc;

/// Opens a file by the name that a spec gives it. Whoever starts a run says what that means: the engine opens none.
pub type OpenFile = Arc<dyn Fn(&str) -> io::Result<Box<dyn BufRead + Send>> + Send + Sync>;
