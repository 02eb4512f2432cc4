#!/usr/bin/env bash
# Generated from jobnet.yaml by `jobnet generate`: change that file, and generate again.
# `jobnet generate --check` and `jobnet lint` report what is changed here.

# Creates or updates the jobs of net scheduler-jobs and their triggers. Running it again is safe.
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
Usage: create-all-jobs.sh [OPTIONS] ENV

Creates or updates the jobs of net scheduler-jobs on Cloud Run and their triggers on Cloud Scheduler.
A trigger that is paused stays so. Jobs and triggers that the spec no longer has are named, and kept.

Environments: test, stage, prod

Options:
  --tag TAG   the tag of the image, or its digest (sha256:...); otherwise $IMAGE_TAG, otherwise latest
  --prune     delete the jobs and triggers of this net that the spec no longer has
  --yes       do not ask
  --dry-run   print the commands that would change something, and run none of them
  --help      print this
END
}

dry_run=false
yes=false
prune=false
tag=${IMAGE_TAG:-latest}
env=
while [ "$#" -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit
      ;;
    --dry-run) dry_run=true ;;
    --yes) yes=true ;;
    --prune) prune=true ;;
    --tag)
      [ "$#" -gt 1 ] || fail '--tag needs a value'
      tag=$2
      shift
      ;;
    --tag=*) tag=${1#--tag=} ;;
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
    IMAGE='gcr.io/cloudact-testing-1/scheduler-jobs'
    ACCOUNT='scheduler-jobs@cloudact-testing-1.iam.gserviceaccount.com'
    SUFFIX='-test'
    LABEL='test'
    TOLD='JOBNET_RUN_ID=schedule,JOBNET_JOB_START_AT=schedule'
    ZONE='Etc/UTC'
    CONFIRM=false
    ;;
  stage)
    PROJECT='cloudact-testing-1'
    REGION='us-central1'
    IMAGE='gcr.io/cloudact-testing-1/scheduler-jobs'
    ACCOUNT='scheduler-jobs@cloudact-testing-1.iam.gserviceaccount.com'
    SUFFIX='-stage'
    LABEL='stage'
    TOLD='JOBNET_RUN_ID=schedule,JOBNET_JOB_START_AT=schedule'
    ZONE='Etc/UTC'
    CONFIRM=false
    ;;
  prod)
    PROJECT='cloudact-prod'
    REGION='us-central1'
    IMAGE='gcr.io/cloudact-prod/scheduler-jobs'
    ACCOUNT='scheduler-jobs@cloudact-prod.iam.gserviceaccount.com'
    SUFFIX='-prod'
    LABEL='prod'
    TOLD='JOBNET_RUN_ID=schedule,JOBNET_JOB_START_AT=schedule,JOBNET_YES=true'
    ZONE='Etc/UTC'
    CONFIRM=true
    ;;
  '') fail 'which environment? One of test, stage, prod' ;;
  *) fail "there is no environment $env on Cloud Run: expected one of test, stage, prod" ;;
esac
case $tag in
  '' | *[!A-Za-z0-9_.:-]*) fail "$tag is not the tag of an image" ;;
  sha256:*) IMAGE=$IMAGE@$tag ;;
  *) IMAGE=$IMAGE:$tag ;;
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

confirm "The jobs of scheduler-jobs will be created or updated in $env (project $PROJECT) with image $IMAGE."

jobs_there=$(gcloud run jobs list --project="$PROJECT" --region="$REGION" --format='value(metadata.name)' \
  --filter="metadata.labels.jobnet-net=scheduler-jobs AND metadata.labels.jobnet-env=$LABEL" </dev/null)
listed=$(gcloud scheduler jobs list --project="$PROJECT" --location="$REGION" \
  --format='value(name.basename(),description)' </dev/null)
triggers_there=
triggers_ours=
while IFS=$'\t' read -r name description; do
  triggers_there+=$name$'\n'
  if [ "$description" = "jobnet scheduler-jobs/$env" ]; then
    triggers_ours+=$name$'\n'
  fi
done <<<"$listed"
jobs_kept=
triggers_kept=

# job STAGE FLAG...
job() {
  local name=$1$SUFFIX
  jobs_kept+=$name$'\n'
  run gcloud run jobs deploy "$name" --project="$PROJECT" --region="$REGION" --image="$IMAGE" \
    --args="run,$1,--env,$env,--spec,/app/jobnet.yaml" --set-env-vars="$TOLD" \
    --service-account="$ACCOUNT" --tasks=1 --labels="jobnet-net=scheduler-jobs,jobnet-env=$LABEL" \
    "${@:2}"
}

# trigger STAGE SCHEDULE RETRY_FOR
trigger() {
  local name=$1$SUFFIX verb=create
  if contains "$triggers_there" "$name"; then
    verb=update
  fi
  triggers_kept+=$name$'\n'
  run gcloud scheduler jobs "$verb" http "$name" --project="$PROJECT" --location="$REGION" \
    --description="jobnet scheduler-jobs/$env" --schedule="$2" \
    --uri="https://$REGION-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/$PROJECT/jobs/$name:run" \
    --http-method=POST --oauth-service-account-email="$ACCOUNT" --time-zone="$ZONE" \
    --attempt-deadline=180s --max-retry-attempts=3 --min-backoff=5s --max-backoff=60s --max-doublings=4 \
    --max-retry-duration="$3" --format=none
}

