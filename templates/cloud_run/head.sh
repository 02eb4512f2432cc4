set -euo pipefail
# Nothing but this script asks.
export CLOUDSDK_CORE_DISABLE_PROMPTS=1

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 2
}

# Runs a command, or shows it under --dry-run.
run() {
  if [ "$dry_run" = true ]; then
    printf '%q' "$1"
    printf ' %q' "${@:2}"
    printf '\n'
  else
    "$@" </dev/null
  fi
}
