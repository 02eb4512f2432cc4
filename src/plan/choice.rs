use crate::expr::Lookup;

use super::choice_error::ChoiceError;
use super::model::{Plan, Plans};
use super::values::{is_unset, typed};

/// Looks up what is said of a variable around a run: by a flag, else by the process environment.
pub type Around<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Plans {
    /// The plan of an environment by its name.
    ///
    /// # Errors
    /// [`ChoiceError::Unknown`].
    pub fn named(&self, name: &str) -> Result<&Plan, ChoiceError> {
        let unknown = || ChoiceError::Unknown { name: name.to_owned(), known: self.names() };
        self.environments.get(name).ok_or_else(unknown)
    }

    /// The plan that a run means: of the environment that was named, unless what is around contradicts that, else of
    /// the one environment whose `when` matches what is around.
    ///
    /// # Errors
    /// [`ChoiceError`].
    pub fn choose(&self, named: Option<&str>, around: Around<'_>) -> Result<&Plan, ChoiceError> {
        let matching: Vec<&Plan> =
            self.environments.values().filter(|plan| plan.is_known_by(around)).collect();
        if let Some(name) = named {
            let plan = self.named(name)?;
            let contradiction =
                plan.contradicted_by_match(&matching).or_else(|| plan.contradicted_by_value(around));
            return contradiction.map_or(Ok(plan), Err);
        }
        match matching[..] {
            [plan] => Ok(plan),
            [] if self.environments.values().all(|plan| plan.when.is_empty()) => {
                Err(ChoiceError::NotNamed { known: self.names() })
            }
            [] => {
                let asked = self.environments.iter().map(|(name, plan)| (name.clone(), plan.when.clone()));
                Err(ChoiceError::NoneMatches { asked: asked.collect() })
            }
            _ => {
                let matching = matching.iter().map(|plan| plan.env.clone()).collect();
                Err(ChoiceError::SeveralMatch { matching })
            }
        }
    }

    fn names(&self) -> Vec<String> {
        self.environments.keys().cloned().collect()
    }
}

impl Plan {
    /// True where it asks for something, and all that it asks for is there.
    fn is_known_by(&self, around: Around<'_>) -> bool {
        let is_there = |(name, value): (&str, &str)| {
            self.given(name, around).is_some_and(|found| self.is_same(name, &found, value))
        };
        !self.when.is_empty() && self.when.iter().all(is_there)
    }

    /// The matching environment that is known by a value which a variable does not have in this one. Two environments
    /// for which the variable has the same value may be named in each other's place.
    fn contradicted_by_match(&self, matching: &[&Self]) -> Option<ChoiceError> {
        let entries = matching.iter().flat_map(|plan| plan.when.iter().map(|entry| (*plan, entry)));
        let mut contradictions = entries.filter(|(_, (variable, value))| {
            self.expected(variable).is_some_and(|expected| !self.is_same(variable, expected, value))
        });
        contradictions.next().map(|(plan, (variable, value))| ChoiceError::IsAnother {
            named: self.env.clone(),
            matching: plan.env.clone(),
            variable: variable.to_owned(),
            value: value.to_owned(),
        })
    }

    /// A variable that has another value around than this environment asks for.
    fn contradicted_by_value(&self, around: Around<'_>) -> Option<ChoiceError> {
        let differs = |(name, value): &(&str, &str)| {
            self.given(name, around).is_some_and(|found| !self.is_same(name, &found, value))
        };
        self.when.iter().find(differs).map(|(variable, value)| ChoiceError::NotHere {
            named: self.env.clone(),
            variable: variable.to_owned(),
            value: value.to_owned(),
        })
    }

    /// What is said of a variable around the run, unless that says nothing.
    fn given(&self, name: &str, around: Around<'_>) -> Option<String> {
        let says_nothing = |text: &String| {
            self.declared.variables().get(name).is_some_and(|variable| is_unset(text, &variable.value))
        };
        around(name).filter(|text| !says_nothing(text))
    }

    /// The value that a variable has in this environment by the spec alone.
    fn expected(&self, variable: &str) -> Option<&str> {
        self.when.get(variable).or_else(|| self.declared.text(variable))
    }

