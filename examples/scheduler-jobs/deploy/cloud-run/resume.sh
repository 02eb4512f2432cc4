#!/usr/bin/env bash
# Generated from jobnet.yaml by `jobnet generate`: change that file, and generate again.
# `jobnet generate --check` and `jobnet lint` report what is changed here.

# Resumes the triggers of net scheduler-jobs.
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

# True where a list of lines has a line.
contains() {
  case $'\n'$1$'\n' in
    *$'\n'"$2"$'\n'*) return 0 ;;
    *) return 1 ;;
  esac
}

confirm() {
  local answer=
  if [ "$CONFIRM" = false ] || [ "$yes" = true ] || [ "$dry_run" = true ]; then
    return
  fi
  printf '%s\nWrite "yes" to go on: ' "$1" >&2
  # A pipe that nobody writes to is not waited for forever.
  if [ -t 0 ]; then
    read -r answer || true
  else
    read -r -t 60 answer || true
    printf '\n' >&2
  fi
  [ "$answer" = yes ] || fail "nothing was done in $env: the answer was not yes"
}

usage() {
  cat <<'END'
Usage: resume.sh [OPTIONS] ENV [JOB...]

Resumes the triggers of these jobs of net scheduler-jobs; without any, all of them but those that the spec pauses.

Environments: test, stage, prod

Options:
  --yes       do not ask
  --dry-run   print the commands that would change something, and run none of them
  --help      print this
END
}

dry_run=false
yes=false
env=
chosen=()
while [ "$#" -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit
      ;;
    --dry-run) dry_run=true ;;
    --yes) yes=true ;;
    -*) fail "there is no option $1: see --help" ;;
    *)
      if [ -z "$env" ]; then
        env=$1
      else
        chosen+=("$1")
      fi
      ;;
  esac
  shift
done
case $env in
  test)
    PROJECT='cloudact-testing-1'
    REGION='us-central1'
    SUFFIX='-test'
    CONFIRM=false
    TRIGGERS='quota-reset quota-cleanup stale-cleanup alerts quota-monthly'
    set -- quota-reset quota-cleanup stale-cleanup alerts quota-monthly
    ;;
  stage)
    PROJECT='cloudact-testing-1'
    REGION='us-central1'
    SUFFIX='-stage'
    CONFIRM=false
    TRIGGERS='quota-reset quota-cleanup stale-cleanup alerts quota-monthly'
    set -- quota-reset quota-cleanup stale-cleanup alerts quota-monthly
    ;;
  prod)
    PROJECT='cloudact-prod'
    REGION='us-central1'
    SUFFIX='-prod'
    CONFIRM=true
    TRIGGERS='quota-reset quota-cleanup stale-cleanup alerts quota-monthly'
    set -- quota-reset quota-cleanup stale-cleanup alerts quota-monthly
    ;;
  '') fail 'which environment? One of test, stage, prod' ;;
  *) fail "there is no environment $env on Cloud Run: expected one of test, stage, prod" ;;
esac
if [ "${#chosen[@]}" -gt 0 ]; then
  set -- "${chosen[@]}"
fi
for stage in "$@"; do
  case " $TRIGGERS " in
    *" $stage "*) ;;
    *) fail "there is no job $stage with a trigger in $env: expected some of $TRIGGERS" ;;
  esac
done
# A relative path means another file in another directory.
credentials=${GOOGLE_APPLICATION_CREDENTIALS:-}
case $credentials in
  '') ;;
  /*)
    if [ ! -f "$credentials" ] || [ ! -r "$credentials" ]; then
      fail "GOOGLE_APPLICATION_CREDENTIALS: there is no readable file $credentials"
    fi
    ;;
  *) fail "GOOGLE_APPLICATION_CREDENTIALS must be an absolute path, and is $credentials" ;;
esac
command -v gcloud >/dev/null || fail 'gcloud is not there: see https://cloud.google.com/sdk/docs/install'

listed=$(gcloud scheduler jobs list --project="$PROJECT" --location="$REGION" \
  --format='csv[no-heading](name.basename(),state)' </dev/null)
# Google refuses to pause what is paused, and to resume what is not.
todo=()
for stage in "$@"; do
  if contains "$listed" "$stage$SUFFIX,PAUSED"; then
    todo+=("$stage")
  elif ! contains "$listed" "$stage$SUFFIX,ENABLED"; then
    fail "the trigger $stage$SUFFIX is not there to be resumed: create-all-jobs.sh makes it"
  fi
done
if [ "${#todo[@]}" -eq 0 ]; then
  printf 'Nothing to resume in %s.\n' "$env"
  exit
fi
confirm "In $env (project $PROJECT) will be resumed: ${todo[*]}."
for stage in "${todo[@]}"; do
  run gcloud scheduler jobs resume "$stage$SUFFIX" --project="$PROJECT" --location="$REGION"
done
