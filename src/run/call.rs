use crate::expr::{Bindings, Value};

use super::bind::BoundRequest;
use super::context::StageRun;
use super::exchange::exchange;
use super::read::Reading;
use super::share::Whole;
use super::tally::Exchanged;

/// Requests, one after the other.
#[derive(Clone)]
pub(super) struct Call(pub(super) Vec<BoundRequest>);

impl Call {
    /// The names of all counts.
    pub(super) fn count_names(&self) -> Vec<&str> {
        self.0.iter().flat_map(|request| &request.counts).map(|(name, _)| name.as_str()).collect()
    }

    /// Sends the requests. After one that fails the rest are not sent: they may build on its answer.
    pub(super) async fn run(self, run: &StageRun, mut bindings: Bindings) {
        run.with_tally(|tally| tally.measure_wholes(Whole::Requests, self.0.len() as u64));
        for (index, request) in self.0.iter().enumerate() {
            if run.stop.reason().is_some() {
                return;
            }
            let failure = match request.prepare(&Value::Null, &bindings) {
                Err(error) => (false, error.to_string()),
                Ok(prepared) => {
                    let reading = Reading {
                        bindings: &bindings,
                        projection: None,
                        wanted: request.answer.is_some(),
                        end_on: &[],
                    };
                    match exchange(run, request, &prepared, &reading).await {
                        Ok(received) => {
                            run.with_tally(|tally| {
                                tally.add_response(&Exchanged {
                                    declared: request.declared(),
                                    counted: &received.counted,
                                    body: &received.body,
                                    items: None,
                                });
                            });
                            if request.answer.is_some() {
                                bindings.push_answer(received.value);
                            }
                            continue;
                        }
                        Err(failure) => (failure.temporary, failure.message),
                    }
                }
            };
            let left = self.0.len() - index - 1;
            run.with_tally(|tally| {
                tally.add_whole_failure(failure.0, &failure.1);
                if left > 0 {
                    tally.note(&format!("{left} request(s) after the failed one were not sent"));
                }
            });
            return;
        }
    }
}
