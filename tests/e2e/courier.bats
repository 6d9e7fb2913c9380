# Compiles that share results with other machines through the courier. The store elsewhere is a
# directory here: tests/courier/far_disk_courier.cc.
# shellcheck disable=SC2154 # courier.bash sets $bin and $far

bats_require_minimum_version 1.5.0

load courier

setup() {
  make_machines "$PROJECT_BINARY_DIR/tests/courier/far_disk_courier"
  printf '#include "a.h"\nint value(void) { return VALUE; }\n' >a.c
  write_header 1
}

teardown() {
  stop_machines
}

# write_header NUMBER: a header that makes another object for each number.
write_header() {
  printf '#define VALUE %s\n' "$1" >a.h
  let_stamps_move_on
}

# compile MACHINE: compiles a.c; the object is what the bare compiler makes.
compile() {
  rm -f a.o
  undisturbed "$1" larder gcc -c a.c -o a.o
  gcc -c a.c -o bare.o
  cmp a.o bare.o
}

@test "what one machine compiled is a hit on another" {
  compile alice
  on alice larder courier flush

  compile bob

  [ "$(misses_on alice)" = 1 ]
  [ "$(hits_on bob)" = 1 ]
  [ "$(misses_on bob)" = 0 ]
}

@test "what was fetched is a hit without the courier" {
  compile alice
  on alice larder courier flush
  compile bob
  on bob larder courier stop

  compile bob

  [ "$(hits_on bob)" = 2 ]
  run ! on bob larder courier status
}

@test "a hit on the own disk starts no courier" {
  compile alice
  on alice larder courier stop

  compile alice

  [ "$(hits_on alice)" = 1 ]
  run ! on alice larder courier status
}

@test "another machine's manifest is looked in when no result of the own one holds" {
  compile alice
  on alice larder courier flush
  compile bob
  write_header 2
  compile bob
  on bob larder courier flush
  [ "$(misses_on bob)" = 1 ]

  compile alice

  [ "$(hits_on alice)" = 1 ]
  on alice larder courier stop
  compile alice
  [ "$(hits_on alice)" = 2 ]
}

@test "no machine loses what others have put into a manifest" {
  compile alice
  on alice larder courier flush
  compile bob
  write_header 2
  compile bob
  on bob larder courier flush
  write_header 3
  compile alice
  on alice larder courier flush

  write_header 2
  compile carol
  write_header 1
  compile carol
  write_header 3
  compile carol

  [ "$(misses_on carol)" = 0 ]
}

@test "uploads survive the death of the courier" {
  compile alice
  local pid
  pid=$(pid_on alice)
  kill -STOP "$pid"
  write_header 2
  on alice larder gcc -c a.c -o a.o
  [ "$(waiting_on alice)" -gt 0 ]
  kill -KILL "$pid"

  eventually flushes alice

  [ "$(waiting_on alice)" = 0 ]
  compile bob
  [ "$(hits_on bob)" = 1 ]
}

@test "a courier that hangs costs a build next to nothing, and no result" {
  compile alice
  kill -STOP "$(pid_on alice)"
  local unit begin=$SECONDS
  for unit in {1..30}; do
    printf 'int f%s(void) { return %s; }\n' "$unit" "$unit" >"u$unit.c"
    on alice larder gcc -c "u$unit.c" -o "u$unit.o"
    gcc -c "u$unit.c" -o bare.o
    cmp "u$unit.o" bare.o
  done
  # Thirty that waited for an answer would have taken over a minute.
  [ $((SECONDS - begin)) -lt 30 ]
  [ "$(misses_on alice)" = 31 ]
}

@test "a courier that is killed again and again costs no compile its result" {
  local unit pid
  compile alice
  for unit in {1..30}; do
    pid=$(pid_on alice || true)
    printf 'int f%s(void) { return %s; }\n' "$unit" "$unit" >"u$unit.c"
    let_stamps_move_on
    on alice larder gcc -c "u$unit.c" -o "u$unit.o" &
    [ -z "$pid" ] || kill -KILL "$pid" || true
    wait $!
    gcc -c "u$unit.c" -o bare.o
    cmp "u$unit.o" bare.o
  done
  eventually flushes alice
  [ "$(files_in "$far/compile")" = 31 ]
}

@test "without the courier's program compiles do without" {
  rm "$bin/larder-courier"

  on alice larder gcc -c a.c -o a.o
  rm a.o
  on alice larder gcc -c a.c -o a.o

  [ -s a.o ]
  [ "$(misses_on alice)" = 1 ]
  [ "$(hits_on alice)" = 1 ]
  run on alice larder courier status
  [ "$status" = 3 ]
  [[ "$output" == *"larder-courier: there is no such program" ]]
}

@test "a program in the courier's place that ends at once costs no compile its result" {
  printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/false"
  chmod +x "$BATS_TEST_TMPDIR/false"
  mv "$BATS_TEST_TMPDIR/false" "$bin/larder-courier"

  on alice larder gcc -c a.c -o a.o
  gcc -c a.c -o bare.o

  cmp a.o bare.o
}

@test "whoever reads a compile's output does not wait for the courier" {
  on alice timeout 20 sh -c 'larder gcc -c a.c -o a.o 2>&1 | cat'
  eventually on alice larder courier status
}

@test "the socket is in a directory that nobody else can enter" {
  compile alice
  [ "$(stat -c %a "$BATS_TEST_TMPDIR/alice/run/larder")" = 700 ]
  [ -S "$(echo "$BATS_TEST_TMPDIR/alice/run/larder"/*.sock)" ]
}

