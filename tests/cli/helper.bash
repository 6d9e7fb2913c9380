# What the tests of the command line share.

# A home of their own and none of the caller's settings, so that nothing outside is touched.
isolate() {
  local name
  for name in ${!LARDER_@} ${!AWS_@}; do
    unset "$name"
  done
  unset XDG_CONFIG_HOME XDG_CACHE_HOME
  export HOME=$BATS_TEST_TMPDIR/home
  mkdir "$HOME"
  cd "$BATS_TEST_TMPDIR" || return
  export store=$BATS_TEST_TMPDIR/store
}

# status STATUS COMMAND...: runs it with its output in $output, $stdout and $stderr, and expects
# that exit status.
status() {
  local expected=$1
  shift
  set +e
  "$@" >"$BATS_TEST_TMPDIR/.stdout" 2>"$BATS_TEST_TMPDIR/.stderr"
  local actual=$?
  set -e
  stdout=$(<"$BATS_TEST_TMPDIR/.stdout")
  stderr=$(<"$BATS_TEST_TMPDIR/.stderr")
  if [ "$actual" -ne "$expected" ]; then
    printf 'exit status %s, not %s, of: %s\n%s\n%s\n' "$actual" "$expected" "$*" "$stdout" "$stderr"
    return 1
  fi
}

# equal ACTUAL EXPECTED
equal() {
  [ "$1" = "$2" ] || {
    printf 'is:     %s\nshould: %s\n' "$1" "$2"
    return 1
  }
}
