//! What a scope's complete answer does not hold is deleted.

use serde_json::json;

use super::{ITEM, Shelves, TABLES, collect, counts, items};
use crate::common::base::{Base, on_both};
use crate::common::misbehaving::{Server, json as answer, status};

on_both! {
    async fn a_row_that_is_gone_is_deleted_in_its_scope_alone(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        let three = json!([{"code": "a", "price": 1}, {"code": "b", "price": 2}, {"code": "c", "price": 3}]);
        shelves.put(1, three.clone());
        shelves.put(2, three);
        let server = shelves.open().await;
        let jobnet = collect(&server, &base, &format!("{{{ITEM}, replace: [genre]}}"));
        assert_eq!(counts(&jobnet.run().await)["inserted"], 6);
        shelves.put(1, json!([{"code": "c", "price": 3}, {"code": "a", "price": 9}]));
        let again = jobnet.run().await;
        let expected =
            json!({"picked": 5, "inserted": 0, "updated": 1, "unchanged": 4, "deleted": 1, "failed": 0});
        assert_eq!(counts(&again), expected);
        assert_eq!(items(&base).await, ["1|a||9", "1|c||3", "2|a||1", "2|b||2", "2|c||3"]);
        shelves.put(2, json!([]));
        assert_eq!(counts(&jobnet.run().await)["deleted"], 3);
        assert_eq!(items(&base).await, ["1|a||9", "1|c||3"]);
    }

    async fn of_an_answer_that_is_not_complete_nothing_is_deleted(base: Base) {
        base.execute(TABLES).await;
        base.execute("insert into item (genre, code) values (1, 'x'), (2, 'y')").await;
        // The second page of the first shelf fails, and an item of the second shelf is no row.
        let server = Server::start(async |arrival| match arrival.query.as_str() {
            "genre=1&page=1" => answer(r#"{"items":[{"code":"a","price":1}]}"#),
            "genre=2&page=1" => answer(r#"{"items":[{"code":"b","price":1},{"price":2}]}"#),
            "genre=2&page=2" => answer(r#"{"items":[]}"#),
            _ => status(404),
        })
        .await;
        let ended = collect(&server, &base, &format!("{{{ITEM}, replace: [genre]}}")).run().await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(counts(&ended)["deleted"], 0);
        assert_eq!(items(&base).await, ["1|a||1", "1|x||", "2|b||1", "2|y||"]);
    }
}
