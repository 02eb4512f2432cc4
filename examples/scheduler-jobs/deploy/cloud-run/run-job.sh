#!/usr/bin/env bash
# Generated from jobnet.yaml by `jobnet generate`: change that file, and generate again.
# `jobnet generate --check` and `jobnet lint` report what is changed here.

# Runs a job of net scheduler-jobs, or a group of jobs one after the other, and waits for their ends.
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
Usage: run-job.sh [OPTIONS] ENV JOB|GROUP

Runs a job of net scheduler-jobs and waits for its end. The jobs of a group run in the order of what they need, and
none after one that failed.

Environments: test, stage, prod
Jobs: migrate, bootstrap, org-sync-all, quota-reset, quota-cleanup, stale-cleanup, alerts, quota-monthly
Group release: migrate bootstrap org-sync-all

Options:
  --yes       do not ask
  --dry-run   print the commands, and run none of them
  --help      print this
END
}

dry_run=false
yes=false
env=
word=
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
      elif [ -z "$word" ]; then
        word=$1
      else
        fail "expected one job or group, and found $word and $1"
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
    ;;
  stage)
    PROJECT='cloudact-testing-1'
    REGION='us-central1'
    SUFFIX='-stage'
    CONFIRM=false
    ;;
  prod)
    PROJECT='cloudact-prod'
    REGION='us-central1'
    SUFFIX='-prod'
    CONFIRM=true
    ;;
  '') fail 'which environment? One of test, stage, prod' ;;
  *) fail "there is no environment $env on Cloud Run: expected one of test, stage, prod" ;;
esac
# In the order in which they can run.
case $env:$word in
  test:release | stage:release | prod:release) set -- migrate bootstrap org-sync-all ;;
  *:) fail 'which job or group? One of migrate, bootstrap, org-sync-all, quota-reset, quota-cleanup, stale-cleanup, alerts, quota-monthly, release' ;;
  *:migrate | *:bootstrap | *:org-sync-all | *:quota-reset | *:quota-cleanup | *:stale-cleanup | *:alerts | *:quota-monthly) set -- "$word" ;;
  *) fail "there is no job or group $word: expected one of migrate, bootstrap, org-sync-all, quota-reset, quota-cleanup, stale-cleanup, alerts, quota-monthly, release" ;;
esac
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

confirm "In $env (project $PROJECT) will run: $*."

# The jobs of one run know each other by these.
start=$(date -u +%Y-%m-%dT%H:%M:%SZ)
run_id=hand-${start//[-:]/}-$$
while [ "$#" -gt 0 ]; do
  stage=$1
  shift
  if ! run gcloud run jobs execute "$stage$SUFFIX" --project="$PROJECT" --region="$REGION" --wait \
    --update-env-vars="JOBNET_RUN_ID=$run_id,JOBNET_JOB_START_AT=$start"; then
    printf '%s: %s failed in %s%s\n' "${0##*/}" "$stage" "$env" "${1:+; not started: $*}" >&2
    exit 1
  fi
done
