//! Asks for a translation of what lacks English.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::api_error::ApiError;
use crate::command::Command;
use crate::digest::sha256_text;
use crate::entity::Entity;

/// How rows that were asked for before are treated; there is one way.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// A row is asked for again if its source text is another one.
    UpsertIfChanged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Target {
    AiPurpose,
    Help,
}

/// Body of `POST /extract/view_common`.
#[derive(Debug, Deserialize)]
pub(crate) struct ExtractViews {
    action_xmlids: Vec<String>,
    targets: Vec<Target>,
    mode: Mode,
}

/// Body of `POST /extract/field`.
#[derive(Debug, Deserialize)]
pub(crate) struct ExtractFields {
    model: String,
    fields: Vec<String>,
    mode: Mode,
}

/// What became of the items; the counts add up to the items asked for.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Counts {
    inserted: u32,
    updated: u32,
    unchanged: u32,
    skipped_no_ja: u32,
    skipped_has_en: u32,
    skipped_not_found: u32,
}

/// A text in both languages, either of which may be missing.
struct Text {
    name: &'static str,
    ja: Option<String>,
    en: Option<String>,
}

impl Text {
    fn new(name: &'static str, ja: Option<String>, en: Option<String>) -> Self {
        Self { name, ja, en }
    }
}

/// The help and the purpose of a view, each in Japanese and in English.
type ViewTexts = (Option<String>, Option<String>, Option<String>, Option<String>);

impl ExtractViews {
    fn targeted(&self, (help_ja, help_en, purpose_ja, purpose_en): ViewTexts) -> Vec<Text> {
        let help = (Target::Help, Text::new("help", help_ja, help_en));
        let purpose = (Target::AiPurpose, Text::new("ai_purpose", purpose_ja, purpose_en));
        let texts = [help, purpose].into_iter();
        texts.filter(|(target, _)| self.targets.contains(target)).map(|(_, text)| text).collect()
    }
}

impl Command for ExtractViews {
    type Answer = Counts;

    async fn run(self, database: &mut SqliteConnection, now: Timestamp) -> Result<Counts, ApiError> {
        if self.targets.is_empty() {
            return Err(ApiError::Invalid("targets must name ai_purpose, help or both".to_owned()));
        }
        let mut counts = Counts::default();
        for key in &self.action_xmlids {
            let row: Option<ViewTexts> = sqlx::query_as(
                "SELECT help_ja, help_en, purpose_ja, purpose_en FROM view_common WHERE action_xmlid = ?",
            )
            .bind(key)
            .fetch_optional(&mut *database)
            .await?;
            let texts = row.map(|texts| self.targeted(texts));
            counts.add(database, Entity::ViewCommon, key, texts, self.mode, now).await?;
        }
        Ok(counts)
    }
}

impl Command for ExtractFields {
    type Answer = Counts;

    async fn run(self, database: &mut SqliteConnection, now: Timestamp) -> Result<Counts, ApiError> {
        let mut counts = Counts::default();
        for field in &self.fields {
            let key = format!("{}.{field}", self.model);
            let row: Option<(Option<String>, Option<String>)> =
                sqlx::query_as("SELECT label_ja, label_en FROM field WHERE model = ? AND natural_key = ?")
                    .bind(&self.model)
                    .bind(&key)
                    .fetch_optional(&mut *database)
                    .await?;
            let texts = row.map(|(ja, en)| vec![Text::new("label", ja, en)]);
            counts.add(database, Entity::Field, &key, texts, self.mode, now).await?;
        }
        Ok(counts)
    }
}

impl Counts {
    async fn add(
        &mut self,
        database: &mut SqliteConnection,
        entity: Entity,
        key: &str,
        texts: Option<Vec<Text>>,
        Mode::UpsertIfChanged: Mode,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let count = match texts.map(sources) {
            None => &mut self.skipped_not_found,
            Some(Err(NoSource::NoJapanese)) => &mut self.skipped_no_ja,
            Some(Err(NoSource::HasEnglish)) => &mut self.skipped_has_en,
            Some(Ok(sources)) => match upsert(database, entity, key, &sources, now).await? {
                Upserted::Inserted => &mut self.inserted,
                Upserted::Updated => &mut self.updated,
                Upserted::Unchanged => &mut self.unchanged,
            },
        };
        *count += 1;
        Ok(())
    }
}

enum NoSource {
    NoJapanese,
    HasEnglish,
}

/// The Japanese texts which lack English, by name.
fn sources(texts: Vec<Text>) -> Result<BTreeMap<&'static str, String>, NoSource> {
    let is_present = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    let (with_ja, _): (Vec<_>, Vec<_>) = texts.into_iter().partition(|text| is_present(&text.ja));
    if with_ja.is_empty() {
        return Err(NoSource::NoJapanese);
    }
    let without_en = with_ja.into_iter().filter(|text| !is_present(&text.en));
    let sources: BTreeMap<_, _> = without_en.filter_map(|text| Some((text.name, text.ja?))).collect();
    if sources.is_empty() { Err(NoSource::HasEnglish) } else { Ok(sources) }
}

enum Upserted {
    Inserted,
    Updated,
    Unchanged,
}

async fn upsert(
    database: &mut SqliteConnection,
    entity: Entity,
    key: &str,
    sources: &BTreeMap<&'static str, String>,
    now: Timestamp,
) -> Result<Upserted, ApiError> {
    let source = serde_json::to_string(sources)?;
    let hash = sha256_text(&[source.as_bytes()]);
    let known: Option<String> =
        sqlx::query_scalar("SELECT source_hash FROM translate WHERE entity = ? AND natural_key = ?")
            .bind(entity.as_str())
            .bind(key)
            .fetch_optional(&mut *database)
            .await?;
    if known.as_ref() == Some(&hash) {
        return Ok(Upserted::Unchanged);
    }
    sqlx::query(
        "INSERT INTO translate (entity, natural_key, source, source_hash, requested_ms) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (entity, natural_key) DO UPDATE SET
             source = excluded.source, source_hash = excluded.source_hash, translation = NULL,
             status = 'pending', requested_ms = excluded.requested_ms, package_round = 0",
    )
    .bind(entity.as_str())
    .bind(key)
    .bind(source)
    .bind(hash)
    .bind(now.as_millisecond())
    .execute(database)
    .await?;
    Ok(if known.is_some() { Upserted::Updated } else { Upserted::Inserted })
}