    /// True where two texts are one value of a variable: `1` and `01` are the same number.
    fn is_same(&self, variable: &str, one: &str, other: &str) -> bool {
        let typed = |text: &str| {
            self.declared.variables().get(variable).and_then(|variable| typed(text, &variable.value))
        };
        typed(one).is_some_and(|one| typed(other) == Some(one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::plan::resolve;
    use crate::spec::parse;

    /// Two environments that share a project, one that is alone in its own, one that is known by two variables, and
    /// two that are known by the same.
    const SPEC: &str = "\
jobnet: v1
name: net
vars: {PROJECT: testing, SHARD: 0, SIZE: small}
apis: {shop: {base_url: 'https://${PROJECT}.example/${SHARD}/${SIZE}'}}
stages: {load: {call: {get: /orders}}}
environments:
  test: {when: {PROJECT: testing}}
  stage: {vars: {SIZE: large}}
  prod: {when: {PROJECT: production}, vars: {PROJECT: production}}
  shard: {when: {PROJECT: shards, SHARD: 7}, vars: {PROJECT: shards}}
  old: {when: {SIZE: huge}}
  new: {when: {SIZE: huge}}
";

    /// The environment that is chosen where these variables are around, or why none is.
    fn choice(named: Option<&str>, around: &[(&str, &str)]) -> Result<String, ChoiceError> {
        let (spec, _) = parse(Source::new("jobnet.yaml", SPEC));
        let (plans, findings) = resolve(&spec.unwrap());
        assert!(findings.is_empty(), "{findings:?}");
        let around = |name: &str| {
            around.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        plans.unwrap().choose(named, &around).map(|plan| plan.env.clone())
    }

    #[test]
    fn the_variables_around_choose_the_environment_all_of_whose_when_they_match() {
        for (around, chosen) in [
            (&[("PROJECT", "testing")][..], "test"),
            (&[("PROJECT", "production")], "prod"),
            (&[("PROJECT", "production"), ("SHARD", "7")], "prod"),
            (&[("PROJECT", "shards"), ("SHARD", "7")], "shard"),
            (&[("PROJECT", "shards"), ("SHARD", "07")], "shard"),
        ] {
            assert_eq!(choice(None, around).as_deref(), Ok(chosen), "{around:?}");
        }
    }

    #[test]
    fn no_match_is_no_choice_and_an_environments_own_variables_are_not_around() {
        for around in [
            &[][..],
            &[("PROJECT", "")],
            &[("PROJECT", "another")],
            &[("PROJECT", "shards")],
            &[("PROJECT", "shards"), ("SHARD", "seven")],
        ] {
            let refused = choice(None, around).unwrap_err();
            assert!(matches!(refused, ChoiceError::NoneMatches { .. }), "{around:?}: {refused}");
        }
    }

    #[test]
    fn two_matches_are_no_choice() {
        for (around, both) in [
            (&[("SIZE", "huge")][..], ["old", "new"]),
            (&[("SIZE", "huge"), ("PROJECT", "another")], ["old", "new"]),
        ] {
            let matching = both.map(str::to_owned).to_vec();
            assert_eq!(choice(None, around), Err(ChoiceError::SeveralMatch { matching }), "{around:?}");
        }
    }

    #[test]
    fn a_named_environment_stands_where_no_when_speaks_against_it() {
        for (named, around) in [
            // Nothing is around.
            ("prod", &[][..]),
            ("stage", &[]),
            // It is the one that matches, or one of several.
            ("prod", &[("PROJECT", "production")]),
            ("new", &[("SIZE", "huge")]),
            // It shares with the one that matches the value that this is known by.
            ("stage", &[("PROJECT", "testing")]),
            // What is around is nobody's.
            ("stage", &[("PROJECT", "another")]),
            // A part of its `when` is around.
            ("shard", &[("SHARD", "7")]),
        ] {
            assert_eq!(choice(Some(named), around).as_deref(), Ok(named), "{around:?}");
        }
    }

    #[test]
    fn a_named_environment_is_refused_where_the_variables_are_anothers_or_not_its_own() {
        let project = ("PROJECT", "production");
        for (named, around, why) in [
            ("stage", &[project][..], "--env stage contradicts PROJECT=production, which is `prod`"),
            ("test", &[project], "--env test contradicts PROJECT=production, which is `prod`"),
            ("prod", &[("PROJECT", "testing")], "--env prod contradicts PROJECT=testing, which is `test`"),
            (
                "old",
                &[project, ("SIZE", "huge")],
                "--env old contradicts PROJECT=production, which is `prod`",
            ),
            ("prod", &[("PROJECT", "x")], "--env prod contradicts PROJECT: `prod` is where it is production"),
            ("shard", &[("SHARD", "8")], "--env shard contradicts SHARD: `shard` is where it is 7"),
        ] {
            let refused = choice(Some(named), around).map_err(|error| error.to_string());
            assert_eq!(refused, Err(why.to_owned()), "{around:?}");
        }
    }

    #[test]
    fn an_unknown_environment_is_compared_with_those_that_there_are() {
        assert_eq!(choice(Some("prd"), &[]).unwrap_err().help(), ["did you mean `prod`?"]);
    }
}
