# Sourced by the end-to-end tests: one tiny project, built by the build tools of this folder in
# the README's own words.

# shellcheck source=scripts/lib/trial.bash
. "$PROJECT_SOURCE_DIR/scripts/lib/trial.bash"
# shellcheck source=tests/support/readme.bash
. "$PROJECT_SOURCE_DIR/tests/support/readme.bash"

readonly kUnits=3

# make_project TOOL: puts the project with that tool's build files into a directory and goes there.
make_project() {
  mkdir "$BATS_TEST_TMPDIR/project" "$BATS_TEST_TMPDIR/kept"
  cd "$BATS_TEST_TMPDIR/project"
  cp "$PROJECT_SOURCE_DIR"/tests/e2e/project/* "$PROJECT_SOURCE_DIR/tests/e2e/$1"/* .
}

# Removes what a build made. The sources stay the same files, so that they are never too fresh.
clean_project() {
  find . -depth -mindepth 1 | { grep -vxFf "$BATS_TEST_TMPDIR/files" || true; } | xargs rm -rf
}

# build LABEL NAME: builds from nothing by the README's snippet, the last line of which is the
# build proper: `hits` and `misses` are of that alone. Keeps what the compilers wrote.
build() {
  local commands before
  commands=$(snippet "$2")
  clean_project
  eval "$(head -n -1 <<<"$commands")"
  read -ra before < <(read_counts)
  eval "$(tail -n 1 <<<"$commands")"
  read -r hits misses _ < <(read_counts)
  hits=$((hits - before[0])) misses=$((misses - before[1]))
  [ "$(find . -name hello -type f -exec '{}' ';')" = "hello, larder: 11" ]
  keep_outputs . "$BATS_TEST_TMPDIR/kept/$1"
}

# build_bare NAME: the same with a stand-in for larder that only runs the compiler.
build_bare() {
  PATH=$PROJECT_SOURCE_DIR/tests/e2e/bare:$PATH build bare "$1"
}

# check_tool TOOL NAME [BARE_NAME]: the project of TOOL, built by the README's snippet NAME bare,
# cold and warm, misses every unit, then hits every unit, and always has the bare compiler's bytes.
check_tool() {
  make_project "$1"
  [ ! -f configure.ac ] || autoreconf --install
  find . -mindepth 1 >"$BATS_TEST_TMPDIR/files"
  build_bare "${3:-$2}"

  build cold "$2"
  [ "$misses" -eq "$kUnits" ]
  [ "$hits" -eq 0 ]
  diff --recursive "$BATS_TEST_TMPDIR/kept/bare" "$BATS_TEST_TMPDIR/kept/cold"

  build warm "$2"
  [ "$misses" -eq 0 ]
  [ "$hits" -eq "$kUnits" ]
  diff --recursive "$BATS_TEST_TMPDIR/kept/bare" "$BATS_TEST_TMPDIR/kept/warm"
}
