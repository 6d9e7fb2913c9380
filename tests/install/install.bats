# The installed tree, used by a program outside the project.

setup() {
  prefix=$BATS_TEST_TMPDIR/prefix
  cmake --install "$LARDER_BINARY_DIR" --prefix "$prefix" >/dev/null
  cp -r "$LARDER_SOURCE_DIR/tests/install/consumer" "$BATS_TEST_TMPDIR/consumer"
  cd "$BATS_TEST_TMPDIR/consumer"
}

@test "a program finds liblarder with find_package" {
  cmake -S . -B build -G Ninja -D CMAKE_PREFIX_PATH="$prefix" \
    -D CMAKE_CXX_COMPILER="$CXX" -D CMAKE_CXX_FLAGS="$CXXFLAGS"
  cmake --build build

  run build/consumer

  [ "$status" -eq 0 ]
  [ "$output" = c0ffee ]
}

@test "a program finds liblarder with pkg-config" {
  export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
  # shellcheck disable=SC2046,SC2086 # words, each a flag
  "$CXX" -std=c++20 $CXXFLAGS main.cc $(pkg-config --cflags --libs larder) -o consumer

  run ./consumer

  [ "$status" -eq 0 ]
  [ "$output" = c0ffee ]
}

@test "an installed tree can be moved" {
  mv "$prefix" "$BATS_TEST_TMPDIR/moved"

  run env PKG_CONFIG_PATH="$BATS_TEST_TMPDIR/moved/lib/pkgconfig" pkg-config --cflags larder

  [ "$status" -eq 0 ]
  [[ "$output" == *"/moved/"* ]]
}
