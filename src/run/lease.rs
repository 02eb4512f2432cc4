use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use crate::clients::{Acquired, Claim, Holder};
use crate::plan::{Lease, Overlap};

use super::again::Attempts;
use super::bind::Connections;
use super::binder::{BindError, Binder};
use super::context::StageRun;
use super::event::{Event, Waiting};
use super::exchange::Failure;
use super::memory::BoundMemory;

/// A lease cannot be kept that lasts less: its renewals would take longer than it does.
const SHORTEST: Duration = Duration::from_secs(1);

/// A run that waits asks so often whether the lease is free.
const LOOK: Duration = Duration::from_secs(1);

/// Giving a lease back may take this long; after that it is left to expire.
const RELEASE: Duration = Duration::from_secs(5);

/// What lets one run of a stage at a time work, with all its values.
#[derive(Clone)]
pub(super) struct BoundLease {
    memory: BoundMemory,
    ttl: Duration,
}

/// Why a stage's work did not begin.
enum NotEntered {
    /// Another run works, and this one does not wait for it.
    Elsewhere(String),
    /// The lease cannot be had.
    Failed(Failure),
}

impl From<Failure> for NotEntered {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl BoundLease {
    pub(super) fn bind(
        lease: &Lease,
        connections: &Connections,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let place = format!("{}.lease", binder.place);
        let Connections { databases, stores, .. } = connections;
        let memory = BoundMemory::bind(&lease.memory, databases, stores, &place)?;
        let ttl = binder.late("lease.ttl", &lease.ttl)?.unwrap_or(Lease::DEFAULT_TTL);
        if ttl < SHORTEST {
            return Err(BindError::Ttl { place: format!("{place}.ttl"), ttl, shortest: SHORTEST });
        }
        Ok(Self { memory, ttl })
    }

    /// Does the work of a stage while its lease is held; what goes wrong is counted.
    ///
    /// # Errors
    /// Who has the lease, where another run works and this one is not to wait: nothing was done then.
    pub(super) async fn during(self, run: &StageRun, work: impl Future<Output = ()>) -> Result<(), String> {
        let claim = self.claim(run);
        let entered = tokio::select! {
            entered = timeout_at(run.deadline, self.enter(run, &claim)) => entered,
            // It may have been had a moment ago.
            () = run.stop.asked() => {
                self.release(run, &claim).await;
                return Ok(());
            }
        };
        match entered {
            Ok(Ok(expires)) => {
                tokio::select! {
                    () = work => {}
                    loss = self.keep(run, &claim, expires) => {
                        run.with_tally(|tally| tally.break_off(true, &loss));
                        return Ok(());
                    }
                }
            }
            Ok(Err(NotEntered::Elsewhere(reason))) => return Err(reason),
            Ok(Err(NotEntered::Failed(failure))) => {
                failure.break_off(run);
            }
            Err(_) => run.with_tally(|tally| tally.break_off(true, &run.out_of_time())),
        }
        self.release(run, &claim).await;
        Ok(())
    }

    fn claim(&self, run: &StageRun) -> Claim {
        let identity = run.identity();
        Claim {
            owner: identity.owner(&run.stage.name),
            // The first half is for people; the second no other run has.
            holder: format!("{}/{}", identity.run_id, run.request_id),
            ttl: self.ttl,
        }
    }

    /// Asks for the lease until it is had, and says when it expires.
    async fn enter(&self, run: &StageRun, claim: &Claim) -> Result<Instant, NotEntered> {
        let timing = &run.stage.timing;
        let patience = timing.start_within.unwrap_or(timing.timeout);
        let latest = (Instant::now() + patience).min(run.deadline);
        let mut attempts = Attempts::at("the lease", run);
        let mut waits_for = None;
        loop {
            let asked = Instant::now();
            match self.memory.acquire(claim, (run.clock)()).await {
                Err(error) => attempts.again(error).await?,
                // Counted from before the question, so that nobody else counts from earlier.
                Ok(Acquired::Ours) => return Ok(asked + self.ttl),
                Ok(Acquired::Theirs(holder)) if timing.overlap != Overlap::Queue => {
                    return Err(NotEntered::Elsewhere(held_by(&holder)));
                }
                Ok(Acquired::Theirs(holder)) if asked >= latest => {
                    let message = format!("{}; it was not free within {patience:?}", held_by(&holder));
                    return Err(Failure { message, temporary: true }.into());
                }
                Ok(Acquired::Theirs(holder)) => {
                    if waits_for.as_ref() != Some(&holder.name) {
                        let (stage, reason) = (run.stage.name.clone(), held_by(&holder));
                        run.tell(Event::Waiting(Waiting { stage, reason, wait: latest - asked }));
                        waits_for = Some(holder.name);
                    }
                    attempts = Attempts::at("the lease", run);
                    sleep_until((asked + LOOK).min(latest)).await;
                }
            }
        }
    }

    /// Renews the lease until that is no more possible, and says why.
    async fn keep(&self, run: &StageRun, claim: &Claim, mut expires: Instant) -> String {
        let mut renewal = expires - self.ttl + self.ttl / 3;
        let mut trouble = None;
        loop {
            sleep_until(renewal.min(expires)).await;
            let asked = Instant::now();
            match timeout_at(expires, self.memory.renew(claim, (run.clock)())).await {
                Ok(Ok(true)) => {
                    expires = asked + self.ttl;
                    renewal = asked + self.ttl / 3;
                }
                Ok(Ok(false)) => return "the lease was lost: another run may work by now".to_owned(),
                Ok(Err(error)) => {
                    trouble = Some(error.to_string());
                    renewal = asked + self.ttl / 12;
                }
                Err(_) => {
                    let why = trouble.map(|error| format!(": {error}")).unwrap_or_default();
                    return format!("the lease expired before it could be renewed{why}");
                }
            }
        }
    }

    /// Lets the next run have the lease at once, where it is still this one's.
    async fn release(&self, run: &StageRun, claim: &Claim) {
        let released = timeout(RELEASE, self.memory.release(claim, (run.clock)())).await;
        let why = match released {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {RELEASE:?}"),
        };
        let message = format!("the lease is not given back, and free after {:?}: {why}", self.ttl);
        run.tell(Event::Warning { stage: run.stage.name.clone(), message });
    }
}

fn held_by(holder: &Holder) -> String {
    let until = holder.until.map(|until| format!(" until {until:.0}")).unwrap_or_default();
    format!("run {} has the lease{until}", holder.name)
}
