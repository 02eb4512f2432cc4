use bytes::Bytes;

use crate::expr::{Bindings, Filter, Value, parse_json};

/// Pages that differ by no more bytes than this may be the same items in another wrapping: a number of the page, a time.
const WRAPPING: usize = 256;

/// Knows a page that brings the items of the page before once more.
#[derive(Debug, Default)]
pub(super) struct Before(Option<Seen>);

#[derive(Debug)]
struct Seen {
    body: Bytes,
    items: usize,
    first: Value,
}

impl Before {
    /// True where the page before had the same items, and some. Either way this one is the page before from now on.
    ///
    /// `items` are those of the body, perhaps without the keys that nobody looks at.
    pub(super) fn is_same(
        &mut self,
        body: &Bytes,
        items: &[Value],
        filter: &Filter,
        bindings: &Bindings,
    ) -> bool {
        let Some(first) = items.first() else {
            self.0 = None;
            return false;
        };
        let seen = Seen { body: body.clone(), items: items.len(), first: first.clone() };
        let Some(before) = self.0.replace(seen) else { return false };
        if before.items != items.len() || before.first != *first {
            return false;
        }
        before.body == *body
            || before.body.len().abs_diff(body.len()) <= WRAPPING
                && whole(&before.body, filter, bindings) == whole(body, filter, bindings)
    }
}

/// All that the items are: what was read may be a part of them.
fn whole(body: &[u8], filter: &Filter, bindings: &Bindings) -> Option<Vec<Value>> {
    let body = parse_json(body, None).ok()?;
    filter.outputs(body, bindings).collect::<Result<_, _>>().ok()
}
