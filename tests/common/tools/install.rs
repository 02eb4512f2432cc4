//! Puts packages of Python's and npm's beside the build: without root, once for all processes, in fixed versions.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A virtual environment with Python packages in it.
pub(super) fn python(name: &str, packages: &[&str]) -> Result<PathBuf, String> {
    once(name, packages, |environment| {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(environment))?;
        run(Command::new(environment.join("bin/pip"))
            .args(["install", "--quiet", "--retries=2", "--timeout=30"])
            .args(packages))
    })
}

/// A directory with packages of npm's in its `node_modules`; `programs` is where `node` and `npm` are.
pub(super) fn npm(name: &str, programs: &Path, packages: &[&str]) -> Result<PathBuf, String> {
    once(name, packages, |directory| {
        if directory.exists() {
            fs::remove_dir_all(directory).map_err(|error| error.to_string())?;
        }
        fs::create_dir(directory).map_err(|error| error.to_string())?;
        fs::write(directory.join("package.json"), "{}").map_err(|error| error.to_string())?;
        // npm is a script that looks for node in PATH.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(programs.to_owned()).chain(std::env::split_paths(&path));
        run(Command::new(programs.join("npm"))
            .args(["install", "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
            .args(packages)
            .env("PATH", std::env::join_paths(path).map_err(|error| error.to_string())?)
            .current_dir(directory))
    })
}

/// The crates of a package for these targets, in the cargo home.
pub(super) fn crates(manifest: &Path, targets: &[String]) -> Result<(), String> {
    let targets = targets.iter().flat_map(|target| ["--target", target]);
    run(Command::new("cargo")
        .args(["fetch", "--quiet", "--locked", "--manifest-path"])
        .arg(manifest)
        .args(targets))
}

/// Packages of the machine's own package manager, which are root's to install.
pub(super) fn apt(packages: &[&str]) -> Result<(), String> {
    // It waits for the lock of what is installed, but not for that of its lists.
    let _alone = lock("apt")?;
    let install = || {
        let flags = ["install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
        run(Command::new("apt-get").args(flags).args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // A machine that was made for one purpose often has no lists of packages.
    install().or_else(|_| run(Command::new("apt-get").arg("update")).and_then(|()| install()))
}

/// The files of the distribution that runs here, in its smallest form and with jq, which runners have, as a tar file.
pub(super) fn debian(debootstrap: &Path) -> Result<PathBuf, String> {
    const MAKE: &str = r#"
        set -e
        . /etc/os-release
        rm -rf "$2" && mkdir "$2"
        "$1" --variant=minbase --include=jq "$VERSION_CODENAME" "$2/root"
        tar -C "$2/root" --exclude=./var/cache/apt --exclude=./var/lib/apt/lists --exclude=./dev -cf "$2/debian.tar" .
        rm -rf "$2/root""#;
    let made = once("debian", &["minbase", "jq"], |directory| {
        run(Command::new("sh").args(["-c", MAKE, "sh"]).arg(debootstrap).arg(directory))
    });
    made.map(|directory| directory.join("debian.tar"))
}

/// A directory that `install` fills, once for all processes, and again when the packages' names or versions change.
fn once(
    name: &str,
    packages: &[&str],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let _alone = lock(name)?;
    let directory = home()?.join(name);
    let note = directory.join("installed");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == packages.concat()) {
        return Ok(directory);
    }
    install(&directory)?;
    fs::write(note, packages.concat()).map_err(|error| error.to_string())?;
    Ok(directory)
}

/// Waits until no other process and no other test holds this name; held until the file is closed.
fn lock(name: &str) -> Result<File, String> {
    let lock = File::create(home()?.join(format!("{name}.lock"))).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    Ok(lock)
}

/// `target/tools`, or a directory among the temporary ones where an unprivileged server could not reach that.
fn home() -> Result<PathBuf, String> {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools");
    let open = |path: &Path| fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o001 != 0);
    let reachable = super::unprivileged().is_none() || built.ancestors().skip(1).all(open);
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
