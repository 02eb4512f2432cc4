//! Puts the waiting documents into the vector store.

use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::api_error::ApiError;
use crate::command::Command;
use crate::digest::sha256;

/// What the stand-in for an embedding model takes at most.
const MAX_CONTENT_CHARS: usize = 8192;

/// Body of `POST /chroma/upsert`.
#[derive(Debug, Deserialize)]
pub(crate) struct Upsert {
    limit: NonZeroU32,
    /// Whether the documents are only counted, as skipped.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct Counts {
    processed: u32,
    upserted: u32,
    skipped: u32,
    /// Documents of over 8192 characters.
    failed: u32,
}

impl Command for Upsert {
    type Answer = Counts;

    async fn run(self, database: &mut SqliteConnection, _now: Timestamp) -> Result<Counts, ApiError> {
        let documents: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT id, doc_id, content FROM document WHERE status = 'queued' ORDER BY id LIMIT ?",
        )
        .bind(self.limit.get())
        .fetch_all(&mut *database)
        .await?;
        let mut answer = Counts::default();
        for (id, doc_id, content) in documents {
            answer.processed += 1;
            if self.dry_run {
                answer.skipped += 1;
                continue;
            }
            let status = if content.chars().count() > MAX_CONTENT_CHARS {
                answer.failed += 1;
                "failed"
            } else {
                store(database, &doc_id, &content).await?;
                answer.upserted += 1;
                "upserted"
            };
            sqlx::query("UPDATE document SET status = ? WHERE id = ?")
                .bind(status)
                .bind(id)
                .execute(&mut *database)
                .await?;
        }
        Ok(answer)
    }
}

async fn store(database: &mut SqliteConnection, doc_id: &str, content: &str) -> Result<(), ApiError> {
    sqlx::query(
        "INSERT INTO vector (doc_id, content, embedding) VALUES (?, ?, ?)
         ON CONFLICT (doc_id) DO UPDATE SET content = excluded.content, embedding = excluded.embedding",
    )
    .bind(doc_id)
    .bind(content)
    .bind(serde_json::to_string(&embedding(content))?)
    .execute(database)
    .await?;
    Ok(())
}

/// Eight numbers from -1 to 1, the same for the same content.
fn embedding(content: &str) -> [f32; 8] {
    let digest = sha256(&[content.as_bytes()]);
    std::array::from_fn(|at| f32::from(digest[at]) / 127.5 - 1.0)
}