@test "a directory for sockets that is open to others is not used" {
  on alice true
  mkdir -m 755 "$BATS_TEST_TMPDIR/alice/run/larder"

  on alice larder gcc -c a.c -o a.o

  [ -s a.o ]
  [ -z "$(ls -A "$BATS_TEST_TMPDIR/alice/run/larder")" ]
}

@test "other settings are another courier's, and the old one ends" {
  compile alice
  local old
  old=$(pid_on alice)
  echo 'max_size = "5 GiB"' >>"$BATS_TEST_TMPDIR/alice/config.toml"

  compile alice
  write_header 2
  compile alice

  [ "$(pid_on alice)" != "$old" ]
  eventually is_gone "$old"
}

@test "another program is another courier, and the old one ends" {
  compile alice
  local old
  old=$(pid_on alice)
  cp "$bin/larder-courier" "$bin/new"
  mv "$bin/new" "$bin/larder-courier"

  write_header 2
  compile alice

  [ "$(pid_on alice)" != "$old" ]
  eventually is_gone "$old"
}

@test "other credentials are another courier's" {
  compile alice
  local old
  old=$(pid_on alice)

  AWS_SECRET_ACCESS_KEY=another run on alice larder courier status

  [ "$status" = 1 ]
  [ "$(pid_on alice)" = "$old" ]
}

@test "nothing is put into a store elsewhere that is only read" {
  compile alice
  on alice larder courier flush
  on bob true
  echo 'read_only = true' >>"$BATS_TEST_TMPDIR/bob/config.toml"

  compile bob
  [ "$(hits_on bob)" = 1 ]
  write_header 2
  compile bob

  [ "$(misses_on bob)" = 1 ]
  [ ! -d "$BATS_TEST_TMPDIR/bob/cache/.larder/spool" ] || [ "$(waiting_on bob)" = 0 ]
  [ "$(files_in "$far/compile")" = 1 ]
}

@test "a cache that is only read is not filled from elsewhere" {
  compile alice
  on alice larder courier flush

  LARDER_READONLY=1 compile bob

  [ "$(files_in "$BATS_TEST_TMPDIR/bob/cache")" = 0 ]
}

@test "uploads that the spool has no room for are counted and not made" {
  export LARDER_COURIER_SPOOL_SIZE=1

  compile alice

  [ "$(waiting_on alice)" = 0 ]
  [ "$(on alice larder courier status --json | grep -oP '"full": \K[0-9]+')" = 2 ]
  rm a.o
  compile alice
  [ "$(hits_on alice)" = 1 ]
}

@test "the courier writes a log where it is told to" {
  export LARDER_COURIER_LOG=$BATS_TEST_TMPDIR/courier.log

  compile alice
  on alice larder courier stop

  grep -q 'info: listens on .*\.sock$' "$LARDER_COURIER_LOG"
  grep -q 'info: ends: it was told to$' "$LARDER_COURIER_LOG"
}

@test "the courier ends when it was idle for long" {
  export LARDER_COURIER_IDLE=1s
  compile alice
  on alice larder courier flush

  eventually is_not_running alice >"$BATS_TEST_TMPDIR/said"

  compile alice
  [ "$(hits_on alice)" = 1 ]
}

is_not_running() { ! on "$1" larder courier status; }

@test "a compile that needs no store elsewhere asks for no courier" {
  on alice true
  sed -i '/type = "far"/,$d; s/^\[\[cache\]\]$//' "$BATS_TEST_TMPDIR/alice/config.toml"
  sed -i '1i [[cache]]' "$BATS_TEST_TMPDIR/alice/config.toml"

  on alice larder gcc -c a.c -o a.o

  [ -z "$(ls -A "$BATS_TEST_TMPDIR/alice/run")" ]
  on alice larder courier flush
  on alice larder courier stop
  [[ "$(on alice larder courier status)" == *"no courier is needed"* ]]
}

@test "a machine without a disk of its own uses what is elsewhere" {
  compile alice
  on alice larder courier flush
  on bob true
  far_table >"$BATS_TEST_TMPDIR/bob/config.toml"

  compile bob
  write_header 2
  compile bob
  on bob larder courier flush
  rm a.o

  compile carol
  [ "$(hits_on carol)" = 1 ]
  [ ! -e "$BATS_TEST_TMPDIR/bob/cache" ]
}

@test "several disks come before what is elsewhere" {
  compile alice
  on alice larder courier flush
  on bob true
  {
    printf '[[cache]]\nlocation = "%s"\n' "$BATS_TEST_TMPDIR/bob/cache"
    printf '[[cache]]\nlocation = "%s"\n' "$BATS_TEST_TMPDIR/bob/second"
    far_table
  } >"$BATS_TEST_TMPDIR/bob/config.toml"

  compile bob

  [ "$(hits_on bob)" = 1 ]
  [ "$(files_in "$BATS_TEST_TMPDIR/bob/cache")" = 2 ]
  [ "$(files_in "$BATS_TEST_TMPDIR/bob/second")" = 2 ]
}

@test "flush waits for what was compiled, and says what it could not upload" {
  compile alice
  on alice larder courier flush
  [ "$(files_in "$far/compile")" = 1 ]
  [ "$(waiting_on alice)" = 0 ]

  rm -rf "$far"
  ln -s loop "$far"
  write_header 2
  compile alice
  run on alice larder courier flush --timeout 30s

  [ "$status" = 0 ] || [[ "$output" == *"still wait"* ]]
}

@test "status says what the courier is at" {
  compile alice
  on alice larder courier flush

  run on alice larder courier status

  [ "$status" = 0 ]
  [[ "$output" == *"process $(pid_on alice), version "* ]]
  [[ "$output" == *"uploads                       2 uploaded"* ]]
  [[ "$output" == *"tier                          $far"* ]]
}
