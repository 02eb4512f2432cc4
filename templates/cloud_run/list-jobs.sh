
# Lists the jobs of net [[ net | raw ]], their triggers and their last executions.
<% include "head.sh" %>
usage() {
  cat <<'END'
Usage: list-jobs.sh [OPTIONS] ENV

Lists the jobs of net [[ net | raw ]], their triggers, and their last 20 executions.

Environments: [[ environment_names | raw ]]

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
<%- for e in environments %>
  [[ e.name | raw ]])
    PROJECT=[[ e.project | quoted ]]
    REGION=[[ e.region | quoted ]]
    LABEL=[[ e.label | quoted ]]
    ;;
<%- endfor %>
<% include "otherwise.sh" -%>
<% include "checks.sh" %>
labelled="metadata.labels.jobnet-net=[[ label | raw ]] AND metadata.labels.jobnet-env=$LABEL"
printf '# Jobs\n'
run gcloud run jobs list --project="$PROJECT" --region="$REGION" --filter="$labelled"
printf '\n# Triggers\n'
run gcloud scheduler jobs list --project="$PROJECT" --location="$REGION" \
  --filter="description=\"jobnet [[ net | raw ]]/$env\"" \
  --format='table(name.basename():label=TRIGGER, schedule, timeZone:label=ZONE, state, lastAttemptTime:label=LAST)'
printf '\n# Executions\n'
run gcloud run jobs executions list --project="$PROJECT" --region="$REGION" --filter="$labelled" --limit=20
