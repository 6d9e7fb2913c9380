# The README's way of using larder with each build tool, as it stands there.

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
