# True where a list of lines has a line.
contains() {
  case $'\n'$1$'\n' in
    *$'\n'"$2"$'\n'*) return 0 ;;
    *) return 1 ;;
  esac
}
