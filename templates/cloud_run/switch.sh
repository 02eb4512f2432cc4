
# [[ does | raw ]] the triggers of net [[ net | raw ]].
<% include "head.sh" %>
<% include "contains.sh" %>
<% include "confirm.sh" %>
usage() {
  cat <<'END'
Usage: [[ verb | raw ]].sh [OPTIONS] ENV [JOB...]

[[ does | raw ]] the triggers of these jobs of net [[ net | raw ]]; without any, all of them<% if leaves_suspended %> but those that the spec pauses<% endif %>.

Environments: [[ environment_names | raw ]]

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
<%- for e in environments %>
  [[ e.name | raw ]])
    PROJECT=[[ e.project | quoted ]]
    REGION=[[ e.region | quoted ]]
    SUFFIX=[[ e.suffix | quoted ]]
    CONFIRM=[[ e.confirm ]]
    TRIGGERS=[[ e.trigger_names | quoted ]]
    set --<% for trigger in e.triggers %><% if not (leaves_suspended and trigger.suspended) %> [[ trigger.stage | sh ]]<% endif %><% endfor %>
    ;;
<%- endfor %>
<% include "otherwise.sh" -%>
if [ "${#chosen[@]}" -gt 0 ]; then
  set -- "${chosen[@]}"
fi
for stage in "$@"; do
  case " $TRIGGERS " in
    *" $stage "*) ;;
    *) fail "there is no job $stage with a trigger in $env: expected some of $TRIGGERS" ;;
  esac
done
<% include "checks.sh" %>
listed=$(gcloud scheduler jobs list --project="$PROJECT" --location="$REGION" \
  --format='csv[no-heading](name.basename(),state)' </dev/null)
# Google refuses to pause what is paused, and to resume what is not.
todo=()
for stage in "$@"; do
  if contains "$listed" "$stage$SUFFIX,[[ from | raw ]]"; then
    todo+=("$stage")
  elif ! contains "$listed" "$stage$SUFFIX,[[ to | raw ]]"; then
    fail "the trigger $stage$SUFFIX is not there to be [[ done | raw ]]: create-all-jobs.sh makes it"
  fi
done
if [ "${#todo[@]}" -eq 0 ]; then
  printf 'Nothing to [[ verb | raw ]] in %s.\n' "$env"
  exit
fi
confirm "In $env (project $PROJECT) will be [[ done | raw ]]: ${todo[*]}."
for stage in "${todo[@]}"; do
  run gcloud scheduler jobs [[ verb | raw ]] "$stage$SUFFIX" --project="$PROJECT" --location="$REGION"
done
