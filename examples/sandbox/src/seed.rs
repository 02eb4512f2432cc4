//! What an empty database is given.

use sqlx::{AssertSqlSafe, SqlitePool};

use crate::database::WRITE;
use crate::options::Options;
use crate::sandbox::SandboxError;

/// The sample data of the example.
const START: &str = include_str!("../../portal-pipeline/sample.sql");

// Of rows 1 to ?1, ?2 lack English: those at which i * ?2 / ?1, in whole numbers, goes up.
const MORE_FIELDS: &str = "
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
INSERT INTO field (model, model_label, field_name, ttype, label_ja, label_en, help)
SELECT
    printf('x.model.%04d', (i - 1) * ?3 / ?1 + 1),
    printf('追加モデル%04d', (i - 1) * ?3 / ?1 + 1),
    printf('x_field_%06d', i),
    'char',
    printf('項目%06d', i),
    iif(i * ?2 / ?1 > (i - 1) * ?2 / ?1, NULL, printf('Field %06d', i)),
    printf('項目%06dの説明', i)
FROM n";

const MORE_VIEWS: &str = "
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1),
row_of (i, model, lacks) AS (
    SELECT i, printf('x.model.%04d', (i - 1) * ?3 / ?1 + 1), i * ?2 / ?1 > (i - 1) * ?2 / ?1 FROM n)
INSERT INTO view_common (action_xmlid, model, help_ja, help_en, purpose_ja, purpose_en)
SELECT
    printf('x_sandbox.action_%06d', i),
    model,
    printf('画面%06dの説明', i),
    iif(lacks, NULL, printf('About screen %06d', i)),
    printf('画面%06dの目的', i),
    iif(lacks, NULL, printf('The purpose of screen %06d', i))
FROM row_of";

/// Gives an empty database its data, and `options.rows` more fields and views.
pub(crate) async fn seed(pool: &SqlitePool, options: &Options) -> Result<(), SandboxError> {
    let lacking = lacking(options)?;
    let models = options.models.unwrap_or(1 + options.rows / 400).max(1);
    let mut transaction = pool.begin_with(WRITE).await?;
    let seeded: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM field) OR EXISTS (SELECT 1 FROM view_common)")
            .fetch_one(&mut *transaction)
            .await?;
    if seeded {
        return if options.data.is_some() { Err(SandboxError::NotEmpty) } else { Ok(()) };
    }
    let data = options.data.clone().unwrap_or_else(|| START.to_owned());
    sqlx::raw_sql(AssertSqlSafe(data)).execute(&mut *transaction).await?;
    if options.rows > 0 {
        for more in [MORE_FIELDS, MORE_VIEWS] {
            sqlx::query(more)
                .bind(options.rows)
                .bind(lacking)
                .bind(models)
                .execute(&mut *transaction)
                .await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "a share of an u32 is within an i64")]
fn lacking(options: &Options) -> Result<i64, SandboxError> {
    if !(0.0..=1.0).contains(&options.candidates) {
        return Err(SandboxError::Candidates(options.candidates));
    }
    Ok((f64::from(options.rows) * options.candidates).round() as i64)
}
