
# Runs a job of net [[ net | raw ]], or a group of jobs one after the other, and waits for their ends.
<% include "head.sh" %>
<% include "confirm.sh" %>
usage() {
  cat <<'END'
Usage: run-job.sh [OPTIONS] ENV JOB|GROUP

Runs a job of net [[ net | raw ]] and waits for its end. The jobs of a group run in the order of what they need, and
none after one that failed.

Environments: [[ environment_names | raw ]]
Jobs: [[ stage_names | raw ]]
<%- for group in groups %>
Group [[ group.name | raw ]]: [[ group.members | raw ]]
<%- endfor %>

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
<%- for e in environments %>
  [[ e.name | raw ]])
    PROJECT=[[ e.project | quoted ]]
    REGION=[[ e.region | quoted ]]
    SUFFIX=[[ e.suffix | quoted ]]
    CONFIRM=[[ e.confirm ]]
    ;;
<%- endfor %>
<% include "otherwise.sh" -%>
# In the order in which they can run.
case $env:$word in
<%- for group in groups %>
  [[ group.patterns | raw ]]) set -- [[ group.members | raw ]] ;;
<%- endfor %>
  *:) fail 'which job or group? One of [[ selectable | raw ]]' ;;
  [[ stage_patterns | raw ]]) set -- "$word" ;;
  *) fail "there is no job or group $word: expected one of [[ selectable | raw ]]" ;;
esac
<% include "checks.sh" %>
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
