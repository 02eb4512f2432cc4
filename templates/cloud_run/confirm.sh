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
