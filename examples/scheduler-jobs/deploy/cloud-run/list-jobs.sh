#!/usr/bin/env bash
# Generated from jobnet.yaml by `jobnet generate`: change that file, and generate again.
# `jobnet generate --check` and `jobnet lint` report what is changed here.

# Lists the jobs of net scheduler-jobs, their triggers and their last executions.
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

usage() {
  cat <<'END'
Usage: list-jobs.sh [OPTIONS] ENV

Lists the jobs of net scheduler-jobs, their triggers, and their last 20 executions.

Environments: test, stage, prod

Options:
  --dry-run   print the commands, and run none of them
  --help      print this
END
}

dry_run=false
env=
while [ "$#" -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit
      ;;
    --dry-run) dry_run=true ;;
    -*) fail "there is no option $1: see --help" ;;
    *)
      [ -z "$env" ] || fail "expected one environment, and found $env and $1"
      env=$1
      ;;
  esac
  shift
done
case $env in
  test)
    PROJECT='cloudact-testing-1'
    REGION='us-central1'
    LABEL='test'
    ;;
  stage)
    PROJECT='cloudact-testing-1'
    REGION='us-central1'
    LABEL='stage'
    ;;
  prod)
    PROJECT='cloudact-prod'
    REGION='us-central1'
    LABEL='prod'
    ;;
  '') fail 'which environment? One of test, stage, prod' ;;
  *) fail "there is no environment $env on Cloud Run: expected one of test, stage, prod" ;;
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

labelled="metadata.labels.jobnet-net=scheduler-jobs AND metadata.labels.jobnet-env=$LABEL"
printf '# Jobs\n'
run gcloud run jobs list --project="$PROJECT" --region="$REGION" --filter="$labelled"
printf '\n# Triggers\n'
run gcloud scheduler jobs list --project="$PROJECT" --location="$REGION" \
  --filter="description=\"jobnet scheduler-jobs/$env\"" \
  --format='table(name.basename():label=TRIGGER, schedule, timeZone:label=ZONE, state, lastAttemptTime:label=LAST)'
printf '\n# Executions\n'
run gcloud run jobs executions list --project="$PROJECT" --region="$REGION" --filter="$labelled" --limit=20
