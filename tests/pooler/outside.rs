//! Files outside a transaction, whose statements a pooler carries out each in a session of its own.

use super::net;
use crate::common::pgbouncer::PgBouncer;
use crate::common::postgres::Postgres;

const STAGES: &str = "stages: {work: {migrate: {dir: migrations}}}\n";
const TABLE: &str = "create table t (a int);\n";
const SETS: &str =
    "-- jobnet: no-transaction\nvacuum t;\nset lock_timeout = '7s';\ncreate index concurrently i on t (a);\n";
const OWN: &str = "-- jobnet: no-transaction\nbegin;\nset local lock_timeout = '7s';\nalter table t add b int;\ncommit;\nvacuum t;\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_a_pooler_would_hand_to_others_is_refused_before_anything_is_done() {
    for mode in ["transaction", "session"] {
        let Some(database) = Postgres::database().await else { return };
        let Some(pooler) = PgBouncer::before(&database, mode, 2, "").await else { return };
        let jobnet =
            net(pooler.url(), STAGES).file("migrations/1_t.sql", TABLE).file("migrations/2_sets.sql", SETS);
        let ended = jobnet.run().await;
        let indexes = database.number("select count(*) from pg_indexes where tablename = 't'").await;
        if mode == "session" {
            assert_eq!((ended.code, indexes), (Some(0), 1), "{}", ended.stdout);
            continue;
        }
        assert_eq!((ended.code, indexes), (Some(1), 0), "{}", ended.stdout);
        insta::assert_snapshot!(ended.summary("work")["errors"][0]["message"].as_str().unwrap(), @"migrations/2_sets.sql: line 3: a pooler carries out every statement in a session of its own, where this would have no effect, or one on others: connect past it for this");
        // What a file sets for a transaction of its own is nobody else's.
        let ended = jobnet.file("migrations/2_sets.sql", OWN).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    }
}
