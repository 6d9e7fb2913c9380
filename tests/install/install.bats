# The installed tree, used by the README's program outside the project.

setup() {
  load ../support/readme
  prefix=$BATS_TEST_TMPDIR/prefix
  cmake --install "$PROJECT_BINARY_DIR" --prefix "$prefix" >/dev/null
  cp -r "$PROJECT_SOURCE_DIR/tests/install/consumer" "$BATS_TEST_TMPDIR/consumer"
  cd "$BATS_TEST_TMPDIR/consumer"
  snippet library >main.cc
  export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
}

@test "the README's program finds liblarder with find_package" {
  snippet library-cmake >larder.cmake
  cmake -S . -B build -G Ninja -D CMAKE_PREFIX_PATH="$prefix" \
    -D CMAKE_CXX_COMPILER="$CXX" -D CMAKE_CXX_FLAGS="$CXXFLAGS"
  cmake --build build

  run build/kitchen

  [ "$status" -eq 0 ]
  [ "$output" = "found 5 bytes" ]
}

@test "the README's program finds liblarder with pkg-config" {
  # shellcheck disable=SC2086 # words, each a flag
  g++() { command "$CXX" $CXXFLAGS "$@"; }
  eval "$(snippet library-pkg-config)"

  run ./kitchen

  [ "$status" -eq 0 ]
  [ "$output" = "found 5 bytes" ]
}

@test "a program finds liblarder-s3 with find_package" {
  snippet s3 doc/s3.md >main.cc
  snippet s3-cmake doc/s3.md >larder.cmake
  cmake -S . -B build -G Ninja -D CMAKE_PREFIX_PATH="$prefix" \
    -D CMAKE_CXX_COMPILER="$CXX" -D CMAKE_CXX_FLAGS="$CXXFLAGS"
  cmake --build build

  run build/kitchen

  [ "$status" -eq 0 ]
  [ "$output" = "s3://pantry/cache" ]
}

@test "a program finds liblarder-s3 with pkg-config" {
  snippet s3 doc/s3.md >main.cc
  # shellcheck disable=SC2046,SC2086 # words, each a flag
  "$CXX" $CXXFLAGS -std=c++20 main.cc $(pkg-config --cflags --libs larder-s3) -o kitchen

  run ./kitchen

  [ "$status" -eq 0 ]
  [ "$output" = "s3://pantry/cache" ]
}

@test "an installed tree can be moved" {
  mv "$prefix" "$BATS_TEST_TMPDIR/moved"

  run env PKG_CONFIG_PATH="$BATS_TEST_TMPDIR/moved/lib/pkgconfig" pkg-config --cflags larder

  [ "$status" -eq 0 ]
  [[ "$output" == *"/moved/"* ]]
}

@test "the Debian packages part the program from the libraries" {
  cpack -G DEB --config "$PROJECT_BINARY_DIR/CPackConfig.cmake" -B "$BATS_TEST_TMPDIR/packages"
  cd "$BATS_TEST_TMPDIR/packages"

  run dpkg-deb --contents larder_*.deb
  [[ "$output" == *"/usr/bin/larder"$'\n'* ]]
  [[ "$output" == *"/usr/bin/larder-store"$'\n'* ]]
  [[ "$output" == *"/man1/larder.1"* ]]
  [[ "$output" != *"/usr/include/"* ]]

  # What larder-store links; larder itself is static.
  run dpkg-deb --field larder_*.deb Depends
  [[ "$output" == *libcurl4* ]]

  run dpkg-deb --contents liblarder-dev_*.deb
  [[ "$output" == *"/usr/include/larder/larder.h"* ]]
  [[ "$output" == *"/usr/lib/liblarder.a"* ]]
  [[ "$output" != *"s3"* ]]

  run dpkg-deb --contents liblarder-s3-dev_*.deb
  [[ "$output" == *"/usr/include/larder/s3.h"* ]]
  [[ "$output" == *"/usr/lib/liblarder-s3.a"* ]]
}
