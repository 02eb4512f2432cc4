use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clients::{Acquired, Claim, Holder};

use super::generations::Generations;
use super::{Store, StoreError};

/// A lease counts as expired only so long after its time, since a store tells no time and two machines never have quite the
/// same.
const SKEW: SignedDuration = SignedDuration::from_secs(5);

/// Where leases are.
const LEASES: &str = "_leases";

/// What an object says of a lease.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Term {
    holder: String,
    expires_at: Timestamp,
    released: bool,
}

impl Term {
    fn of(claim: &Claim, now: Timestamp) -> Self {
        Self { holder: claim.holder.clone(), expires_at: claim.until(now), released: false }
    }

    /// True where that holder may take the lease at that time.
    fn is_free_for(&self, holder: &str, now: Timestamp) -> bool {
        self.released || self.holder == holder || now.duration_since(self.expires_at) >= SKEW
    }

    /// True where that holder has the lease, expired or not: nobody else has worked under it since.
    fn is_of(&self, holder: &str) -> bool {
        !self.released && self.holder == holder
    }
}

impl Store {
    /// Has the lease for the asker, where it is free at the asker's time, or the asker's already.
    ///
    /// # Errors
    /// [`StoreError`]; after a temporary one the asker may have it.
    pub async fn acquire(&self, claim: &Claim, now: Timestamp) -> Result<Acquired, StoreError> {
        self.must_keep_conditions(LEASES).await?;
        let generations = self.terms(claim);
        loop {
            let newest: Option<(u64, Term)> = generations.newest().await?;
            let number = match newest {
                Some((_, term)) if !term.is_free_for(&claim.holder, now) => {
                    return Ok(Acquired::Theirs(Holder { name: term.holder, until: Some(term.expires_at) }));
                }
                Some((number, _)) => number + 1,
                None => 1,
            };
            if generations.add(number, &Term::of(claim, now)).await? {
                return Ok(Acquired::Ours);
            }
        }
    }

    /// Has the lease last its whole length from now; false where it is not the asker's any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew(&self, claim: &Claim, now: Timestamp) -> Result<bool, StoreError> {
        self.replace(claim, &Term::of(claim, now)).await
    }

    /// Frees the lease, where it is still the asker's.
    ///
    /// # Errors
    /// [`StoreError`]; then it is free when it expires.
    pub async fn release(&self, claim: &Claim, now: Timestamp) -> Result<(), StoreError> {
        self.replace(claim, &Term { released: true, ..Term::of(claim, now) }).await.map(drop)
    }

    /// Puts a term after the asker's own; false where the newest is not.
    async fn replace(&self, claim: &Claim, next: &Term) -> Result<bool, StoreError> {
        let generations = self.terms(claim);
        loop {
            let newest: Option<(u64, Term)> = generations.newest().await?;
            let Some((number, _)) = newest.filter(|(_, term)| term.is_of(&claim.holder)) else {
                return Ok(false);
            };
            if generations.add(number + 1, next).await? {
                return Ok(true);
            }
        }
    }

    fn terms(&self, claim: &Claim) -> Generations<'_> {
        Generations::below(self, claim.owner.path(LEASES))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    proptest! {
        /// Two clocks that differ by less than the margin never let two runs have a lease at once.
        #[test]
        fn a_lease_is_not_free_before_it_expires_by_any_clock_within_the_margin(
            expires in 1_000_000i64..2_000_000,
            early in 1i64..1_000_000,
            skew in -4i64..=4,
        ) {
            let term = Term { holder: "one".to_owned(), expires_at: at(expires), released: false };
            prop_assert!(!term.is_free_for("another", at(expires - early + skew)));
            prop_assert!(term.is_free_for("another", at(expires + 5)));
        }

        #[test]
        fn what_is_given_back_is_free_and_what_is_ones_own_too(expires in 0i64..2_000_000, now in 0i64..2_000_000) {
            let kept = Term { holder: "one".to_owned(), expires_at: at(expires), released: false };
            prop_assert!(kept.is_free_for("one", at(now)) && kept.is_of("one") && !kept.is_of("another"));
            let released = Term { released: true, ..kept };
            prop_assert!(released.is_free_for("another", at(now)) && !released.is_of("one"));
        }
    }
}
