/// What a run's title tells of it: `shop-etl in dev: item+ (dry run)`.
///
/// The inputs of a run cannot be asked for by the API; its title can be made of them (`run-name`,
/// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#run-name>).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// The environment.
    pub env: Option<String>,
    /// Which stages: `all`, a stage, or a stage and `+`.
    pub stages: Option<String>,
    /// True where it says that nothing was to be changed.
    pub dry_run: bool,
}

impl Told {
    /// Reads the title of a net's run: behind the net's name, which may be another's too, the first word that is one of
    /// the environments, and behind that the first that chooses stages, and then `dry run`.
    pub fn read(title: &str, net: &str, environments: &[&str], stages: &[&str]) -> Self {
        let title = title.strip_prefix(net).unwrap_or(title);
        let mut words = title.split(|c: char| !(c.is_alphanumeric() || "-_+.".contains(c)));
        let env = words.find(|word| environments.contains(word));
        let chooses =
            |word: &&str| *word == "all" || stages.contains(&word.strip_suffix('+').unwrap_or(word));
        let mut rest = words.clone();
        let stages = rest.find(chooses);
        let dry_run = if stages.is_some() { rest } else { words }
            .any(|word| ["dry", "dry-run", "dry_run"].contains(&word));
        Self { env: env.map(str::to_owned), stages: stages.map(str::to_owned), dry_run }
    }

    /// True where it tells another thing than this. What it does not tell contradicts nothing.
    pub(super) fn contradicts(&self, env: &str, stages: &str, dry_run: bool) -> bool {
        self.env.as_deref().is_some_and(|told| told != env)
            || self.stages.as_deref().is_some_and(|told| told != stages)
            || self.dry_run && !dry_run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_tells_environment_and_stages_or_nothing() {
        for (title, env, stages, dry_run) in [
            ("shop-etl in dev: item+", Some("dev"), Some("item+"), false),
            ("shop-etl · prod · all", Some("prod"), Some("all"), false),
            ("Nightly: dev (item), dry run", Some("dev"), Some("item"), true),
            ("shop-etl in prod (dry-run)", Some("prod"), None, true),
            ("shop-etl in prod", Some("prod"), None, false),
            ("Fix develop item-s", None, None, false),
            ("item", None, None, false),
            ("", None, None, false),
        ] {
            let told = Told::read(title, "shop-etl", &["dev", "prod"], &["genre", "item"]);
            let read = (told.env.as_deref(), told.stages.as_deref(), told.dry_run);
            assert_eq!(read, (env, stages, dry_run), "{title}");
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
        let told = |title: &str| Told::read(title, "etl", &["dev", "prod"], &["item"]);
        for (title, contradicts) in [
            ("etl", false),
            ("etl in dev", false),
            ("etl in dev: all", false),
            ("etl in prod: all", true),
            ("etl in dev: item", true),
            ("etl in dev: all (dry run)", true),
        ] {
            assert_eq!(told(title).contradicts("dev", "all", false), contradicts, "{title}");
        }
        assert!(!told("etl in dev: all (dry run)").contradicts("dev", "all", true));
    }
}
