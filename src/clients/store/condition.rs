use super::{ObjectKey, Put, Store, StoreError};

/// What a store makes of a conditional write: one that must fail where there is an object already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conditions {
    /// It keeps them.
    Kept,
    /// It writes as if there were none.
    Ignored,
    /// It does not carry out such a write.
    Unknown,
}

impl Store {
    /// What the store makes of conditional writes, found out by writing one object below `area` twice. Where it is there
    /// already one write tells; what was found out is not asked again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn conditions(&self, area: &str) -> Result<Conditions, StoreError> {
        let Some(known) = self.known_conditions() else { return Ok(Conditions::Kept) };
        if let Some(conditions) = known.get() {
            return Ok(*conditions);
        }
        let key = ObjectKey::parse(&format!("{area}/conditional-write"))?;
        let mut conditions = Conditions::Ignored;
        for _ in 0..2 {
            match self.put_new(&key, "jobnet looks whether this can be written twice".into()).await {
                Ok(Put::Created) => {}
                Ok(Put::AlreadyThere) => {
                    conditions = Conditions::Kept;
                    break;
                }
                Err(StoreError::NoConditions { .. }) => {
                    conditions = Conditions::Unknown;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(*known.get_or_init(|| conditions))
    }

    /// That a lease can be kept here.
    ///
    /// # Errors
    /// [`StoreError::ConditionsIgnored`], [`StoreError::NoConditions`] and others.
    pub(super) async fn must_keep_conditions(&self, area: &str) -> Result<(), StoreError> {
        match (self.conditions(area).await?, self.location()) {
            (Conditions::Ignored, Some(store)) => Err(StoreError::ConditionsIgnored(store.clone())),
            (Conditions::Unknown, Some(store)) => Err(StoreError::NoConditions {
                store: store.clone(),
                reason: "it refuses a write with that header".to_owned(),
            }),
            _ => Ok(()),
        }
    }
}
