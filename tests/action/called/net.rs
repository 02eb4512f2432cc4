//! A net whose generated workflow calls ours.

use crate::common::misbehaving::{self, Server};
use crate::github_target::Rendering;

use super::called;

fn spec(base_url: &str) -> String {
    format!(
        "jobnet: v1\nname: orders\nsecrets: [TOKEN]\n\
         apis: {{shop: {{base_url: '{base_url}', auth: {{bearer: '${{TOKEN}}'}}}}}}\n\
         stages:\n  load: {{call: {{get: /load}}}}\n  tell: {{needs: [load], call: {{get: /tell}}}}\n\
         environments: {{dev: {{secret_suffix: _DEV}}, prod: {{}}}}\n\
         targets: {{github: {{out: .github/workflows/caller.yml, environments: [dev, prod], \
         reusable_workflow: true}}}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_stage_is_called_in_its_turn_with_the_secrets_of_its_environment() {
    let server = Server::start(|_| async { misbehaving::json("{}") }).await;
    let spec = spec(&server.base_url());
    let workflow = Rendering::of(&spec).workflow();
    let Some(called) = called("jobnet-stage.yml", &workflow, &[("jobnet.yaml", &spec)]).await else { return };
    let called = called.with(|act| {
        let act = act.secret("TOKEN_DEV", "t0ken-of-dev").secret("TOKEN", "t0ken-of-prod");
        act.input("env", "dev").input("stages", "all")
    });
    let ran = called.run().await;
    assert_eq!(ran.ended.code, Some(0), "{ran:?}");
    let jobs = ["start: success", "load/run: success", "tell/run: success", "summary: success"];
    assert_eq!(ran.jobs(), jobs);
    let arrived: Vec<_> = server.arrivals().into_iter().map(|arrival| arrival.path).collect();
    assert_eq!(arrived, ["/load", "/tell"]);
    for arrival in server.arrivals() {
        assert_eq!(arrival.header("authorization"), "Bearer t0ken-of-dev");
    }
}
