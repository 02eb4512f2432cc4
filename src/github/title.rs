/// What a run's title tells of it: `shop-etl in dev: item+`.
///
/// The inputs of a run cannot be asked for by the API; its title can be made of them (`run-name`,
/// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#run-name>).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// The environment.
    pub env: Option<String>,
    /// Which stages: `all`, a stage, or a stage and `+`.
    pub stages: Option<String>,
}

impl Told {
    /// Reads the title of a net's run: behind the net's name, which may be another's too, the first word that is one of
    /// the environments, and behind that the first that chooses stages.
    pub fn read(title: &str, net: &str, environments: &[&str], stages: &[&str]) -> Self {
        let title = title.strip_prefix(net).unwrap_or(title);
        let mut words = title.split(|c: char| !(c.is_alphanumeric() || "-_+.".contains(c)));
        let env = words.find(|word| environments.contains(word));
        let chooses =
            |word: &&str| *word == "all" || stages.contains(&word.strip_suffix('+').unwrap_or(word));
        Self { env: env.map(str::to_owned), stages: words.find(chooses).map(str::to_owned) }
    }

    /// True where it tells another thing than this. What it does not tell contradicts nothing.
    pub(super) fn contradicts(&self, env: &str, stages: &str) -> bool {
        self.env.as_deref().is_some_and(|told| told != env)
            || self.stages.as_deref().is_some_and(|told| told != stages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_tells_environment_and_stages_or_nothing() {
        for (title, env, stages) in [
            ("shop-etl in dev: item+", Some("dev"), Some("item+")),
            ("shop-etl · prod · all", Some("prod"), Some("all")),
            ("Nightly: dev (item), dry run", Some("dev"), Some("item")),
            ("shop-etl in prod", Some("prod"), None),
            ("Fix develop item-s", None, None),
            ("item", None, None),
            ("", None, None),
        ] {
            let told = Told::read(title, "shop-etl", &["dev", "prod"], &["genre", "item"]);
            assert_eq!((told.env.as_deref(), told.stages.as_deref()), (env, stages), "{title}");
        }
    }

    #[test]
    fn a_net_may_be_called_like_an_environment_or_a_stage() {
        let told = |title: &str, net: &str| {
            let told = Told::read(title, net, &["dev", "prod"], &["prod", "release"]);
            (told.env.unwrap_or_default(), told.stages.unwrap_or_default())
        };
        assert_eq!(told("dev in prod: prod+", "dev"), ("prod".to_owned(), "prod+".to_owned()));
        assert_eq!(told("release in dev", "release"), ("dev".to_owned(), String::new()));
    }

    #[test]
    fn only_what_is_told_contradicts() {
        let told = |env: Option<&str>, stages: Option<&str>| Told {
            env: env.map(str::to_owned),
            stages: stages.map(str::to_owned),
        };
        assert!(!told(None, None).contradicts("dev", "all"));
        assert!(!told(Some("dev"), Some("all")).contradicts("dev", "all"));
        assert!(told(Some("prod"), Some("all")).contradicts("dev", "all"));
        assert!(told(Some("dev"), Some("item")).contradicts("dev", "all"));
    }
}