case $env in
  test)
    job migrate \
      --set-env-vars='SUPABASE_API=https://api.supabase.com' \
      --set-env-vars='SUPABASE_PROJECT_REF=your-test-project' \
      --set-secrets='SUPABASE_ACCESS_TOKEN=SUPABASE_ACCESS_TOKEN-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job bootstrap \
      --set-env-vars='API_BASE=https://api-test.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job org-sync-all \
      --set-env-vars='API_BASE=https://api-test.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-reset \
      --set-env-vars='API_BASE=https://api-test.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-cleanup \
      --set-env-vars='BIGQUERY_API=https://bigquery.googleapis.com/bigquery/v2' \
      --set-env-vars='BQ_DATASET=organizations' \
      --set-env-vars='GCP_PROJECT=cloudact-testing-1' \
      --clear-secrets \
      --max-retries=0 \
      --task-timeout=3600s
    job stale-cleanup \
      --set-env-vars='API_BASE=https://api-test.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job alerts \
      --set-env-vars='API_BASE=https://api-test.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-monthly \
      --set-env-vars='API_BASE=https://api-test.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    trigger quota-reset '0 0 * * *' 0s
    trigger quota-cleanup '0 1 * * *' 0s
    trigger stale-cleanup '0 2 * * *' 0s
    trigger alerts '0 8 * * *' 0s
    trigger quota-monthly '5 0 1 * *' 0s
    ;;
  stage)
    job migrate \
      --set-env-vars='SUPABASE_API=https://api.supabase.com' \
      --set-env-vars='SUPABASE_PROJECT_REF=your-test-project' \
      --set-secrets='SUPABASE_ACCESS_TOKEN=SUPABASE_ACCESS_TOKEN-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job bootstrap \
      --set-env-vars='API_BASE=https://api-stage.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job org-sync-all \
      --set-env-vars='API_BASE=https://api-stage.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-reset \
      --set-env-vars='API_BASE=https://api-stage.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-cleanup \
      --set-env-vars='BIGQUERY_API=https://bigquery.googleapis.com/bigquery/v2' \
      --set-env-vars='BQ_DATASET=organizations' \
      --set-env-vars='GCP_PROJECT=cloudact-testing-1' \
      --clear-secrets \
      --max-retries=0 \
      --task-timeout=3600s
    job stale-cleanup \
      --set-env-vars='API_BASE=https://api-stage.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job alerts \
      --set-env-vars='API_BASE=https://api-stage.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-monthly \
      --set-env-vars='API_BASE=https://api-stage.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-test:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    trigger quota-reset '0 0 * * *' 0s
    trigger quota-cleanup '0 1 * * *' 0s
    trigger stale-cleanup '0 2 * * *' 0s
    trigger alerts '0 8 * * *' 0s
    trigger quota-monthly '5 0 1 * *' 0s
    ;;
  prod)
    job migrate \
      --set-env-vars='SUPABASE_API=https://api.supabase.com' \
      --set-env-vars='SUPABASE_PROJECT_REF=your-prod-project' \
      --set-secrets='SUPABASE_ACCESS_TOKEN=SUPABASE_ACCESS_TOKEN-prod:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job bootstrap \
      --set-env-vars='API_BASE=https://api.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-prod:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job org-sync-all \
      --set-env-vars='API_BASE=https://api.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-prod:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-reset \
      --set-env-vars='API_BASE=https://api.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-prod:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-cleanup \
      --set-env-vars='BIGQUERY_API=https://bigquery.googleapis.com/bigquery/v2' \
      --set-env-vars='BQ_DATASET=organizations' \
      --set-env-vars='GCP_PROJECT=cloudact-prod' \
      --clear-secrets \
      --max-retries=0 \
      --task-timeout=3600s
    job stale-cleanup \
      --set-env-vars='API_BASE=https://api.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-prod:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job alerts \
      --set-env-vars='API_BASE=https://api.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-prod:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    job quota-monthly \
      --set-env-vars='API_BASE=https://api.cloudact.ai' \
      --set-secrets='CA_ROOT_API_KEY=CA_ROOT_API_KEY-prod:latest' \
      --max-retries=0 \
      --task-timeout=3600s
    trigger quota-reset '0 0 * * *' 0s
    trigger quota-cleanup '0 1 * * *' 0s
    trigger stale-cleanup '0 2 * * *' 0s
    trigger alerts '0 8 * * *' 0s
    trigger quota-monthly '5 0 1 * *' 0s
    ;;
esac

# A trigger goes before the job that it starts.
while IFS= read -r name; do
  if [ -z "$name" ] || contains "$triggers_kept" "$name"; then
    continue
  fi
  if [ "$prune" = true ]; then
    run gcloud scheduler jobs delete "$name" --project="$PROJECT" --location="$REGION"
  else
    printf '%s: trigger %s is no longer in the spec, and still fires: --prune deletes it\n' "${0##*/}" "$name" >&2
  fi
done <<<"$triggers_ours"
while IFS= read -r name; do
  if [ -z "$name" ] || contains "$jobs_kept" "$name"; then
    continue
  fi
  if [ "$prune" = true ]; then
    run gcloud run jobs delete "$name" --project="$PROJECT" --region="$REGION"
  else
    printf '%s: job %s is no longer in the spec: --prune deletes it\n' "${0##*/}" "$name" >&2
  fi
done <<<"$jobs_there"
