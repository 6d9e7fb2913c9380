# What scripts/check_layers lets through and what it refuses.

setup() {
  mkdir -p "$BATS_TEST_TMPDIR/tree/include/larder" "$BATS_TEST_TMPDIR/tree/src"/{util,sys,store,cli} \
    "$BATS_TEST_TMPDIR/tree/src/backend"/{memory,disk}
  cd "$BATS_TEST_TMPDIR/tree"
  echo '#include <larder/key.h>' >include/larder/store.h
}

# include FILE HEADER: puts a file that includes the header into the tree.
include() {
  echo "#include \"$2\"" >"$1"
}

check() {
  run "$PROJECT_SOURCE_DIR/scripts/check_layers" .
}

@test "an include that points down or stays on its floor passes" {
  include src/sys/file.h util/bytes.h
  include src/store/view.cc store/view.h
  include src/cli/main.cc backend/disk/disk_backend.h

  check

  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "an include that points up is refused with its place" {
  include src/util/hex.cc sys/file.h

  check

  [ "$status" -eq 1 ]
  [ "$output" = 'src/util/hex.cc:1: util may not include sys ("sys/file.h")' ]
}

@test "a backend may not include another backend" {
  include src/backend/disk/layout.h backend/memory/memory_backend.h

  check

  [ "$status" -eq 1 ]
  [[ "$output" == *"backend/disk may not include backend/memory"* ]]
}

@test "a public header may not include a private one" {
  include include/larder/open.h util/bytes.h

  check

  [ "$status" -eq 1 ]
}

@test "a file on no known floor is refused" {
  mkdir src/misc
  include src/misc/helpers.h util/bytes.h

  check

  [ "$status" -eq 1 ]
  [[ "$output" == "src/misc/helpers.h:1: in no known floor"* ]]
}

@test "a link that points up is refused" {
  echo 'larder_floor(larder_util SOURCES hex.cc DEPENDS larder_store) # not larder_cli' \
    >src/util/CMakeLists.txt

  check

  [ "$status" -eq 1 ]
  [ "$output" = 'src/util/CMakeLists.txt:1: util may not link store' ]
}
