# The README's way of using larder with each build tool, as it stands there.
# shellcheck disable=SC2154 # helpers.bash sets $kUnits, $hits and $misses

setup() {
  load helpers
  export work=$BATS_TEST_TMPDIR
  export HOME=$BATS_TEST_TMPDIR/home
  use_empty_cache
}

@test "Make" {
  check_tool make make
}

@test "CMake with Make" {
  check_tool cmake cmake
}

@test "CMake with Ninja" {
  check_tool cmake ninja
}

@test "Meson" {
  check_tool meson meson
}

@test "Autotools" {
  check_tool autotools autotools
}

@test "symbolic links named as the compilers" {
  check_tool make symlink make
}

@test "CMake in another checkout, with absolute paths" {
  make_project cmake
  touch .larder.toml
  find . -mindepth 1 >"$BATS_TEST_TMPDIR/files"
  build first cmake
  [ "$misses" -eq "$kUnits" ]
  clean_project
  mkdir "$BATS_TEST_TMPDIR/elsewhere"
  cp -a . "$BATS_TEST_TMPDIR/elsewhere/another-checkout"
  cd "$BATS_TEST_TMPDIR/elsewhere/another-checkout"
  build_bare cmake

  build second cmake

  [ "$hits" -eq "$kUnits" ]
  diff --recursive "$BATS_TEST_TMPDIR/kept/bare" "$BATS_TEST_TMPDIR/kept/second"
  run grep -r "$BATS_TEST_TMPDIR/project" "$BATS_TEST_TMPDIR/kept/second"
  [ "$status" -eq 1 ]
}
