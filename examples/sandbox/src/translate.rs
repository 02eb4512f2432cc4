//! Translates what was asked for, and writes the English back.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::api_error::ApiError;
use crate::command::Command;
use crate::entity::{Entities, Entity};
use crate::translator;

/// Body of `POST /translate/run`.
#[derive(Debug, Deserialize)]
pub(crate) struct Translate {
    limit: NonZeroU32,
    entities: Entities,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct Counts {
    picked: u32,
    translated: u32,
    failed: u32,
}

type Texts = BTreeMap<String, String>;

impl Command for Translate {
    type Answer = Counts;

    async fn run(self, database: &mut SqliteConnection, _now: Timestamp) -> Result<Counts, ApiError> {
        let rows: Vec<(i64, String, String, String)> = sqlx::query_as(
            "SELECT id, entity, natural_key, source FROM translate
             WHERE status = 'pending' AND entity IN (SELECT value FROM json_each(?))
             ORDER BY requested_ms, id LIMIT ?",
        )
        .bind(self.entities.to_json()?)
        .bind(self.limit.get())
        .fetch_all(&mut *database)
        .await?;
        let mut answer = Counts::default();
        for (id, entity, key, source) in rows {
            answer.picked += 1;
            let source: Texts = serde_json::from_str(&source)?;
            let english: Option<Texts> = source
                .into_iter()
                .map(|(name, japanese)| Some((name, translator::translate(&japanese)?)))
                .collect();
            let status = if let Some(english) = &english {
                write_back(database, &entity, &key, english).await?;
                answer.translated += 1;
                "translated"
            } else {
                answer.failed += 1;
                "failed"
            };
            sqlx::query("UPDATE translate SET status = ?, translation = ? WHERE id = ?")
                .bind(status)
                .bind(english.map(|texts| serde_json::to_string(&texts)).transpose()?)
                .bind(id)
                .execute(&mut *database)
                .await?;
        }
        Ok(answer)
    }
}

async fn write_back(
    database: &mut SqliteConnection,
    entity: &str,
    key: &str,
    english: &Texts,
) -> Result<(), ApiError> {
    let query = if entity == Entity::Field.as_str() {
        sqlx::query("UPDATE field SET label_en = ? WHERE natural_key = ?").bind(english.get("label"))
    } else {
        sqlx::query(
            "UPDATE view_common SET help_en = coalesce(?, help_en), purpose_en = coalesce(?, purpose_en)
             WHERE action_xmlid = ?",
        )
        .bind(english.get("help"))
        .bind(english.get("ai_purpose"))
    };
    query.bind(key).execute(database).await?;
    Ok(())
}
