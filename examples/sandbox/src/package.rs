//! Makes a document of each translation.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::api_error::ApiError;
use crate::command::Command;
use crate::digest::sha256_text;
use crate::entity::Entities;

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Lang {
    Ja,
    En,
}

impl Lang {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

/// Body of `POST /chroma/package`.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    entities: Entities,
    lang: Lang,
    limit: NonZeroU32,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct Counts {
    queued: u32,
    skipped_no_change: u32,
    /// Translations whose field or view is gone.
    failed: u32,
}

// Whatever waited longest comes first, so that a limit keeps nothing from its turn.
const NEXT: &str = "
    SELECT id, natural_key, iif(?2 = 'en', translation, source), CASE entity
        WHEN 'field' THEN (SELECT model FROM field WHERE field.natural_key = translate.natural_key)
        ELSE (SELECT model FROM view_common WHERE action_xmlid = translate.natural_key)
    END
    FROM translate
    WHERE status = 'translated' AND entity IN (SELECT value FROM json_each(?1))
    ORDER BY package_round, id LIMIT ?3";

impl Command for Package {
    type Answer = Counts;

    async fn run(self, database: &mut SqliteConnection, _now: Timestamp) -> Result<Counts, ApiError> {
        let round: i64 = sqlx::query_scalar(
            "SELECT coalesce(max(package_round), 0) + 1 FROM translate WHERE status = 'translated'",
        )
        .fetch_one(&mut *database)
        .await?;
        let rows: Vec<(i64, String, String, Option<String>)> = sqlx::query_as(NEXT)
            .bind(self.entities.to_json()?)
            .bind(self.lang.as_str())
            .bind(self.limit.get())
            .fetch_all(&mut *database)
            .await?;
        let mut answer = Counts::default();
        for (id, key, texts, model) in rows {
            sqlx::query("UPDATE translate SET package_round = ? WHERE id = ?")
                .bind(round)
                .bind(id)
                .execute(&mut *database)
                .await?;
            let Some(model) = model else {
                answer.failed += 1;
                continue;
            };
            let doc_id = format!("{key}::{}", self.lang.as_str());
            if queue(database, &doc_id, &content(&model, &texts)?).await? {
                answer.queued += 1;
            } else {
                answer.skipped_no_change += 1;
            }
        }
        Ok(answer)
    }
}

fn content(model: &str, texts: &str) -> Result<String, ApiError> {
    let texts: BTreeMap<String, String> = serde_json::from_str(texts)?;
    let lines = texts.into_iter().map(|(name, text)| format!("\n{name}: {text}"));
    Ok(format!("model: {model}{}", lines.collect::<String>()))
}

/// Queues the document unless it was packaged with the same content before; whether it did.
async fn queue(database: &mut SqliteConnection, doc_id: &str, content: &str) -> Result<bool, ApiError> {
    let done = sqlx::query(
        "INSERT INTO document (doc_id, content, content_hash) VALUES (?, ?, ?)
         ON CONFLICT (doc_id) DO UPDATE SET
             content = excluded.content, content_hash = excluded.content_hash, status = 'queued'
         WHERE content_hash <> excluded.content_hash",
    )
    .bind(doc_id)
    .bind(content)
    .bind(sha256_text(&[content.as_bytes()]))
    .execute(database)
    .await?;
    Ok(done.rows_affected() > 0)
}
