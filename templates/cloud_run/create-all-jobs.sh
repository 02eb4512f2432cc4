
# Creates or updates the jobs of net [[ net | raw ]] and their triggers. Running it again is safe.
<% include "head.sh" %>
<% include "contains.sh" %>
<% include "confirm.sh" %>
usage() {
  cat <<'END'
Usage: create-all-jobs.sh [OPTIONS] ENV

Creates or updates the jobs of net [[ net | raw ]] on Cloud Run and their triggers on Cloud Scheduler.
A trigger that is paused stays so. Jobs and triggers that the spec no longer has are named, and kept.

Environments: [[ environment_names | raw ]]

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
<%- for e in environments %>
  [[ e.name | raw ]])
    PROJECT=[[ e.project | quoted ]]
    REGION=[[ e.region | quoted ]]
    IMAGE=[[ e.image | quoted ]]
<%- if e.account %>
    ACCOUNT=[[ e.account | quoted ]]
<%- endif %>
    SUFFIX=[[ e.suffix | quoted ]]
    LABEL=[[ e.label | quoted ]]
    TOLD=[[ e.told | quoted ]]
<%- if e.triggers %>
    ZONE=[[ e.timezone | quoted ]]
<%- endif %>
    CONFIRM=[[ e.confirm ]]
    ;;
<%- endfor %>
<% include "otherwise.sh" -%>
case $tag in
  '' | *[!A-Za-z0-9_.:-]*) fail "$tag is not the tag of an image" ;;
  sha256:*) IMAGE=$IMAGE@$tag ;;
  *) IMAGE=$IMAGE:$tag ;;
esac
<% include "checks.sh" %>
confirm "The jobs of [[ net | raw ]] will be created or updated in $env (project $PROJECT) with image $IMAGE."

jobs_there=$(gcloud run jobs list --project="$PROJECT" --region="$REGION" --format='value(metadata.name)' \
  --filter="metadata.labels.jobnet-net=[[ label | raw ]] AND metadata.labels.jobnet-env=$LABEL" </dev/null)
listed=$(gcloud scheduler jobs list --project="$PROJECT" --location="$REGION" \
  --format='value(name.basename(),<% if "suspended" in parts %>state,<% endif %>description)' </dev/null)
triggers_there=
<%- if "suspended" in parts %>
triggers_paused=
<%- endif %>
triggers_ours=
while IFS=$'\t' read -r name <% if "suspended" in parts %>state <% endif %>description; do
  triggers_there+=$name$'\n'
<%- if "suspended" in parts %>
  if [ "$state" = PAUSED ]; then
    triggers_paused+=$name$'\n'
  fi
<%- endif %>
  if [ "$description" = "jobnet [[ net | raw ]]/$env" ]; then
    triggers_ours+=$name$'\n'
  fi
done <<<"$listed"
<%- if "optional_secrets" in parts %>
secrets_there=$(gcloud secrets list --project="$PROJECT" --format='value(name.basename())' </dev/null)
<%- endif %>
jobs_kept=
triggers_kept=

# job STAGE FLAG...
job() {
  local name=$1$SUFFIX
<%- if "optional_secrets" in parts %>
  local flag assignment has_secrets=false
  local flags=()
  for flag in "${@:2}"; do
    case $flag in
      # Cloud Run refuses a job with a secret that is not there.
      --secret-if-there=*)
        assignment=${flag#--secret-if-there=}
        contains "$secrets_there" "${assignment#*=}" || continue
        flag=--set-secrets=$assignment:latest
        has_secrets=true
        ;;
      --set-secrets=*) has_secrets=true ;;
    esac
    flags+=("$flag")
  done
  if [ "$has_secrets" = false ]; then
    flags+=(--clear-secrets)
  fi
<%- endif %>
  jobs_kept+=$name$'\n'
  run gcloud run jobs deploy "$name" --project="$PROJECT" --region="$REGION" --image="$IMAGE" \
    --args="run,$1,--env,$env,--spec,/app/jobnet.yaml" --set-env-vars="$TOLD" \
    <% if "account" in parts %>--service-account="$ACCOUNT" <% endif %>--tasks=1 --labels="jobnet-net=[[ label | raw ]],jobnet-env=$LABEL" \
    "${<% if "optional_secrets" in parts %>flags[@]<% else %>@:2<% endif %>}"
}
<%- if "triggers" in parts %>

# trigger STAGE SCHEDULE RETRY_FOR
trigger() {
  local name=$1$SUFFIX verb=create
  if contains "$triggers_there" "$name"; then
    verb=update
  fi
  triggers_kept+=$name$'\n'
  run gcloud scheduler jobs "$verb" http "$name" --project="$PROJECT" --location="$REGION" \
    --description="jobnet [[ net | raw ]]/$env" --schedule="$2" \
    --uri="https://$REGION-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/$PROJECT/jobs/$name:run" \
    --http-method=POST --oauth-service-account-email="$ACCOUNT" --time-zone="$ZONE" \
   <% for flag in trigger_flags %> --[[ flag.name | raw ]]=[[ flag.value | sh ]]<% endfor %> \
    --max-retry-duration="$3" --format=none
}
<%- endif %>
<%- if "suspended" in parts %>

# pause STAGE: what the spec pauses.
pause() {
  if ! contains "$triggers_paused" "$1$SUFFIX"; then
    run gcloud scheduler jobs pause "$1$SUFFIX" --project="$PROJECT" --location="$REGION"
  fi
}
<%- endif %>

case $env in
<%- for e in environments %>
  [[ e.name | raw ]])
<%- for job in e.jobs %>
    job [[ job.stage | sh ]]<% for flag in e.resources %> --[[ flag.name | raw ]]=[[ flag.value | sh ]]<% endfor %>
<%- for flag in job.flags %> \
      --[[ flag.name | raw ]]<% if flag.value %>=[[ flag.value | sh ]]<% endif %>
<%- endfor %>
<%- endfor %>
<%- for trigger in e.triggers %>
    trigger [[ trigger.stage | sh ]] [[ trigger.schedule | sh ]] [[ trigger.retry_for | sh ]]
<%- if trigger.suspended %>
    pause [[ trigger.stage | sh ]]
<%- endif %>
<%- endfor %>
    ;;
<%- endfor %>
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
