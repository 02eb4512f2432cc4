use std::collections::VecDeque;

/// The last bytes of a stream. Earlier ones are forgotten.
#[derive(Debug, Default)]
pub struct Tail {
    bytes: VecDeque<u8>,
    room: usize,
    is_cut: bool,
}

impl Tail {
    /// Room for so many bytes.
    pub fn of(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    /// Adds what the stream goes on with.
    pub fn push(&mut self, bytes: &[u8]) {
        let kept = &bytes[bytes.len().saturating_sub(self.room)..];
        let excess = (self.bytes.len() + kept.len()).saturating_sub(self.room);
        self.is_cut |= excess > 0 || kept.len() < bytes.len();
        self.bytes.drain(..excess);
        self.bytes.extend(kept);
    }

    /// True where the stream had more than there is room for.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The last bytes as text, invalid UTF-8 shown as U+FFFD.
    pub fn text(self) -> String {
        String::from_utf8_lossy(&Vec::from(self.bytes)).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_stay_however_they_arrive() {
        for chunk in 1..12 {
            let mut tail = Tail::of(4);
            b"abcdefghij".chunks(chunk).for_each(|bytes| tail.push(bytes));
            assert!(tail.is_cut());
            assert_eq!(tail.text(), "ghij");
        }
        let mut whole = Tail::of(4);
        whole.push(b"abcd");
        assert!(!whole.is_cut());
    }
}
